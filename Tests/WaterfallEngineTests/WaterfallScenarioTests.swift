// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

/// Every file of `Fixtures/waterfalls`, played to the machine.
struct WaterfallScenarioTests {
    /// Actions of one chain at most.
    private static let maximumActions = 64

    @Test func `there are scenarios, each with a name of its own`() {
        #expect(Scenario.all.count >= 25)
        #expect(Set(Scenario.all.map(\.name)).count == Scenario.all.count)
    }

    @Test(arguments: Scenario.all)
    func `a chain does what its scenario says`(scenario: Scenario) throws {
        let capability = try #require(Capability(rawValue: scenario.capability))
        var machine = Waterfall(
            for: capability, steps: scenario.chain.map(ProviderID.init(rawValue:)), gate: scenario.gate,
            officePhones: scenario.officePhones, bounced: Set(scenario.bounced ?? []))
        var actions: [String] = []
        var action = machine.handle(.started)
        while actions.count < Self.maximumActions {
            actions.append(words(action))
            guard let event = try event(after: action, scenario) else { break }
            action = machine.handle(event)
        }
        #expect(actions == scenario.expect.actions)
        guard case .finish(let outcome) = action else { return }
        #expect(outcome.turns.map(\.provider.rawValue) == scenario.chain)
        #expect(outcome.turns.map { words($0.outcome) } == scenario.expect.turns)
        #expect(outcome.email.map { [$0.address, $0.status.rawValue, $0.reason.rawValue] } == scenario.expect.email)
        #expect(outcome.phones.map(words) == scenario.expect.phones ?? [])
        #expect(charge(for: outcome, capability, scenario) == Credits(decimal: scenario.expect.charge))
    }

    private func event(after action: Waterfall.Action, _ scenario: Scenario) throws -> Waterfall.Event? {
        switch action {
        case .ask(let provider):
            switch try #require(scenario.answers[provider.rawValue], "nothing is scripted for \(provider)") {
            case .answer(let answer): return .answered(provider, answer)
            case .fails(let kind): return .failed(provider, ProviderError(kind))
            case .skipped(let reason): return .skipped(provider, reason)
            case .deadline: return .deadlineReached
            case .cancel: return .cancelled
            }
        case .verify(let candidate):
            switch try #require(scenario.verdicts[text(candidate)], "no verdict is scripted") {
            case .verdict(let fields): return .verified(candidate, fields.judgement(on: candidate))
            case .deadline: return .deadlineReached
            case .cancel: return .cancelled
            }
        case .finish: return nil
        }
    }

    /// What the outcome costs somebody of whom nothing is known; office phones cost nothing by type.
    private func charge(for outcome: Waterfall.Outcome, _ capability: Capability, _ scenario: Scenario) -> Credits {
        switch capability {
        case .email: scenario.gate.charge(for: outcome.email, known: nil)?.credits ?? .zero
        case .mobile:
            scenario.gate.charge(for: outcome.phones, known: nil, officePhones: scenario.officePhones)?.credits ?? .zero
        default: .zero
        }
    }

    private func words(_ action: Waterfall.Action) -> String {
        switch action {
        case .ask(let provider): "ask \(provider)"
        case .verify(let candidate): "verify \(text(candidate))"
        case .finish(let outcome): "finish \(outcome.stop.rawValue)"
        }
    }

    private func words(_ outcome: AttemptOutcome) -> String {
        outcome.reason.map { "\(outcome.word) \($0)" } ?? outcome.word
    }

    private func words(_ phone: PhoneFinding) -> [String] {
        let flag = phone.doNotCall == .unknown ? [] : [phone.doNotCall.rawValue]
        return [phone.number?.e164 ?? phone.raw, phone.type.rawValue, phone.status.rawValue] + flag
    }

    private func text(_ candidate: Candidate) -> String {
        switch candidate {
        case .email(let email): email.address
        case .phone(let phone): phone.raw
        }
    }
}
