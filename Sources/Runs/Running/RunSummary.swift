// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import WaterfallEngine

/// What a run has come to, counted over its rows as they are written.
public struct RunSummary: Sendable, Hashable {
    public var rows: Int64 = 0
    public var rejected: Int64 = 0
    public var duplicates: Int64 = 0
    public var notRun: Int64 = 0
    /// Of the rows that were asked for, duplicates left out.
    public var outcomes: [RowOutcome: Int64] = [:]
    public var emails: [EmailStatus: Int64] = [:]
    public var mobiles: Int64 = 0
    /// Emails and mobiles that are told, by whom they came from.
    public var hits: [ProviderID: Int64] = [:]
    /// Attempts that failed, by provider and kind.
    public var errors: [String: Int64] = [:]
    /// Rows in which an answer was lost for good.
    public var lost: Int64 = 0
    public var credits = Credits.zero
    /// One entry a unit.
    public var cost: [Amount] = []

    public init() {}

    mutating func add(_ result: RowResult, _ state: RunRow.State?) {
        rows += 1
        switch state {
        case .rejected:
            rejected += 1
            return
        case .duplicate:
            duplicates += 1
            return
        case .answered, .open, .again, .erased, nil: break
        }
        guard result.outcome != .notRun else {
            notRun += 1
            return
        }
        outcomes[result.outcome, default: 0] += 1
        if let status = result.emailStatus { emails[status, default: 0] += 1 }
        if result.mobile != nil { mobiles += 1 }
        if result.email != nil, let provider = result.emailProvider { hits[provider, default: 0] += 1 }
        var isLost = false
        for attempt in result.attempts {
            guard case .failed(let kind) = attempt.outcome else { continue }
            errors["\(attempt.provider) \(kind.rawValue)", default: 0] += 1
            isLost = isLost || kind == .answerLost
        }
        if isLost { lost += 1 }
        credits = credits + result.credits
        if !result.cost.isEmpty { cost = (cost + result.cost).totals }
    }
}
