// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CurlTransport

extension CurlTransportTests {
    @Suite struct InFlightTests {
        enum Ending: CaseIterable { case finish, cancel, stop }

        private func end(_ ticket: InFlight.Ticket, by ending: Ending, _ state: inout InFlight) -> Bool {
            switch ending {
            case .finish: state.finish(ticket)
            case .cancel: state.cancel(ticket)
            case .stop: state.stop().contains(ticket)
            }
        }

        @Test(arguments: Ending.allCases, Ending.allCases)
        func `a ticket ends once, by whatever comes first`(_ first: Ending, _ second: Ending) throws {
            var state = InFlight(limit: 4)
            let began = state.begin()
            let ticket = try #require(began)
            #expect(state.count == 1)
            let endings = [end(ticket, by: first, &state), end(ticket, by: second, &state)]
            #expect(endings == [true, false])
            #expect(state.count == 0)
        }

        @Test func `a late cancellation leaves the slot's next ticket alone`() throws {
            var state = InFlight(limit: 1)
            let begun = [state.begin()]
            let old = try #require(begun[0])
            let finished = state.finish(old)
            let next = state.begin()
            let new = try #require(next)
            let cancelled = state.cancel(old)
            #expect(new.slot == old.slot)
            #expect(finished && !cancelled)
            #expect(state.isOpen(new))
        }

        @Test func `no more than the limit begin, and none after the stop`() throws {
            var state = InFlight(limit: 2)
            let begun = [state.begin(), state.begin(), state.begin()]
            #expect(begun.map { $0 != nil } == [true, true, false])
            let first = try #require(begun[0])
            let finished = state.finish(first)
            let again = state.begin()
            #expect(finished && again != nil)
            let stopped = state.stop()
            let late = state.begin()
            #expect(stopped.count == 2)
            #expect(late == nil)
            #expect(state.isStopped)
        }

        @Test func `whatever the order of events, it agrees with a set of tickets`() {
            var random = SplitMix(seed: 0x5eed)
            var state = InFlight(limit: 50)
            var open: [InFlight.Ticket] = []
            var ended: [InFlight.Ticket] = []
            for _ in 0..<20_000 {
                switch random.next() % 4 {
                case 0, 1:
                    let ticket = state.begin()
                    #expect((ticket != nil) == (open.count < 50))
                    if let ticket { open.append(ticket) }
                case 2 where !open.isEmpty:
                    let ticket = open.remove(at: Int(random.next() % UInt64(open.count)))
                    let isFirst = random.next() % 2 == 0 ? state.finish(ticket) : state.cancel(ticket)
                    #expect(isFirst)
                    ended.append(ticket)
                default:
                    guard let ticket = ended.last else { continue }
                    let isFirst = state.cancel(ticket)
                    #expect(!isFirst)
                }
                #expect(state.count == open.count)
            }
            let stopped = state.stop()
            #expect(Set(stopped) == Set(open))
        }
    }

    @Suite struct TimerHeapTests {
        @Test func `moments come out in order, and no earlier than they are due`() {
            var random = SplitMix(seed: 7)
            var heap = TimerHeap<UInt64>()
            let moments = (0..<2_000).map { _ in random.next() % 1_000 }
            for moment in moments { heap.insert(moment, due: moment) }
            var out: [UInt64] = []
            for now in stride(from: UInt64(0), through: 1_000, by: 5) {
                while let moment = heap.popDue(at: now) {
                    #expect(moment <= now)
                    out.append(moment)
                }
                #expect(heap.earliest.map { $0 > now } ?? true)
            }
            #expect(out == moments.sorted())
        }

        @Test func `compacting keeps those that matter, in order`() {
            var random = SplitMix(seed: 8)
            var heap = TimerHeap<UInt64>()
            let moments = (0..<1_000).map { _ in random.next() % 10_000 }
            for moment in moments { heap.insert(moment, due: moment) }
            heap.compact { $0 % 3 == 0 }
            var out: [UInt64] = []
            while let moment = heap.popDue(at: .max) { out.append(moment) }
            #expect(out == moments.filter { $0 % 3 == 0 }.sorted())
        }
    }
}

/// A small generator of numbers that a seed repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
