// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

extension Books {
    /// Every cap that holds for a user, in the order in which they are asked about.
    func capStates(
        _ caps: Caps, of spender: Spender, at moment: Timestamp
    ) throws(JournalError) -> [CapState] {
        var states: [CapState] = []
        func add(once credits: Credits?, _ cost: Amount?, _ key: String) {
            if let credits { states.append(CapState(key: "\(key).credits", cap: .credits(credits))) }
            if let cost { states.append(CapState(key: "\(key).cost", cap: .cost(cost))) }
        }
        add(once: caps.prospectCredits, caps.prospectCost, "caps.prospect")
        add(once: nil, caps.officePhoneCost, "caps.office_phone")
        add(once: caps.runCredits, caps.runCost, "caps.run")
        states += try creditStates(caps.windows(of: spender.user), spender, at: moment) { span in
            caps.key(ofUser: spender.user, .credits, per: span)
        } used: {
            $0.users[spender.user] ?? 0
        }
        states += try costStates(caps.windows(of: spender.user), spender, at: moment) { span in
            (caps.key(ofUser: spender.user, .cost, per: span), .user(spender.team.row, spender.user))
        }
        states += try creditStates(caps.team, spender, at: moment) { span in
            "caps.team." + WindowCaps.key(.credits, per: span)
        } used: {
            $0.team
        }
        states += try costStates(caps.team, spender, at: moment) { span in
            ("caps.team." + WindowCaps.key(.cost, per: span), .team(spender.team.row))
        }
        for provider in caps.providers.keys.sorted() {
            guard let cap = caps.providers[provider] else { continue }
            states += try providerStates(cap, provider, spender, at: moment)
        }
        return states
    }

    private func creditStates(
        _ caps: WindowCaps, _ spender: Spender, at moment: Timestamp, key: (CapSpan) -> String,
        used: (UsageBook) -> Int64
    ) throws(JournalError) -> [CapState] {
        var states: [CapState] = []
        for span in CapSpan.allCases {
            guard let cap = caps.credits(per: span) else { continue }
            let window = UsageWindow(span, team: spender.team, plan: spender.plan, at: moment)
            let used = used(try usage(in: window))
            states.append(
                CapState(
                    key: key(span), cap: .credits(cap), used: .credits(Credits(millis: used)),
                    left: .credits(Credits(millis: max(0, cap.millis - used))), renewsAt: window.end))
        }
        return states
    }

    private func costStates(
        _ caps: WindowCaps, _ spender: Spender, at moment: Timestamp,
        place: (CapSpan) -> (key: String, scope: SpendBook.Scope)
    ) throws(JournalError) -> [CapState] {
        var states: [CapState] = []
        for span in CapSpan.allCases {
            guard let cap = caps.cost(per: span) else { continue }
            let (key, scope) = place(span)
            states.append(try costState(cap, key, span, scope, spender, at: moment))
        }
        return states
    }

    private func costState(
        _ cap: Amount, _ key: String, _ span: CapSpan, _ scope: SpendBook.Scope, _ spender: Spender,
        at moment: Timestamp
    ) throws(JournalError) -> CapState {
        let book = try spending(span, of: spender, at: moment)
        let used = book.micros[SpendBook.Key(scope: scope, unit: cap.unit)] ?? 0
        return CapState(
            key: key, cap: .cost(cap), used: .cost(Amount(micros: used, unit: cap.unit)),
            left: .cost(Amount(micros: max(0, cap.micros - used), unit: cap.unit)), renewsAt: book.end)
    }

    private func providerStates(
        _ cap: ProviderCap, _ provider: ProviderID, _ spender: Spender, at moment: Timestamp
    ) throws(JournalError) -> [CapState] {
        var states: [CapState] = []
        let key = "caps.providers.\(provider)"
        if let limit = cap.callsPerDay {
            let book = try spending(.day, of: spender, at: moment)
            let calls = book.calls[provider] ?? 0
            states.append(
                CapState(
                    key: "\(key).calls_per_day", cap: .calls(limit), used: .calls(calls),
                    left: .calls(max(0, limit - calls)), renewsAt: book.end))
        }
        if let limit = cap.costPerDay {
            states.append(
                try costState(limit, "\(key).cost_per_day", .day, .provider(provider), spender, at: moment))
        }
        return states
    }
}
