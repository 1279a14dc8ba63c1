// SPDX-License-Identifier: Apache-2.0

/// Why a provider gave no answer. Knowing nothing is a miss, never one of these.
///
/// What the engine does next depends on `kind` alone. The detail is a `StaticString`, so that neither a secret nor
/// personal data can reach it.
public struct ProviderError: Error, Sendable, Hashable {
    /// The closed list of what can go wrong. Raw values are the words on every wire and in YAML.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The key is wrong or has no right to this: stop using the provider until a person acts.
        case unauthorized
        /// The vendor's credits are gone: stop using the provider until a person acts or the balance changes.
        case outOfCredits = "out_of_credits"
        /// Too many calls: wait `retryAfter`, then again within the deadline.
        case throttled
        /// The vendor is down: retried where that is safe, then the chain goes on.
        case unavailable
        case timedOut = "timed_out"
        /// An answer that is not in the vendor's documents; asking again can't help.
        case malformedReply = "malformed_reply"
        /// The vendor refuses this query; asking again can't help.
        case rejectedQuery = "rejected_query"
        /// Bytes left, no answer came, and a repeat would be billed.
        case answerLost = "answer_lost"
        /// The request was stopped.
        case cancelled
    }

    public let kind: Kind
    /// A fixed sentence about the case.
    public let detail: String?
    /// How long the vendor asks to wait.
    public let retryAfter: Duration?

    public init(_ kind: Kind, _ detail: StaticString? = nil, retryAfter: Duration? = nil) {
        self.kind = kind
        self.detail = detail.map { "\($0)" }
        self.retryAfter = retryAfter
    }
}

extension ProviderError: CustomStringConvertible {
    public var description: String { detail.map { "\(kind.rawValue): \($0)" } ?? kind.rawValue }
}
