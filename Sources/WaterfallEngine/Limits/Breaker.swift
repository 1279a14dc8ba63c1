// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Stops asking a provider that keeps failing, and tries it again by itself; stops it for good where only a person can
/// help (`semantics.md`, 7.6). Pure: moments in, decisions out.
struct Breaker: Sendable {
    /// Consecutive failures that open it.
    static let threshold = 5
    static let firstPause: Duration = .seconds(15)
    static let longestPause: Duration = .seconds(300)

    private enum State: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: Duration, pause: Duration)
        /// One call is let through to see.
        case probing(pause: Duration)
        /// A bad key, or no credits: until the process is told otherwise.
        case stopped(ProviderError.Kind)
    }

    private var state = State.closed(failures: 0)

    /// Whether a provider may be called.
    enum Permission: Sendable, Hashable {
        case allowed
        case refused
    }

    /// Asks for one call. After a pause one caller is let through, and the others wait for what it finds.
    mutating func permit(at now: Duration) -> Permission {
        switch state {
        case .closed: return .allowed
        case .open(let until, let pause):
            guard now >= until else { return .refused }
            state = .probing(pause: pause)
            return .allowed
        case .probing, .stopped: return .refused
        }
    }

    /// True where calls are refused, but for the one that a pause's end lets through.
    var isOpen: Bool {
        switch state {
        case .open, .stopped: true
        case .closed, .probing: false
        }
    }

    /// The provider answered: a hit, a miss, or a refusal of one query.
    mutating func succeeded() {
        if case .stopped = state { return }
        state = .closed(failures: 0)
    }

    /// The call was never made, or says nothing of the provider.
    mutating func abandoned(at now: Duration) {
        if case .probing(let pause) = state { state = .open(until: now, pause: pause) }
    }

    /// Counts a failure. Returns true where this is the one that stops the provider until a person acts.
    mutating func failed(_ kind: ProviderError.Kind, at now: Duration) -> Bool {
        switch kind {
        case .unauthorized, .outOfCredits:
            if case .stopped = state { return false }
            state = .stopped(kind)
            return true
        case .unavailable, .timedOut, .answerLost, .malformedReply:
            count(at: now)
        case .throttled, .rejectedQuery: succeeded()
        case .cancelled: abandoned(at: now)
        }
        return false
    }

    private mutating func count(at now: Duration) {
        switch state {
        case .closed(let failures) where failures + 1 < Self.threshold: state = .closed(failures: failures + 1)
        case .closed: state = .open(until: now + Self.firstPause, pause: Self.firstPause)
        case .probing(let pause):
            let longer = min(pause * 2, Self.longestPause)
            state = .open(until: now + longer, pause: longer)
        case .open, .stopped: break
        }
    }
}
