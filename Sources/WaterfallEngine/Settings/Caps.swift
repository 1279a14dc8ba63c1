// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Upper bounds. Nil is no bound. A money cap applies to what is billed in its own unit.
public struct Caps: Sendable, Hashable {
    /// What one prospect may cost.
    public var prospectCredits: Credits?
    public var prospectCost: Amount?
    /// What one run may cost. A request without a run is a run of its own.
    public var runCredits: Credits?
    public var runCost: Amount?
    /// What the whole team may spend.
    @Boxed public var team: WindowCaps
    /// What each user may spend.
    @Boxed public var user: WindowCaps
    /// Users' own caps, which go before those of every user.
    public var users: [String: WindowCaps]
    public var providers: [ProviderID: ProviderCap]
    /// What the free office-phone look-up of one request may cost.
    public var officePhoneCost: Amount?

    public init(
        prospectCredits: Credits? = nil, prospectCost: Amount? = nil, runCredits: Credits? = nil,
        runCost: Amount? = nil, team: WindowCaps = WindowCaps(), user: WindowCaps = WindowCaps(),
        users: [String: WindowCaps] = [:], providers: [ProviderID: ProviderCap] = [:], officePhoneCost: Amount? = nil
    ) {
        self.prospectCredits = prospectCredits
        self.prospectCost = prospectCost
        self.runCredits = runCredits
        self.runCost = runCost
        self.team = team
        self.user = user
        self.users = users
        self.providers = providers
        self.officePhoneCost = officePhoneCost
    }

    /// The caps of one user: the user's own, and for what they leave open those of every user.
    public func windows(of user: String) -> WindowCaps {
        guard !users.isEmpty, let own = users[user] else { return self.user }
        return own.completed(by: self.user)
    }

    /// Where a user's cap is written: `caps.user.credits_per_day`, or `team.users.joe.caps.credits_per_day`.
    public func key(ofUser user: String, _ measure: CapMeasure, per span: CapSpan) -> String {
        let isOwn = users[user]?.has(measure, per: span) ?? false
        return (isOwn ? "team.users.\(user).caps." : "caps.user.") + WindowCaps.key(measure, per: span)
    }

    /// True where some cap is on what vendors bill.
    public var limitsCost: Bool {
        prospectCost != nil || runCost != nil || officePhoneCost != nil || !providers.isEmpty || team.limitsCost
            || user.limitsCost || users.values.contains { $0.limitsCost }
    }
}

/// The windows that caps are counted in, in UTC. A week starts on Monday.
public enum CapSpan: String, Sendable, Hashable, CaseIterable {
    case day
    case week
    /// A billing cycle; without a plan the calendar month.
    case cycle
}

/// What a cap is on.
public enum CapMeasure: String, Sendable, Hashable, CaseIterable {
    case credits
    /// What vendors bill.
    case cost
}

/// Upper bounds by window.
public struct WindowCaps: Sendable, Hashable {
    public var creditsPerDay: Credits?
    public var creditsPerWeek: Credits?
    public var creditsPerCycle: Credits?
    public var costPerDay: Amount?
    public var costPerWeek: Amount?
    public var costPerCycle: Amount?

    public init(
        creditsPerDay: Credits? = nil, creditsPerWeek: Credits? = nil, creditsPerCycle: Credits? = nil,
        costPerDay: Amount? = nil, costPerWeek: Amount? = nil, costPerCycle: Amount? = nil
    ) {
        self.creditsPerDay = creditsPerDay
        self.creditsPerWeek = creditsPerWeek
        self.creditsPerCycle = creditsPerCycle
        self.costPerDay = costPerDay
        self.costPerWeek = costPerWeek
        self.costPerCycle = costPerCycle
    }

    public func credits(per span: CapSpan) -> Credits? {
        switch span {
        case .day: creditsPerDay
        case .week: creditsPerWeek
        case .cycle: creditsPerCycle
        }
    }

    public func cost(per span: CapSpan) -> Amount? {
        switch span {
        case .day: costPerDay
        case .week: costPerWeek
        case .cycle: costPerCycle
        }
    }

    /// The name of a cap in the configuration, such as `credits_per_day`.
    public static func key(_ measure: CapMeasure, per span: CapSpan) -> String {
        "\(measure.rawValue)_per_\(span.rawValue)"
    }

    func has(_ measure: CapMeasure, per span: CapSpan) -> Bool {
        measure == .credits ? credits(per: span) != nil : cost(per: span) != nil
    }

    func completed(by other: WindowCaps) -> WindowCaps {
        WindowCaps(
            creditsPerDay: creditsPerDay ?? other.creditsPerDay, creditsPerWeek: creditsPerWeek ?? other.creditsPerWeek,
            creditsPerCycle: creditsPerCycle ?? other.creditsPerCycle, costPerDay: costPerDay ?? other.costPerDay,
            costPerWeek: costPerWeek ?? other.costPerWeek, costPerCycle: costPerCycle ?? other.costPerCycle)
    }

    public var limitsCredits: Bool { creditsPerDay != nil || creditsPerWeek != nil || creditsPerCycle != nil }

    public var limitsCost: Bool { costPerDay != nil || costPerWeek != nil || costPerCycle != nil }
}

/// What one provider may be used for in a day (UTC).
public struct ProviderCap: Sendable, Hashable {
    public var callsPerDay: Int?
    public var costPerDay: Amount?

    public init(callsPerDay: Int? = nil, costPerDay: Amount? = nil) {
        self.callsPerDay = callsPerDay
        self.costPerDay = costPerDay
    }
}
