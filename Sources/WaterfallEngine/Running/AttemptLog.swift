// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The attempts of one request in order, and which of them a settlement has written.
struct AttemptLog: Sendable {
    private(set) var attempts: [Attempt] = []
    private var settledCount = 0

    /// Those that no settlement has written yet.
    var unsettled: [Attempt] { Array(attempts[settledCount...]) }

    mutating func append(_ attempt: Attempt) { attempts.append(attempt) }

    /// Takes the last attempt out, where it is the one with this id.
    mutating func takeLast(_ id: AttemptID) -> Attempt? {
        guard attempts.last?.id == id, attempts.count > settledCount else { return nil }
        return attempts.removeLast()
    }

    /// Notes what the verifier that was asked last said.
    mutating func note(_ verdict: Verdict) {
        guard let last = attempts.indices.last, attempts[last].capability.isVerification else { return }
        attempts[last].verdict = verdict.words
    }

    mutating func markSettled() { settledCount = attempts.count }

    /// Brings outcomes in line with what a chain says at its end: a match becomes `rejected` where verification turned
    /// it down. Returns the turns that have no attempt yet: providers that were not reached.
    mutating func correct(_ turns: [ChainTurn], _ capability: Capability) -> [ChainTurn] {
        turns.filter { turn in
            let index = attempts[settledCount...].lastIndex {
                $0.capability == capability && $0.provider == turn.provider
            }
            guard let index else { return true }
            if turn.outcome != .notRun { attempts[index].outcome = turn.outcome }
            return false
        }
    }
}

extension Verdict {
    /// `verified: mailbox_exists`, `valid_number`: no value, so that it may be shown anywhere.
    fileprivate var words: String {
        switch self {
        case .email(let verdict): "\(verdict.status.rawValue): \(verdict.reason.rawValue)"
        case .phone(let verdict): verdict.status.rawValue
        }
    }
}
