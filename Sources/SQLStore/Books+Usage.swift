// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A window of a credit cap.
struct UsageWindow: Hashable {
    enum Span: Hashable {
        case day
        case week
        case cycle
    }

    var team: Int64
    var span: Span
    var start: Timestamp
    var end: Timestamp

    init(_ span: Span, team: Int64, plan: CreditPlan?, at moment: Timestamp) {
        self.span = span
        self.team = team
        switch span {
        case .day:
            start = CivilDate.startOfDay(moment)
            end = start + .days(1)
        case .week:
            start = CivilDate.startOfWeek(moment)
            end = start + .days(7)
        case .cycle:
            // Without a plan a cycle is the calendar month.
            let cycle = BillingCycle(containing: moment, of: plan ?? CreditPlan(grant: .zero))
            start = cycle.startsAt
            end = cycle.endsAt
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
        let windows: [(String, Credits?, UsageWindow.Span, String?)] = [
            ("caps.user.credits_per_day", caps.userCreditsPerDay, .day, request.user),
            ("caps.user.credits_per_week", caps.userCreditsPerWeek, .week, request.user),
            ("caps.user.credits_per_cycle", caps.userCreditsPerCycle, .cycle, request.user),
            ("caps.team.credits_per_day", caps.teamCreditsPerDay, .day, nil),
            ("caps.team.credits_per_week", caps.teamCreditsPerWeek, .week, nil),
            ("caps.team.credits_per_cycle", caps.teamCreditsPerCycle, .cycle, nil),
        ]
        for (key, cap, span, user) in windows {
            guard let cap else { continue }
            let window = UsageWindow(span, team: team.row, plan: plan, at: moment)
            let book = try usage(in: window)
            let used = user.map { book.users[$0] ?? 0 } ?? book.team
            guard used + amount > cap.millis else { continue }
            return Refusal(
                bound: .cap(key), wouldCost: Credits(millis: amount), left: Credits(millis: max(0, cap.millis - used)),
                renewsAt: window.end)
        }
        return nil
    }

    /// Counts a hold that was taken.
    func noteUsage(held amount: Int64, for request: OpenRequestBook, at moment: Timestamp) {
        for window in usage.keys where window.team == request.team.row && window.start <= moment {
            usage[window]?.add(amount, user: request.user)
        }
    }

    /// Counts a hold's resolution: what was captured stays, in the window of the capture.
    func noteUsage(captured: Int64, of hold: Hold, for request: OpenRequestBook, at moment: Timestamp) {
        for window in usage.keys where window.team == request.team.row {
            var change: Int64 = 0
            if window.start <= hold.takenAt { change -= hold.amount }
            if window.start <= moment { change += captured }
            if change != 0 { usage[window]?.add(change, user: request.user) }
        }
    }

    private func usage(in window: UsageWindow) throws(JournalError) -> UsageBook {
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
