// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of `caps:`.
enum CapKeys {
    static let credits = Key("credits", .credits, "Credits at most.")
    static let cost = Key("cost", .money, "Vendor cost at most, of what is billed in this unit.")
    static let creditsPerDay = Key("credits_per_day", .credits, "Credits at most in a day (UTC).")
    static let creditsPerWeek = Key("credits_per_week", .credits, "Credits at most in a week from Monday (UTC).")
    static let creditsPerCycle = Key("credits_per_cycle", .credits, "Credits at most in a billing cycle.")
    static let costPerDay = Key("cost_per_day", .money, "Vendor cost at most in a day (UTC).")
    static let costPerWeek = Key(
        "cost_per_week", .money, "Vendor cost at most in a week from Monday (UTC).")
    static let costPerCycle = Key("cost_per_cycle", .money, "Vendor cost at most in a billing cycle.")
    static let callsPerDay = Key("calls_per_day", .integer(0...1_000_000_000), "Calls at most in a day (UTC).")

    static let onceObject = ObjectShape(words: "caps", keys: [credits.erased, cost.erased])
    static let windowObject = ObjectShape(
        words: "caps by time",
        keys: [
            creditsPerDay.erased, creditsPerWeek.erased, creditsPerCycle.erased, costPerDay.erased, costPerWeek.erased,
            costPerCycle.erased,
        ])
    static let providerObject = ObjectShape(
        words: "caps of a provider", keys: [callsPerDay.erased, costPerDay.erased])
    static let officePhoneObject = ObjectShape(words: "the cap of the office-phone look-up", keys: [cost.erased])

    static let prospect = Key(
        "prospect", onceObject.shape { fields, _ in fields }, "What one prospect may cost.", object: onceObject)
    static let run = Key(
        "run", onceObject.shape { fields, _ in fields },
        "What one run may cost: a file, or a request that is part of none.", object: onceObject)
    static let team = Key(
        "team", windowObject.shape { fields, _ in windows(fields) }, "What the whole team may spend.",
        object: windowObject)
    static let user = Key(
        "user", windowObject.shape { fields, _ in windows(fields) },
        "What each user may spend; `team:` can give a user others.", object: windowObject)
    static let providers = Key(
        "providers",
        providerObject.shape { fields, _ in
            ProviderCap(callsPerDay: fields[callsPerDay], costPerDay: fields[costPerDay])
        }.mapping(of: .provider, "caps by provider"), "What one provider may be used for.", object: providerObject)
    static let officePhone = Key(
        "office_phone", officePhoneObject.shape { fields, _ in fields },
        "What the free office-phone look-up of one request may cost in vendor money.", object: officePhoneObject)

    static let object = ObjectShape(
        words: "caps",
        keys: [
            prospect.erased, run.erased, team.erased, user.erased, providers.erased, officePhone.erased,
        ])

    /// The caps of a mapping by time.
    static func windows(_ fields: Fields) -> WindowCaps {
        WindowCaps(
            creditsPerDay: fields[creditsPerDay], creditsPerWeek: fields[creditsPerWeek],
            creditsPerCycle: fields[creditsPerCycle], costPerDay: fields[costPerDay],
            costPerWeek: fields[costPerWeek], costPerCycle: fields[costPerCycle])
    }
}
