// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A journal that says yes to everything and keeps nothing: what the engine costs without its ledger.
struct UnrecordedJournal: RequestJournal {
    func open(_ opening: RequestOpening) -> RequestOpened {
        let held = opening.gate.ceiling(for: opening.request.access, known: nil).reduce(.zero) { $0 + $1.credits }
        return RequestOpened(decision: .admitted(held: held), firstIntentIsDurable: opening.firstIntent != nil)
    }

    func intend(_ intent: AttemptIntent, after replies: [RecordedReply]) -> IntentDecision { .admitted }

    func keep(_ reply: RecordedReply, number: Int) -> Bool { true }

    func record(_ replies: [RecordedReply]) {}

    func settle(_ settlement: Settlement) -> Settled {
        var charges: [CreditGate.Charge] = []
        for result in settlement.results {
            if case .email(let email) = result, let charge = settlement.gate.charge(for: email, known: nil) {
                charges.append(charge)
            }
        }
        let captured = charges.reduce(.zero) { $0 + $1.credits }
        return Settled(
            contact: nil, account: nil, charges: charges, captured: captured, released: .zero, available: nil)
    }

    func mailboxes(at domain: String, team: String, limit: Int) -> [KnownMailbox] { [] }

    func recall(_ fingerprint: QueryFingerprint, team: String, since: Timestamp) -> [RememberedAttempt] { [] }

    func calls(of provider: ProviderID, since: Timestamp, limit: Int) -> [Timestamp] { [] }

    func unsettled() -> [OpenRequest] { [] }
}
