// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What was spent with vendors in a window, with what is under way at its largest cost.
struct SpendBook {
    enum Scope: Hashable {
        case team(Int64)
        case user(Int64, String)
        case provider(ProviderID)
    }

    struct Key: Hashable {
        var scope: Scope
        var unit: String
    }

    /// Days and weeks are the same for every team, cycles are a team's own.
    enum Span: Hashable {
        case day
        case week
        case cycle(team: Int64)
    }

    var start: Timestamp
    var end: Timestamp
    var micros: [Key: Int64] = [:]
    var calls: [ProviderID: Int] = [:]

    init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    func contains(_ moment: Timestamp) -> Bool { start <= moment && moment < end }

    mutating func add(_ cost: Int64, unit: String, provider: ProviderID, team: Int64, user: String) {
        guard cost != 0 else { return }
        micros[Key(scope: .team(team), unit: unit), default: 0] += cost
        micros[Key(scope: .user(team, user), unit: unit), default: 0] += cost
        micros[Key(scope: .provider(provider), unit: unit), default: 0] += cost
    }
}

/// Who is about to spend.
struct Spender {
    var team: TeamBook
    var user: String
    var run: RunID?
    var plan: CreditPlan?
    /// The request's attempts so far.
    var attempts: [AttemptRow] = []
}

/// A cap that a cost would pass.
struct PassedCap {
    /// By its key in the configuration.
    var key: String
    /// In millionths of the cost's unit; nil for a cap on calls.
    var left: Int64?
    var renewsAt: Timestamp?
}

extension Books {
    /// True where an attempt's largest cost would pass a money cap, or its call a provider's daily cap.
    func passesCap(
        _ intent: AttemptIntent, of request: OpenRequestBook, _ limits: RequestLimits
    ) throws(JournalError) -> Bool {
        guard limits.caps.limitsCost else { return false }
        let spender = Spender(
            team: request.team, user: request.user, run: request.run, plan: limits.plan, attempts: request.attempts)
        return try passedCap(
            by: intent.largestCost, intent.provider, isOfficePhone: intent.capability == .officePhone, of: spender,
            limits.caps, at: intent.startedAt) != nil
    }

    /// The first cap that a cost would pass; nil where it fits them all.
    func passedCap(
        by cost: Amount, _ provider: ProviderID, isOfficePhone: Bool, of spender: Spender, _ caps: Caps,
        at moment: Timestamp
    ) throws(JournalError) -> PassedCap? {
        if let limit = caps.providers[provider]?.callsPerDay {
            let book = try spending(.day, of: spender, at: moment)
            if book.calls[provider, default: 0] + 1 > limit {
                return PassedCap(key: "caps.providers.\(provider).calls_per_day", renewsAt: book.end)
            }
        }
        guard cost.micros > 0 else { return nil }
        if let passed = try passedCap(ofRequest: spender, by: cost, isOfficePhone: isOfficePhone, caps) {
            return passed
        }
        func passed(
            _ cap: Amount?, _ span: CapSpan, _ scope: SpendBook.Scope, _ key: @autoclosure () -> String
        ) throws(JournalError) -> PassedCap? {
            guard let cap, cap.unit == cost.unit else { return nil }
            let book = try spending(span, of: spender, at: moment)
            let left = cap.micros - (book.micros[SpendBook.Key(scope: scope, unit: cost.unit)] ?? 0)
            guard cost.micros > left else { return nil }
            return PassedCap(key: key(), left: max(0, left), renewsAt: book.end)
        }
        let daily = try passed(
            caps.providers[provider]?.costPerDay, .day, .provider(provider), "caps.providers.\(provider).cost_per_day")
        if let daily { return daily }
        let (user, team) = (caps.windows(of: spender.user), caps.team)
        guard user.limitsCost || team.limitsCost else { return nil }
        for span in CapSpan.allCases {
            let byTeam = try passed(
                team.cost(per: span), span, .team(spender.team.row), "caps.team." + WindowCaps.key(.cost, per: span))
            if let byTeam { return byTeam }
            let byUser = try passed(
                user.cost(per: span), span, .user(spender.team.row, spender.user),
                caps.key(ofUser: spender.user, .cost, per: span))
            if let byUser { return byUser }
        }
        return nil
    }

    /// The caps of one prospect, of its office-phone look-up, and of its run.
    private func passedCap(
        ofRequest spender: Spender, by cost: Amount, isOfficePhone: Bool, _ caps: Caps
    ) throws(JournalError) -> PassedCap? {
        func passed(_ cap: Amount?, _ key: String, _ spent: Int64) -> PassedCap? {
            guard let cap, spent + cost.micros > cap.micros else { return nil }
            return PassedCap(key: key, left: max(0, cap.micros - spent))
        }
        func own(_ isCounted: (AttemptRow) -> Bool = { _ in true }) -> Int64 {
            spender.attempts.reduce(0) { $1.cost.unit == cost.unit && isCounted($1) ? $0 + $1.cost.micros : $0 }
        }
        if caps.prospectCost?.unit == cost.unit,
            let passed = passed(caps.prospectCost, "caps.prospect.cost", own())
        {
            return passed
        }
        if isOfficePhone, caps.officePhoneCost?.unit == cost.unit,
            let passed = passed(
                caps.officePhoneCost, "caps.office_phone.cost", own { $0.capability == .officePhone })
        {
            return passed
        }
        guard caps.runCost?.unit == cost.unit else { return nil }
        let run = try runUsage(of: spender.run, team: spender.team.row)
        return passed(caps.runCost, "caps.run.cost", run.map { $0.micros[cost.unit] ?? 0 } ?? own())
    }

    /// Why a request is refused for money: of those who could be asked for what is needed, nobody fits. The cheapest
    /// says what is missing.
    func costRefusal(
        _ opening: RequestOpening, needed: Set<Datum>, team: TeamBook
    ) throws(JournalError) -> Refusal? {
        let request = opening.request
        let spender = Spender(team: team, user: request.user, run: request.run, plan: opening.plan)
        var cheapest: (cost: Amount, cap: PassedCap, left: Int64)?
        for bid in opening.bids where needed.contains(bid.datum) {
            let passed = try passedCap(
                by: bid.largestCost, bid.provider, isOfficePhone: false, of: spender, opening.caps,
                at: request.createdAt)
            guard let passed else { return nil }
            // One that has had its calls is not asked, whatever it costs.
            guard let left = passed.left else { continue }
            if cheapest.map({ bid.largestCost.micros < $0.cost.micros }) ?? true {
                cheapest = (bid.largestCost, passed, left)
            }
        }
        return cheapest.map { cost, cap, left in
            Refusal(
                cap: cap.key, cost: Refusal.Cost(wouldCost: cost, left: Amount(micros: left, unit: cost.unit)),
                renewsAt: cap.renewsAt)
        }
    }

    // MARK: Counting

    /// Counts an intent.
    func noteSpending(_ intent: AttemptIntent, of request: OpenRequestBook) {
        let cost = intent.largestCost
        noteRun(of: request, cost: cost.micros, unit: cost.unit)
        for span in spending.keys where isCounted(intent.startedAt, of: request, in: span) {
            spending[span]?.calls[intent.provider, default: 0] += 1
            spending[span]?.add(
                cost.micros, unit: cost.unit, provider: intent.provider, team: request.team.row, user: request.user)
        }
    }

    /// Replaces what an attempt was held at by what it cost.
    func noteSpending(_ attempt: AttemptRow, actual: Amount, of request: OpenRequestBook) {
        noteRun(of: request, cost: -attempt.cost.micros, unit: attempt.cost.unit)
        noteRun(of: request, cost: actual.micros, unit: actual.unit)
        for span in spending.keys where isCounted(attempt.startedAt, of: request, in: span) {
            spending[span]?.add(
                -attempt.cost.micros, unit: attempt.cost.unit, provider: attempt.provider, team: request.team.row,
                user: request.user)
            spending[span]?.add(
                actual.micros, unit: actual.unit, provider: attempt.provider, team: request.team.row,
                user: request.user)
        }
    }

    private func isCounted(_ moment: Timestamp, of request: OpenRequestBook, in span: SpendBook.Span) -> Bool {
        if case .cycle(let team) = span, team != request.team.row { return false }
        return spending[span]?.contains(moment) ?? false
    }

    /// What was spent in the window that a moment falls into. A window that has ended is not gone back to.
    func spending(_ span: CapSpan, of spender: Spender, at moment: Timestamp) throws(JournalError) -> SpendBook {
        let key: SpendBook.Span =
            switch span {
            case .day: .day
            case .week: .week
            case .cycle: .cycle(team: spender.team.row)
            }
        let window = UsageWindow(span, team: spender.team, plan: spender.plan, at: moment)
        if let book = spending[key], book.start >= window.start, book.end >= window.end { return book }
        let book = try countSpending(in: window, ofTeam: span == .cycle ? window.team : nil)
        spending[key] = book
        return book
    }

    /// Reads the attempts of a window, once.
    private func countSpending(in window: UsageWindow, ofTeam team: Int64?) throws(JournalError) -> SpendBook {
        var book = SpendBook(start: window.start, end: window.end)
        let select = try connection(
            """
            SELECT attempt.provider, request.team, request.user, cost_unit, SUM(cost_micros), COUNT(*)
            FROM attempt JOIN request ON request.id = attempt.id >> 16
            WHERE attempt.started_at >= ?1 AND attempt.started_at < ?2 AND (?3 IS NULL OR request.team = ?3)
                AND (attempt.outcome IS NULL OR attempt.outcome <> 'skipped'
                AND attempt.outcome <> 'not_run')
            GROUP BY attempt.provider, request.team, request.user, cost_unit
            """)
        select.bind(1, window.start)
        select.bind(2, window.end)
        select.bind(3, team)
        try select.forEach { (row) throws(JournalError) in
            let provider = ProviderID(rawValue: row.text(0))
            book.add(row.int64(4), unit: row.text(3), provider: provider, team: row.int64(1), user: row.text(2))
            book.calls[provider, default: 0] += Int(row.int64(5))
        }
        return book
    }
}
