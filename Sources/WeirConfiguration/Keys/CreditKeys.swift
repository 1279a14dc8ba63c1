// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of `credits:`.
enum CreditKeys {
    private static let prices = PriceList()

    static let email = Key("email", .credits, "A verified email.", standard: prices.email.decimal)
    static let catchAll = Key(
        "catch_all", .credits, "An email that `accept.catch_all: verified` accepts.", standard: prices.catchAll.decimal)
    static let phone = Key(
        "phone", .credits, "The phone numbers of one contact, once, however many.", standard: prices.phone.decimal)
    static let verification = Key(
        "verification", .credits, "A definite verdict on an email that a user asks about.",
        standard: prices.verification.decimal)
    static let pricesObject = ObjectShape(
        words: "prices in credits", keys: [email.erased, catchAll.erased, phone.erased, verification.erased])
    static let priceList = Key(
        "prices",
        pricesObject.shape { fields, _ in
            PriceList(
                email: fields[email] ?? prices.email, catchAll: fields[catchAll] ?? prices.catchAll,
                phone: fields[phone] ?? prices.phone, verification: fields[verification] ?? prices.verification)
        }, "What each datum costs in credits.", object: pricesObject)

    static let grant = Key("grant", .credits, "Credits at the start of each cycle.", isRequired: true)
    static let cycle = Key(
        "cycle", Shape<CreditPlan.Cycle>.word, "How long a billing cycle is.",
        standard: CreditPlan.Cycle.monthly.rawValue)
    static let anchor = Key(
        "anchor", anchorShape,
        "The day on which cycles start: a day of the month (31 is the last day), or `MM-DD` for quarterly and yearly.",
        standard: "1")
    static let rollover = Key(
        "rollover", .boolean, "Whether unused credits of the plan live on into the next cycle.", standard: "false")
    static let planObject = ObjectShape(
        words: "a plan", keys: [grant.erased, cycle.erased, anchor.erased, rollover.erased])
    static let plan = Key(
        "plan", planObject.shape(makePlan), "What the team's plan grants, and when; without it nothing is limited.",
        object: planObject)

    static let object = ObjectShape(words: "credits: plan and prices", keys: [plan.erased, priceList.erased])

    /// A day, and the month it is in where that was said.
    struct Anchor: Sendable {
        var day: Int
        var month: Int?
    }

    private static let anchorShape = Shape<Located<Anchor>>(
        words: "a day from 1 to 31, or MM-DD",
        schema: .object([
            .init(
                "anyOf",
                .array([
                    Shape.integer(1...31).schema,
                    .object([.init("type", "string"), .init("pattern", "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]),
                ]))
        ])
    ) { node, reading in
        let words = "a day from 1 to 31, or MM-DD"
        reading.show(node)
        guard let text = reading.text(node, wanted: words) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 1, let day = Int(text), (1...31).contains(day) {
            return Located(value: Anchor(day: day), position: node.position, length: text.count)
        }
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let month = Int(parts[0]), let day = Int(parts[1]),
            (1...12).contains(month), (1...days(in: month)).contains(day)
        else {
            reading.refuse(node, wanted: words)
            return nil
        }
        return Located(value: Anchor(day: day, month: month), position: node.position, length: text.count)
    }

    private static func days(in month: Int) -> Int {
        switch month {
        case 2: 29
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    @Sendable private static func makePlan(_ fields: Fields, _ reading: inout Reading) -> CreditPlan? {
        guard let grant = fields[grant] else { return nil }
        let cycle = fields[cycle] ?? .monthly
        if let written = fields[anchor], cycle == .monthly, written.value.month != nil {
            reading.fail(
                written.position, length: written.length, "a monthly cycle starts on a day of the month",
                hint: "write the day alone: `anchor: \(written.value.day)`")
        }
        let anchor = fields[anchor]?.value
        return CreditPlan(
            grant: grant, cycle: cycle, anchorDay: anchor?.day ?? 1, anchorMonth: anchor?.month ?? 1,
            rollover: fields[rollover] ?? false)
    }
}
