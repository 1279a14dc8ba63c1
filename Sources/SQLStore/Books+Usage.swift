// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A window of a cap.
struct UsageWindow: Hashable {
    var team: Int64
    var span: CapSpan
    var start: Timestamp
    var end: Timestamp

    init(_ span: CapSpan, team: TeamBook, plan: CreditPlan?, at moment: Timestamp) {
        self.span = span
        self.team = team.row
        switch span {
        case .day:
            start = CivilDate.startOfDay(moment)
            end = start + .days(1)
        case .week:
            start = CivilDate.startOfWeek(moment)
            end = start + .days(7)
        case .cycle:
            if let cycle = team.cycle, cycle.startsAt <= moment, moment < cycle.endsAt {
                // What the ledger says goes before what the plan says, which may have changed in the middle.
                (start, end) = (cycle.startsAt, cycle.endsAt)
            } else {
                // Without a plan a cycle is the calendar month.
                let cycle = BillingCycle(containing: moment, of: plan ?? .none)
                (start, end) = (cycle.startsAt, cycle.endsAt)
            }
        }
    }
}

/// What was captured in a window, and the open holds that were taken in it, in thousandths of a credit.
struct UsageBook {
    var team: Int64 = 0
    var users: [String: Int64] = [:]

    mutating func add(_ amount: Int64, user: String) {
        team += amount
        users[user, default: 0] += amount
    }
}

extension Books {
    /// Returns why the caps refuse an amount; nil where they don't.
    func refusal(
        for amount: Int64, caps: Caps, request: DataRequest, team: TeamBook, plan: CreditPlan?, at moment: Timestamp
    ) throws(JournalError) -> Refusal? {
        if let cap = request.maximumCredits, amount > cap.millis {
            return Refusal(bound: .cap("max_credits"), wouldCost: Credits(millis: amount), left: cap, renewsAt: nil)
        }
        if let cap = caps.prospectCredits, amount > cap.millis {
            return Refusal(
                bound: .cap("caps.prospect.credits"), wouldCost: Credits(millis: amount), left: cap, renewsAt: nil)
        }
        if let cap = caps.runCredits {
            let used = try runUsage(of: request.run, team: team.row)?.millis ?? 0
            if used + amount > cap.millis {
                return Refusal(
                    bound: .cap("caps.run.credits"), wouldCost: Credits(millis: amount),
                    left: Credits(millis: max(0, cap.millis - used)), renewsAt: nil)
            }
        }
        let user = caps.windows(of: request.user)
        let whole = caps.team
        if user.limitsCredits {
            let refused = try refusal(for: amount, by: user, team: team, plan: plan, at: moment) { book in
                book.users[request.user] ?? 0
            }
            if let refused { return refused.refusal(cap: caps.key(ofUser: request.user, .credits, per: refused.span)) }
        }
        if whole.limitsCredits {
            let refused = try refusal(for: amount, by: whole, team: team, plan: plan, at: moment) { $0.team }
            if let refused { return refused.refusal(cap: "caps.team." + WindowCaps.key(.credits, per: refused.span)) }
        }
        return nil
    }

    /// A window whose cap an amount would pass.
    private struct FullWindow {
        var span: CapSpan
        var amount: Int64
        var left: Int64
        var end: Timestamp

        func refusal(cap: String) -> Refusal {
            Refusal(
                bound: .cap(cap), wouldCost: Credits(millis: amount), left: Credits(millis: max(0, left)), renewsAt: end
            )
        }
    }

    private func refusal(
        for amount: Int64, by caps: WindowCaps, team: TeamBook, plan: CreditPlan?, at moment: Timestamp,
        used: (UsageBook) -> Int64
    ) throws(JournalError) -> FullWindow? {
        for span in CapSpan.allCases {
            guard let cap = caps.credits(per: span) else { continue }
            let window = UsageWindow(span, team: team, plan: plan, at: moment)
            let left = cap.millis - used(try usage(in: window))
            if amount > left { return FullWindow(span: span, amount: amount, left: left, end: window.end) }
        }
        return nil
    }

    /// Counts a hold that was taken.
    func noteUsage(held amount: Int64, for request: OpenRequestBook, at moment: Timestamp) {
        for window in usage.keys where window.team == request.team.row && window.start <= moment {
            usage[window]?.add(amount, user: request.user)
        }
        noteRun(of: request, credits: amount)
    }

    /// Counts a hold's resolution: what was captured stays, in the window of the capture.
    func noteUsage(captured: Int64, of hold: Hold, for request: OpenRequestBook, at moment: Timestamp) {
        for window in usage.keys where window.team == request.team.row {
            var change: Int64 = 0
            if window.start <= hold.takenAt { change -= hold.amount }
            if window.start <= moment { change += captured }
            if change != 0 { usage[window]?.add(change, user: request.user) }
        }
        noteRun(of: request, credits: captured - hold.amount)
    }

    func usage(in window: UsageWindow) throws(JournalError) -> UsageBook {
        if let known = usage[window] { return known }
        let book = try countUsage(in: window)
        usage = usage.filter { $0.key.team != window.team || $0.key.span != window.span }
        usage[window] = book
        return book
    }

    /// Reads the ledger for a window, once. Captures and open holds, by the user of their request.
    private func countUsage(in window: UsageWindow) throws(JournalError) -> UsageBook {
        let select = try connection(
            """
            SELECT request.user, SUM(entry.amount)
            FROM transfer AS entry JOIN request ON request.id = entry.request
            WHERE entry.team = ?1 AND entry.at >= ?2 AND (entry.kind = 'capture' OR entry.kind = 'hold'
                AND NOT EXISTS (SELECT 1 FROM transfer WHERE team = ?1 AND pending = entry.seq))
            GROUP BY request.user
            """)
        select.bind(1, window.team)
        select.bind(2, window.start)
        var book = UsageBook()
        try select.forEach { (row) throws(JournalError) in book.add(row.int64(1), user: row.text(0)) }
        return book
    }
}
