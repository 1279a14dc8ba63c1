// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import Verification

/// When a host is asked again, whether it is worth it, and who has to wait.
@Suite struct WaitingTests {
    // MARK: Greylisting

    @Test func `waits grow, and end with the time that is given`() {
        var waits = GreylistWaits(most: .seconds(400))
        #expect(waits.next(hint: nil) == .seconds(65))
        #expect(waits.next(hint: nil) == .seconds(245))
        #expect(waits.next(hint: nil) == nil)
        var none = GreylistWaits(most: nil)
        #expect(none.next(hint: .seconds(1)) == nil)
        var short = GreylistWaits(most: .seconds(60))
        #expect(short.next(hint: nil) == nil)
        #expect(short.next(hint: .seconds(30)) == .seconds(32))
    }

    @Test func `three waits are enough`() {
        var waits = GreylistWaits(most: .seconds(100_000))
        for _ in GreylistWaits.pauses { #expect(waits.next(hint: .seconds(1)) == .seconds(3)) }
        #expect(waits.next(hint: .seconds(1)) == nil)
    }

    @Test(
        arguments: [
            ("4.2.0 Greylisted, try again in 300 seconds", 300), ("Try again in 5 minutes", 300),
            ("greylisted for 2 min", 120), ("wait 45s", nil), ("wait 45 s", 45), ("Greylisting in action", nil),
            ("try again in 90000 seconds", nil), ("try again in 0 seconds", nil), ("61 minutes", nil),
        ] as [(String, Int?)])
    func `the time that a host names is read`(text: String, seconds: Int?) {
        let steps: [SMTPStep] = [.received(code: 450, lines: [text]), .sent("QUIT"), .received(code: 221, lines: [""])]
        #expect(GreylistWaits.hint(in: steps) == seconds.map { .seconds($0) })
        #expect(GreylistWaits.hint(in: [.received(code: 250, lines: [text])]) == nil)
    }

    // MARK: The port

    @Test func `three operators out of reach close the port, for ten minutes`() {
        let clock = ManualClock()
        let watch = PortWatch(clock: clock)
        for name in ["a.example", "a.example", "b.example"] { watch.note(connected: false, to: name) }
        #expect(!watch.isClosed)
        watch.note(connected: false, to: "c.example")
        #expect(watch.isClosed)
        clock.advance(by: PortWatch.retryAfter)
        #expect(!watch.isClosed)
        watch.note(connected: false, to: "d.example")
        #expect(watch.isClosed)
        clock.advance(by: PortWatch.retryAfter)
        watch.note(connected: true, to: "d.example")
        for name in ["a.example", "b.example", "c.example", "d.example"] { watch.note(connected: false, to: name) }
        #expect(!watch.isClosed, "a port that worked is open")
    }

    // MARK: Turns

    @Test func `few at once go to one operator, one after the other`() async {
        let clock = ManualClock()
        let gate = HostGate(concurrency: 1, pause: .seconds(1), clock: clock)
        #expect(await gate.enter("a.example"))
        #expect(await gate.enter("b.example"), "another operator has a turn of its own")
        async let second = gate.enter("a.example")
        gate.leave("a.example")
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(1))
        #expect(await second)
        gate.leave("a.example")
        gate.leave("b.example")
    }

    @Test func `who is cancelled while waiting gets no turn, and takes none away`() async {
        let gate = HostGate(concurrency: 1, pause: .zero, clock: ManualClock())
        #expect(await gate.enter("a.example"))
        let waiting = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await gate.enter("a.example") }
            group.cancelAll()
            return await group.next()
        }
        #expect(waiting == false)
        gate.leave("a.example")
        #expect(await gate.enter("a.example"))
        gate.leave("a.example")
    }
}
