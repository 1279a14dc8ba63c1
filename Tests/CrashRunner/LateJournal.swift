// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Synchronization
import WaterfallEngine

/// A journal that writes intents and answers with the settlement, after the vendors were asked: the protection that the
/// crash test must miss.
final class LateJournal: RequestJournal {
    private let store: SQLiteStore
    private let intents = Mutex<[RequestID: [AttemptIntent]]>([:])
    private let replies = Mutex<[RequestID: [RecordedReply]]>([:])

    init(_ store: SQLiteStore) { self.store = store }

    func open(_ opening: RequestOpening) async throws(JournalError) -> RequestOpened {
        var opening = opening
        opening.firstIntent = nil
        return try await store.open(opening)
    }

    func intend(
        _ intent: AttemptIntent, after replies: [RecordedReply]
    ) async throws(JournalError) -> IntentDecision {
        intents.withLock { $0[intent.request, default: []].append(intent) }
        try await record(replies)
        return .admitted
    }

    func keep(_ reply: RecordedReply, number: Int) -> Bool { true }

    func record(_ replies: [RecordedReply]) async throws(JournalError) {
        for reply in replies { self.replies.withLock { $0[reply.request, default: []].append(reply) } }
    }

    func settle(_ settlement: Settlement) async throws(JournalError) -> Settled {
        let id = settlement.request.id
        for intent in intents.withLock({ $0.removeValue(forKey: id) }) ?? [] {
            _ = try await store.intend(intent, after: [])
        }
        try await store.record(replies.withLock { $0.removeValue(forKey: id) } ?? [])
        return try await store.settle(settlement)
    }

    func recall(
        _ fingerprint: QueryFingerprint, team: String, since: Timestamp
    ) async throws(JournalError) -> [RememberedAttempt] {
        try await store.recall(fingerprint, team: team, since: since)
    }

    func mailboxes(at domain: String, team: String, limit: Int) async throws(JournalError) -> [KnownMailbox] {
        try await store.mailboxes(at: domain, team: team, limit: limit)
    }

    func calls(of provider: ProviderID, since: Timestamp, limit: Int) async throws(JournalError) -> [Timestamp] {
        try await store.calls(of: provider, since: since, limit: limit)
    }

    func unsettled() async throws(JournalError) -> [OpenRequest] { try await store.unsettled() }
}
