// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import Verification

/// Each reply has its own time, however many came before it. The address has an hour: that a test ends at all tells
/// that it was the reply's time that ran out, however late the task that waits goes on among other tests.
@Suite(.timeLimit(.minutes(30))) struct ReplyTimeoutTests {
    private static func examine(
        pause: Duration, silence: String?, replyTimeout: Duration = .seconds(2)
    ) async throws -> (Examination, took: Duration) {
        let host = try ScriptedMailHost(pause: pause) { command in
            if let silence, command.hasPrefix(silence) { return nil }
            return command.isEmpty ? "220 slow.example" : "250 2.0.0 Ok"
        }
        let clock = TestSystemClock()
        let start = clock.uptime
        let examination = try await host.examine("jane@d.example", replyTimeout: replyTimeout, clock: clock)
        return (examination, clock.uptime - start)
    }

    @Test func `a host that is slow at each reply is heard to the end`() async throws {
        let (examination, took) = try await Self.examine(pause: .milliseconds(600), silence: nil)
        #expect(examination.verdict == EmailVerdict(.catchAll, .catchAllDomain))
        #expect(took > .milliseconds(3_000), "longer than one reply may take")
    }

    @Test(arguments: ["EHLO", "RCPT"])
    func `a host that falls silent is given up after the time of one reply`(silence: String) async throws {
        let (examination, took) = try await Self.examine(pause: .milliseconds(200), silence: silence)
        #expect(examination.verdict == EmailVerdict(.unverified, .timeout))
        #expect(took > .milliseconds(2_200))
    }

    @Test func `a host that says no farewell is not waited for`() async throws {
        let (examination, _) = try await Self.examine(pause: .zero, silence: "QUIT", replyTimeout: .seconds(3_000))
        #expect(examination.verdict == EmailVerdict(.catchAll, .catchAllDomain))
    }
}
