// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import Verification

/// Each reply has its own time, however many came before it. Upper limits tell that time from the address' own, and are
/// wide: among other tests the task that waits goes on late.
@Suite struct ReplyTimeoutTests {
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
        #expect(took < .seconds(120))
    }

    @Test func `a host that says no farewell is not waited for`() async throws {
        let (examination, took) = try await Self.examine(
            pause: .zero, silence: "QUIT", replyTimeout: .seconds(200))
        #expect(examination.verdict == EmailVerdict(.catchAll, .catchAllDomain))
        #expect(took < .seconds(120))
    }
}
