// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Enrichment
import Glibc
import Identity
import Verification

/// Addresses verified by SMTP: read as they were typed, their domains looked up and kept, and each in a conversation of
/// its own with its mail host. What is found are verified addresses; what is neither verified nor invalid is an error.
struct VerifyBench {
    private let options: Options
    private let tally: Tally

    init(_ options: Options) {
        self.options = options
        tally = Tally(prospects: options.prospects)
    }

    func run() async -> Report {
        let port = options.port
        let servers = [DNSServer(.v4(0x7f00_0001), port: UInt16(truncatingIfNeeded: port))]
        let settings = SMTPSettings(
            port: port, nameServers: servers, pausePerHost: .zero, allowsPrivateAddresses: true)
        let start = ProcessUsage.now
        let clock = MonotonicClock()
        let resolver = DNSCache(AresResolver(AresResolver.Options(servers: servers)), clock: clock)
        let examiner = MailboxExaminer(settings, resolver: resolver, clock: clock)
        await withDiscardingTaskGroup { group in
            for _ in 0..<options.inFlight {
                group.addTask { await verify(by: examiner) }
            }
        }
        return tally.report(ProcessUsage.since(start))
    }

    private func verify(by examiner: MailboxExaminer) async {
        while let number = tally.takeNext() {
            guard let address = EmailAddress("u\(number)@d\(number % options.domains).example") else {
                tally.countProspect(calls: 1, isFound: false, errors: 1)
                continue
            }
            let verdict = await examiner.examine(address, within: .seconds(60)).verdict
            let isKnown = verdict.status == .verified || verdict.status == .invalid
            tally.countProspect(calls: 1, isFound: verdict.status == .verified, errors: isKnown ? 0 : 1)
        }
    }
}

/// The machine's clock, as the command has it.
private struct MonotonicClock: EngineClock {
    var uptime: Duration { .nanoseconds(Int64(DispatchTime.now().uptimeNanoseconds)) }
    var now: Timestamp { Timestamp(seconds: Int64(time(nil))) }
    func sleep(for duration: Duration) async { try? await Task.sleep(for: duration) }
}
