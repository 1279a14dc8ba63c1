// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What was spent with vendors in one day (UTC), with what is under way at its largest cost.
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

    var day: Timestamp
    var micros: [Key: Int64] = [:]
    var calls: [ProviderID: Int] = [:]

    init(day: Timestamp) { self.day = day }

    mutating func add(_ cost: Int64, unit: String, provider: ProviderID, team: Int64, user: String) {
        guard cost != 0 else { return }
        for scope in [.team(team), .user(team, user), .provider(provider)] as [Scope] {
            micros[Key(scope: scope, unit: unit), default: 0] += cost
        }
    }
}

extension Books {
    /// True where an attempt's largest cost would pass a money cap, or its call a provider's daily cap.
    func passesCap(
        _ intent: AttemptIntent, of request: OpenRequestBook, _ caps: Caps
    ) throws(JournalError) -> Bool {
        let cost = intent.largestCost
        func passes(_ cap: Amount?, _ spent: Int64) -> Bool {
            guard let cap, cap.unit == cost.unit, cost.micros > 0 else { return false }
            return spent + cost.micros > cap.micros
        }
        let own = request.attempts.lazy.filter { $0.cost.unit == cost.unit }
        if caps.prospectCost != nil, passes(caps.prospectCost, own.reduce(0) { $0 + $1.cost.micros }) { return true }
        if intent.capability == .officePhone, caps.officePhoneCost != nil {
            let office = own.filter { $0.capability == .officePhone }
            if passes(caps.officePhoneCost, office.reduce(0) { $0 + $1.cost.micros }) { return true }
        }
        let provider = caps.providers[intent.provider]
        guard provider != nil || caps.teamCostPerDay != nil || caps.userCostPerDay != nil else { return false }
        let book = try spending(on: intent.startedAt)
        func spent(_ scope: SpendBook.Scope) -> Int64 {
            book.micros[SpendBook.Key(scope: scope, unit: cost.unit)] ?? 0
        }
        if let limit = provider?.callsPerDay, book.calls[intent.provider, default: 0] + 1 > limit { return true }
        return passes(provider?.costPerDay, spent(.provider(intent.provider)))
            || passes(caps.teamCostPerDay, spent(.team(request.team.row)))
            || passes(caps.userCostPerDay, spent(.user(request.team.row, request.user)))
    }

    /// Counts an intent.
    func noteSpending(_ intent: AttemptIntent, of request: OpenRequestBook) {
        guard let book = spending, CivilDate.startOfDay(intent.startedAt) == book.day else { return }
        spending?.calls[intent.provider, default: 0] += 1
        spending?.add(
            intent.largestCost.micros, unit: intent.largestCost.unit, provider: intent.provider,
            team: request.team.row, user: request.user)
    }

    /// Replaces what an attempt was held at by what it cost.
    func noteSpending(_ attempt: AttemptRow, actual: Amount, of request: OpenRequestBook) {
        guard let book = spending, CivilDate.startOfDay(attempt.startedAt) == book.day else { return }
        spending?.add(
            -attempt.cost.micros, unit: attempt.cost.unit, provider: attempt.provider, team: request.team.row,
            user: request.user)
        spending?.add(
            actual.micros, unit: actual.unit, provider: attempt.provider, team: request.team.row, user: request.user)
    }

    private func spending(on moment: Timestamp) throws(JournalError) -> SpendBook {
        let day = CivilDate.startOfDay(moment)
        if let book = spending, book.day >= day { return book }
        var book = SpendBook(day: day)
        let select = try connection(
            """
            SELECT attempt.provider, request.team, request.user, cost_unit, SUM(cost_micros), COUNT(*)
            FROM attempt JOIN request ON request.id = attempt.id >> 16
            WHERE attempt.started_at >= ?1 AND attempt.started_at < ?2
                AND (attempt.outcome IS NULL OR attempt.outcome <> 'skipped'
                AND attempt.outcome <> 'not_run')
            GROUP BY attempt.provider, request.team, request.user, cost_unit
            """)
        select.bind(1, day)
        select.bind(2, day + .days(1))
        try select.forEach { (row) throws(JournalError) in
            let provider = ProviderID(rawValue: row.text(0))
            book.add(row.int64(4), unit: row.text(3), provider: provider, team: row.int64(1), user: row.text(2))
            book.calls[provider, default: 0] += Int(row.int64(5))
        }
        spending = book
        return book
    }
}
