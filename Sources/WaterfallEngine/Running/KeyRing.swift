// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// The keys of a provider that has several: each with limits, quota and breaker of its own, so that a key that is used
/// up or refused is set aside, and not its provider (`semantics.md`, 7.6).
final class KeyRing: Sendable {
    /// One a key, in the configured order.
    let runtimes: [ProviderRuntime]
    private let turn = Mutex(0)

    init(_ runtimes: [ProviderRuntime]) { self.runtimes = runtimes }

    /// The key for the next call: of those that are not set aside the one that can go first, then the one with most
    /// left by the vendor's own count, then the one whose turn it is. Nil where all are set aside.
    func next(at now: Duration) -> ProviderRuntime? {
        let first = turn.withLock { turn in
            defer { turn = (turn + 1) % runtimes.count }
            return turn
        }
        let inTurn = runtimes[first...] + runtimes[..<first]
        return inTurn.filter { !$0.isBroken(at: now) }.map { ($0, $0.outlook(at: now)) }
            .min { left, right in
                left.1.moment != right.1.moment ? left.1.moment < right.1.moment : left.1.left > right.1.left
            }?.0
    }

    func isBroken(at now: Duration) -> Bool { runtimes.allSatisfy { $0.isBroken(at: now) } }

    /// The key by which a job was submitted: nobody else's knows it.
    func runtime(markedBy mark: String) -> ProviderRuntime? { runtimes.first { $0.keyMark == mark } }

    /// Counts calls of earlier processes. By which key each went isn't on record: they are dealt out evenly.
    func replayCalls(_ ages: [Duration], at now: Duration) {
        for (index, runtime) in runtimes.enumerated() {
            runtime.replayCalls(
                stride(from: index, to: ages.count, by: runtimes.count).map { ages[$0] }, at: now)
        }
    }
}

extension ProviderError {
    /// True where it is the key that can't be used, and another one may.
    var concernsKey: Bool { kind == .unauthorized || kind == .outOfCredits }
}
