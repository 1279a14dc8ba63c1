// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Whether and when an exchange is tried again (`semantics.md`, 7.4). Pure but for the random bits that it is given.
struct RetryPolicy: Sendable {
    /// Exchanges in all for one request, the first included.
    static let maximumTries = 3
    static let firstBackoff: Duration = .milliseconds(500)
    static let longestBackoff: Duration = .seconds(20)

    /// What to do after an exchange.
    enum Decision: Sendable, Hashable {
        case retry(after: Duration)
        case giveUp
    }

    /// - Parameters:
    ///   - error: what went wrong.
    ///   - isSafe: true where nothing was sent, the vendor answered, or a repeat is not billed.
    ///   - tries: exchanges so far.
    static func decide(
        _ error: ProviderError, isSafe: Bool, tries: Int, using random: inout some RandomNumberGenerator
    ) -> Decision {
        guard isSafe, tries < maximumTries else { return .giveUp }
        switch error.kind {
        case .throttled, .unavailable, .timedOut, .answerLost:
            let ceiling = min(firstBackoff * (1 << (tries - 1)), longestBackoff)
            let jittered = Duration.microseconds(Int64.random(in: 0...ceiling.microseconds, using: &random))
            return .retry(after: max(error.retryAfter ?? .zero, jittered))
        case .unauthorized, .outOfCredits, .malformedReply, .rejectedQuery, .cancelled:
            return .giveUp
        }
    }
}

/// Retries that a provider may still cause: each costs tokens, each success gives some back, so that a vendor that is
/// down is not asked three times as often as one that is up.
struct RetryBudget: Sendable {
    static let capacity = 100
    static let cost = 5

    private var tokens = capacity

    mutating func spend() -> Bool {
        guard tokens >= Self.cost else { return false }
        tokens -= Self.cost
        return true
    }

    mutating func succeeded() { tokens = min(tokens + 1, Self.capacity) }
}
