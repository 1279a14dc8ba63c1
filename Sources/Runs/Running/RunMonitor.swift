// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization
public import WaterfallEngine

/// What a run has done so far, for progress and for its pilot: counts, no row's data.
public struct RunProgress: Sendable, Hashable {
    /// Rows that have ended in this process.
    public var ended: Int64 = 0
    public var outcomes: [RowOutcome: Int64] = [:]
    /// Candidates that were accepted or came first, by provider.
    public var hits: [ProviderID: Int64] = [:]
    /// Attempts that failed, by kind.
    public var errors: [ProviderError.Kind: Int64] = [:]
    public var credits = Credits.zero
    /// One entry a unit.
    public var cost: [Amount] = []
    public var inFlight = 0

    public init() {}
}

/// Hears the engine, and counts.
public final class RunMonitor: RunObserver {
    private struct State {
        var progress = RunProgress()
        var longestWait = Duration.zero
    }

    private let state = Mutex(State())
    private let next: any RunObserver
    private let rowEnded: @Sendable () -> Void

    /// - Parameters:
    ///   - next: hears everything too.
    ///   - rowEnded: called when a row has its answer.
    public init(_ next: any RunObserver = SilentObserver(), rowEnded: @escaping @Sendable () -> Void = {}) {
        self.next = next
        self.rowEnded = rowEnded
    }

    public var progress: RunProgress { state.withLock { $0.progress } }

    public func record(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .queued(_, _, let wait): state.longestWait = max(state.longestWait, wait)
            case .attemptEnded(_, let attempt): state.progress.add(attempt)
            case .requestOpened, .requestRefused, .attemptStarted, .retrying, .providerStopped, .requestSettled,
                .requestJoined:
                break
            }
        }
        next.record(event)
    }

    /// The longest wait for a limit since it was asked last.
    func takeLongestWait() -> Duration {
        state.withLock { state in
            defer { state.longestWait = .zero }
            return state.longestWait
        }
    }

    func ended(_ result: RowResult, inFlight: Int) {
        state.withLock { state in
            state.progress.ended += 1
            state.progress.outcomes[result.outcome, default: 0] += 1
            state.progress.credits = state.progress.credits + result.credits
            state.progress.cost = (state.progress.cost + result.cost).totals
            state.progress.inFlight = inFlight
        }
        rowEnded()
    }
}

extension RunProgress {
    fileprivate mutating func add(_ attempt: Attempt) {
        switch attempt.outcome {
        case .matched where attempt.capability == .email || attempt.capability == .mobile:
            hits[attempt.provider, default: 0] += 1
        case .failed(let kind): errors[kind, default: 0] += 1
        case .matched, .noMatch, .rejected, .skipped, .notRun: break
        }
    }
}
