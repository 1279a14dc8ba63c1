// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension Session {
    /// The request to verify an address as a user typed it.
    ///
    /// - Throws: what is wrong with the address, as a mistake of usage.
    static func verification(
        of address: String, team: String = TeamSettings().name, user: String, run: RunID? = nil, isFresh: Bool = false,
        maximumCredits: Credits? = nil,
        timeout: Duration? = nil, at moment: Timestamp = .current
    ) throws -> DataRequest {
        var random = SystemRandomNumberGenerator()
        do throws(ProspectError) {
            return try .verifying(
                address, id: RequestID(at: moment, using: &random), team: team, user: user, isFresh: isFresh,
                maximumCredits: maximumCredits, createdAt: moment, timeout: timeout, run: run)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Verifies addresses through the configured chain, and says whether it was interrupted.
    ///
    /// - Parameters:
    ///   - requests: made by `verification(of:)`.
    ///   - count: addresses that are verified at once.
    ///   - show: told each result as it comes, with the index of its request.
    /// - Returns: the results in the order of the requests.
    func verify(
        _ requests: [DataRequest], atOnce count: Int = 16, observer: any RunObserver = SilentObserver(),
        show: @escaping @Sendable (Int, VerificationResult) -> Void = { _, _ in }
    ) async throws -> (results: [VerificationResult], wasInterrupted: Bool) {
        let store = try openStore()
        defer { store.close() }
        let history = try await neededOrderHistory(in: store)
        let ended = try await Session.withLanes { lanes in
            let engine = engine(lanes: lanes, journal: store, observer: observer, history: history)
            do {
                let ended = try await Interruption.running(engine, on: console) {
                    try await engine.running { try await Self.verify(requests, atOnce: count, by: engine, show) }
                }
                return (results: ended.value, wasInterrupted: ended.wasInterrupted)
            } catch let error as EngineError {
                throw CommandFailure(error)
            }
        }
        try await tidy(store)
        return ended
    }

    private static func verify(
        _ requests: [DataRequest], atOnce count: Int, by engine: Engine,
        _ show: @Sendable (Int, VerificationResult) -> Void
    ) async throws -> [VerificationResult] {
        try await withThrowingTaskGroup(of: (Int, VerificationResult).self) { group in
            var results: [Int: VerificationResult] = [:]
            func take(_ ended: (index: Int, result: VerificationResult)) {
                results[ended.index] = ended.result
                show(ended.index, ended.result)
            }
            for (index, request) in requests.enumerated() {
                if index >= count, let ended = try await group.next() { take(ended) }
                group.addTask { (index, try await engine.verify(request)) }
            }
            for try await ended in group { take(ended) }
            return requests.indices.compactMap { results[$0] }
        }
    }
}
