// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Synchronization
import WaterfallEngine

/// A journal that writes intents and answers with the settlement, after the vendors were asked: the protection that the
/// crash test must miss.
final class LateJournal: RequestJournal {
    private enum Entry {
        case intent(AttemptIntent)
        case reply(RecordedReply)
    }

    private let store: SQLiteStore
    private let entries = Mutex<[RequestID: [Entry]]>([:])
    private let requests = Mutex<[AttemptID: RequestID]>([:])

    init(_ store: SQLiteStore) { self.store = store }

    func open(_ opening: RequestOpening) async throws(JournalError) -> RequestOpened {
        var opening = opening
        opening.firstIntent = nil
        return try await store.open(opening)
    }

    func intend(_ intent: AttemptIntent) async throws(JournalError) -> IntentDecision {
        requests.withLock { $0[intent.id] = intent.request }
        entries.withLock { $0[intent.request, default: []].append(.intent(intent)) }
        return .admitted
    }

    func record(_ reply: RecordedReply) async throws(JournalError) {
        guard let request = requests.withLock({ $0[reply.attempt] }) else { return try await store.record(reply) }
        entries.withLock { $0[request, default: []].append(.reply(reply)) }
    }

    func settle(_ settlement: Settlement) async throws(JournalError) -> Settled {
        for entry in entries.withLock({ $0.removeValue(forKey: settlement.request.id) }) ?? [] {
            switch entry {
            case .intent(let intent): _ = try await store.intend(intent)
            case .reply(let reply): try await store.record(reply)
            }
        }
        return try await store.settle(settlement)
    }

    func recall(
        _ fingerprint: QueryFingerprint, team: String, since: Timestamp
    ) async throws(JournalError) -> [RememberedAttempt] {
        try await store.recall(fingerprint, team: team, since: since)
    }

    func calls(of provider: ProviderID, since: Timestamp, limit: Int) async throws(JournalError) -> [Timestamp] {
        try await store.calls(of: provider, since: since, limit: limit)
    }

    func unsettled() async throws(JournalError) -> [OpenRequest] { try await store.unsettled() }
}
