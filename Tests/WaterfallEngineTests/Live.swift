// SPDX-License-Identifier: Apache-2.0

import Enrichment

@testable import WaterfallEngine

/// A machine that an expectation may move on: the macros see a value as one that doesn't change.
@dynamicMemberLookup
final class Live<Machine> {
    var machine: Machine

    init(_ machine: Machine) { self.machine = machine }

    subscript<Value>(dynamicMember path: KeyPath<Machine, Value>) -> Value { machine[keyPath: path] }
}

extension Live where Machine == VerificationChain {
    func handle(_ event: VerificationChain.Event) -> VerificationChain.Action { machine.handle(event) }
}

extension Live where Machine == CallSchedule {
    /// When the call goes, or may ask again.
    func reserve(at now: Duration, before deadline: Duration) -> Duration? {
        moment(of: machine.reserve(at: now, before: deadline), now)
    }
    func depart(_ moment: Duration, at now: Duration, before deadline: Duration) -> Duration? {
        self.moment(of: machine.depart(moment, at: now, before: deadline), now)
    }
    func end() { machine.end() }
    func believe(_ window: QuotaWindow, mark: Int, at now: Duration) {
        machine.believe(window, mark: mark, at: now)
    }
    private func moment(of turn: CallSchedule.Turn?, _ now: Duration) -> Duration? {
        switch turn {
        case .goes: now
        case .waits(let moment): moment
        case nil: nil
        }
    }
    func pause(until moment: Duration) { machine.pause(until: moment) }
    func replay(at moment: Duration) { machine.replay(at: moment) }
}

extension Live where Machine == CallPlaces {
    func enter() -> CallPlaces.Entry { machine.enter() }
    func leave() -> CallPlaces.Ticket? { machine.leave() }
    func giveUp(_ ticket: CallPlaces.Ticket) { machine.giveUp(ticket) }
}

extension Live where Machine == Breaker {
    func permit(at now: Duration) -> Breaker.Permission { machine.permit(at: now) }
    func failed(_ kind: ProviderError.Kind, at now: Duration) -> Bool { machine.failed(kind, at: now) }
    func succeeded() { machine.succeeded() }
    func abandoned(at now: Duration) { machine.abandoned(at: now) }
}

extension Live where Machine == RetryBudget {
    func spend() -> Bool { machine.spend() }
    func succeeded() { machine.succeeded() }
}

extension Live where Machine: RandomNumberGenerator {
    func decide(_ error: ProviderError, isSafe: Bool, tries: Int) -> RetryPolicy.Decision {
        RetryPolicy.decide(error, isSafe: isSafe, tries: tries, using: &machine)
    }
}
