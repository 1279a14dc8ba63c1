// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Adds up what requests came to. Its memory grows with days and providers, not with requests.
public struct ReportTally: Sendable {
    /// One provider's turn in a request.
    public struct Turn: Sendable {
        public var capability: Capability
        public var provider: ProviderID
        public var outcome: AttemptOutcome
        /// True where a vendor was called.
        public var isCall: Bool
        public var startedAt: Timestamp
        public var latency: Duration?
        public var cost: AttemptCost?

        public init(
            _ capability: Capability, _ provider: ProviderID, _ outcome: AttemptOutcome, isCall: Bool,
            startedAt: Timestamp, latency: Duration? = nil, cost: AttemptCost? = nil
        ) {
            self.capability = capability
            self.provider = provider
            self.outcome = outcome
            self.isCall = isCall
            self.startedAt = startedAt
            self.latency = latency
            self.cost = cost
        }

        /// True where it answered or failed to, and so took a place in its chain.
        fileprivate var hasPlace: Bool { outcome.isCall }
    }

    /// One admitted request.
    public struct Request: Sendable {
        public var createdAt: Timestamp
        public var isVerification: Bool
        /// Nil where it isn't settled.
        public var outcome: RequestOutcome?
        public var stopped: [Datum: StopReason]
        public var captured: Credits
        public var turns: [Turn]

        public init(
            createdAt: Timestamp, isVerification: Bool = false, outcome: RequestOutcome?,
            stopped: [Datum: StopReason] = [:], captured: Credits = .zero, turns: [Turn] = []
        ) {
            self.createdAt = createdAt
            self.isVerification = isVerification
            self.outcome = outcome
            self.stopped = stopped
            self.captured = captured
            self.turns = turns
        }
    }

    /// One charged datum.
    public struct Charge: Sendable {
        public var datum: Datum
        public var requestedAt: Timestamp
        public var capability: Capability?
        public var provider: ProviderID?
        public var refund: Credits?
        /// True where the refund takes effect with the next cycle.
        public var isDue: Bool
        public var hasBounced: Bool

        public init(
            _ datum: Datum, requestedAt: Timestamp, capability: Capability? = nil, provider: ProviderID? = nil,
            refund: Credits? = nil, isDue: Bool = false, hasBounced: Bool = false
        ) {
            self.datum = datum
            self.requestedAt = requestedAt
            self.capability = capability
            self.provider = provider
            self.refund = refund
            self.isDue = isDue
            self.hasBounced = hasBounced
        }
    }

    fileprivate struct Key: Hashable {
        var capability: Capability
        var provider: ProviderID
        var isOnRequest: Bool
    }

    private struct Line {
        var figures: ProviderFigures
        /// Of its places among the turns of its chain, to put providers in the order in which they are asked.
        var places = 0
        var turns = 0

        var meanPlace: Double { turns == 0 ? .infinity : Double(places) / Double(turns) }
    }

    private var figures = ReportFigures()
    private var days: [Timestamp: (requests: Int, figures: UsageFigures)] = [:]
    private var lines: [Key: Line] = [:]
    private var found: [Capability: [ProviderID: Int]] = [:]

    public init() {}

    // MARK: Requests

    public mutating func add(_ request: Request) {
        if request.isVerification { figures.verifications += 1 } else { figures.requests += 1 }
        if request.outcome == nil { figures.openRequests += 1 }
        var usage = UsageFigures()
        usage.captured = request.captured
        for turn in request.turns where turn.isCall {
            usage.calls += 1
            if let cost = turn.cost { usage.add(cost.amount, isSuspected: cost.isSuspected) }
        }
        note(usage, requests: 1, at: request.createdAt)
        addTurns(of: request)
        guard !request.isVerification, let outcome = request.outcome else { return }
        figures.outcomes[outcome, default: 0] += 1
        addChain(.email, ended: request.stopped[.email], request.turns)
        addChain(.mobile, ended: request.stopped[.phone], request.turns)
    }

    private mutating func note(_ usage: UsageFigures, requests: Int, at moment: Timestamp) {
        figures.total.add(usage)
        var day = days.removeValue(forKey: CivilDate.startOfDay(moment)) ?? (0, UsageFigures())
        day.requests += requests
        day.figures.add(usage)
        days[CivilDate.startOfDay(moment)] = day
    }

    private mutating func addTurns(of request: Request) {
        var places: [Capability: Int] = [:]
        for turn in request.turns {
            let place = places[turn.capability, default: 0]
            places[turn.capability] = place + 1
            let key = Key(
                capability: turn.capability, provider: turn.provider, isOnRequest: request.isVerification)
            var line = lines.removeValue(forKey: key) ?? Line(figures: ProviderFigures(key))
            line.places += place
            line.turns += 1
            line.figures.add(turn)
            lines[key] = line
        }
    }

    private mutating func addChain(_ capability: Capability, ended: StopReason?, _ turns: [Turn]) {
        guard let ended else { return }
        var chain = figures.chains.removeValue(forKey: capability) ?? ChainFigures()
        chain.asked += 1
        chain.ends[ended, default: 0] += 1
        let isFound = ended == .verified || ended == .accepted
        let turns = turns.filter { $0.capability == capability && $0.hasPlace }
        let ender = isFound ? turns.lastIndex { $0.outcome == .matched } : nil
        for (place, turn) in turns.enumerated() {
            if place == chain.steps.count { chain.steps.append(ChainFigures.Step()) }
            chain.steps[place].reached += 1
            if place == ender { chain.steps[place].found += 1 }
            if case .failed = turn.outcome { chain.steps[place].failed += 1 }
        }
        if let ender {
            let provider = turns[ender].provider
            found[capability, default: [:]][provider, default: 0] += 1
            lines[Key(capability: capability, provider: provider, isOnRequest: false)]?.figures.found += 1
        }
        figures.chains[capability] = chain
    }

    // MARK: What is read apart

    public mutating func add(_ charge: Charge) {
        var usage = UsageFigures()
        usage.hits[charge.datum] = 1
        usage.refunded = charge.refund ?? .zero
        usage.bounces = charge.hasBounced ? 1 : 0
        note(usage, requests: 0, at: charge.requestedAt)
        if charge.datum == .email {
            figures.bounces.charged += 1
            figures.bounces.bounced += charge.hasBounced ? 1 : 0
            figures.bounces.refunded += charge.refund == nil ? 0 : 1
            if charge.isDue { figures.bounces.due += charge.refund ?? .zero }
        }
        guard let capability = charge.capability, let provider = charge.provider else { return }
        let key = Key(capability: capability, provider: provider, isOnRequest: charge.datum == .verification)
        lines[key]?.figures.charged += 1
        if charge.hasBounced { lines[key]?.figures.bounced += 1 }
    }

    /// Notes claims that were refused.
    public mutating func addRefusedClaims(_ count: Int, reason: String) {
        figures.bounces.refused[reason, default: 0] += count
    }

    /// Notes requests that the gate refused.
    public mutating func addRefusals(_ count: Int, by bound: String) {
        figures.refusals[bound, default: 0] += count
    }

    /// Notes contacts: how many, what they were asked for, and what there is of them.
    ///
    /// - Parameters:
    ///   - email: the status of the best address; nil where no email was asked for.
    ///   - hasPhone: nil where no phone was asked for.
    public mutating func addProspects(_ count: Int, email: EmailStatus?, hasPhone: Bool?) {
        figures.prospects.count += count
        if let email { figures.prospects.emails[email, default: 0] += count }
        guard let hasPhone else { return }
        figures.prospects.askedForPhone += count
        if hasPhone { figures.prospects.withPhone += count }
    }

    public mutating func add(_ numbers: ProspectFigures.Numbers) { figures.prospects.numbers.append(numbers) }

    // MARK: The sum

    /// What it came to.
    public var report: ReportFigures {
        var report = figures
        report.days = days.sorted { $0.key < $1.key }.map { day in
            ReportFigures.Day(startsAt: day.key, requests: day.value.requests, figures: day.value.figures)
        }
        report.providers = lines.sorted { left, right in
            if left.key.isOnRequest != right.key.isOnRequest { return right.key.isOnRequest }
            if left.key.capability != right.key.capability { return left.key.capability < right.key.capability }
            return (left.value.meanPlace, left.key.provider) < (right.value.meanPlace, right.key.provider)
        }.map(\.value.figures)
        for (capability, counts) in found {
            report.chains[capability]?.found = report.providers.compactMap { line in
                guard line.capability == capability, !line.isOnRequest else { return nil }
                return counts[line.provider].map { ChainFigures.Finder(line.provider, count: $0) }
            }
        }
        return report
    }
}

extension ProviderFigures {
    fileprivate init(_ key: ReportTally.Key) {
        self.init(key.capability, key.provider, isOnRequest: key.isOnRequest)
    }

    fileprivate mutating func add(_ turn: ReportTally.Turn) {
        switch turn.outcome {
        case .matched: matched += 1
        case .noMatch: noMatch += 1
        case .rejected: rejected += 1
        case .failed(let kind): failures[kind, default: 0] += 1
        case .skipped(let reason): skips[reason, default: 0] += 1
        case .notRun: return
        }
        if turn.isCall {
            usage.calls += 1
            if let latency = turn.latency { self.latency.add(latency) }
            if let cost = turn.cost { usage.add(cost.amount, isSuspected: cost.isSuspected) }
        } else if turn.hasPlace {
            cached += 1
        }
    }
}
