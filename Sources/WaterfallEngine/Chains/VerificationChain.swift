// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Asks verifiers in order until one is sure: events in, actions out, no I/O.
///
/// A definite verdict ends the chain; unknown and catch-all go on to the next, and the best of them stands at the end.
public struct VerificationChain: Sendable {
    /// What happened.
    public indirect enum Event: Sendable {
        case started
        case judged(ProviderID, Verdict)
        case failed(ProviderID, ProviderError)
        case skipped(ProviderID, SkipReason)
        /// No verifier may be asked any more.
        case stopped
    }

    /// What to do next.
    public indirect enum Action: Sendable, Hashable {
        case ask(ProviderID)
        case finish(Judgement)
    }

    private let steps: [ProviderID]
    private let undecided: Verdict
    private var position = 0
    private var best: (verdict: Verdict, by: ProviderID)?
    private var failures = 0
    private var answers = 0
    private var turns: [ChainTurn] = []

    /// - Parameter undecided: the verdict that stands where nobody could say more.
    public init(steps: [ProviderID], undecided: Verdict) {
        self.steps = steps
        self.undecided = undecided
    }

    public mutating func handle(_ event: Event) -> Action {
        switch event {
        case .started:
            return next()
        case .judged(let verifier, let verdict):
            answers += 1
            turns.append(ChainTurn(verifier, verdict.isUnknown ? .noMatch : .matched))
            if best.map({ verdict.rank > $0.verdict.rank }) ?? true { best = (verdict, verifier) }
            return verdict.isDefinite ? finish() : next()
        case .failed(let verifier, let error):
            turns.append(ChainTurn(verifier, .failed(error.kind)))
            // Being told to stop says nothing of the verifier.
            guard error.kind != .cancelled else { return finish() }
            failures += 1
            return next()
        case .skipped(let verifier, let reason):
            // An open breaker is a verifier that is down; any other skip is one that was never there.
            if reason == .breakerOpen { failures += 1 }
            turns.append(ChainTurn(verifier, .skipped(reason)))
            return next()
        case .stopped:
            return finish()
        }
    }

    private mutating func next() -> Action {
        guard position < steps.count else { return finish() }
        defer { position += 1 }
        return .ask(steps[position])
    }

    private mutating func finish() -> Action {
        for step in steps where !turns.contains(where: { $0.provider == step }) {
            turns.append(ChainTurn(step, .notRun))
        }
        return .finish(
            Judgement(
                verdict: best?.verdict ?? undecided, by: best?.by, everyVerifierFailed: answers == 0 && failures > 0,
                turns: turns))
    }
}

/// One provider's turn in a chain, and how it ended.
public struct ChainTurn: Sendable, Hashable {
    public let provider: ProviderID
    public let outcome: AttemptOutcome

    public init(_ provider: ProviderID, _ outcome: AttemptOutcome) {
        self.provider = provider
        self.outcome = outcome
    }
}

/// What a verification chain says of a candidate.
public struct Judgement: Sendable, Hashable {
    public var verdict: Verdict
    /// The verifier whose verdict stands; nil where nobody could say.
    public var by: ProviderID?
    /// True where verifiers were asked and every one failed, which is not the same as answering "unknown".
    public var everyVerifierFailed: Bool
    public var turns: [ChainTurn]

    public init(verdict: Verdict, by: ProviderID?, everyVerifierFailed: Bool = false, turns: [ChainTurn] = []) {
        self.verdict = verdict
        self.by = by
        self.everyVerifierFailed = everyVerifierFailed
        self.turns = turns
    }
}

extension Verdict {
    /// How much it says: a definite verdict more than catch-all, catch-all more than unknown.
    fileprivate var rank: Int { isDefinite ? 2 : isUnknown ? 0 : 1 }
}
