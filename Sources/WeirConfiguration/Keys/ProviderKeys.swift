// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of one provider under `providers:`.
enum ProviderKeys {
    static let apiKey = Key(
        "api_key", secretOrUnset.oneOrMore("a key, best as ${NAME}, or a list of them", maximum: 16),
        "The key that the vendor gave you; read from the environment variable `<ID>_API_KEY` where it is absent. Of a "
            + "list the key with most quota left is used, and one that is used up is set aside; limits hold for each.")
    static let enabled = Key("enabled", .boolean, "Whether the provider is asked at all.", standard: "true")
    static let baseURL = Key(
        "base_url", Shape.baseURL.located,
        "Asked instead of the vendor's own scheme, host and port: the sandbox, a proxy, a private deployment.")
    static let allowPrivateAddresses = Key(
        "allow_private_addresses", .boolean, "Lets `base_url` be an address of this machine or network.",
        standard: "false")
    static let allowUnconfirmed = Key(
        "allow_unconfirmed", .boolean, "Lets a provider run whose API is known from hearsay only.", standard: "false")
    static let rate = Key(
        "rate", Shape.rate.oneOrMore("a rate such as 10/s, or a list of them", maximum: 8),
        "Calls at most, in one or several windows at once, instead of the vendor's published limits.")
    static let concurrency = Key("concurrency", .integer(1...10_000), "Calls in flight at once.")
    static let timeout = Key("timeout", .duration, "How long one attempt may take.")
    static let cost = Key(
        "cost", costShape(), "What the vendor bills, instead of its published price.", object: costObject)
    static let creditPrice = Key(
        "credit_price", Shape.currency,
        "What one of the vendor's own credits costs you, so that prices in them can be compared with others'.")

    static let object = ObjectShape(words: "the settings of a provider", keys: common)

    /// The keys of one that is built in: those that ask no vendor have their own.
    static func object(of id: ProviderID) -> ObjectShape {
        switch id {
        case SMTPKeys.id: SMTPKeys.object
        case PatternKeys.id: PatternKeys.object
        default: object
        }
    }

    static let common: [AnyKey] = [
        apiKey.erased, enabled.erased, baseURL.erased, allowPrivateAddresses.erased, allowUnconfirmed.erased,
        rate.erased, concurrency.erased, timeout.erased, cost.erased, creditPrice.erased,
    ]

    /// What was read of `api_key`.
    enum WrittenKey: Sendable {
        case secret(Secret)
        /// One variable, not set: the step is skipped, which is a warning.
        case unset(variable: String)
    }

    private static let secretOrUnset = Shape<Located<WrittenKey>>(
        words: "a key, best as ${NAME}", schema: .object([.init("type", "string")])
    ) { node, reading in
        let words = "a key, best as ${NAME}"
        if case .scalar(let text, _) = node.content {
            // The name of a variable is no secret, and helps in a message.
            if Variables.single(text) != nil { reading.showProgram(node) }
            if reading.variables.isUnset(text), let name = Variables.single(text) {
                return Located(value: .unset(variable: name), position: node.position, length: text.count)
            }
        }
        return reading.text(node, wanted: words).map {
            Located(value: .secret(Secret($0)), position: node.position)
        }
    }

    /// What the vendor bills for.
    enum CostBasis: String, Sendable, CaseIterable {
        /// Every answer that has what was asked for.
        case found
        /// Every verdict but "unknown".
        case known
        /// Every answered call.
        case attempt
        /// Every email found.
        case email
        /// Every phone number found.
        case phone
    }

    static let per = Key(
        "per", Shape<CostBasis>.word,
        "`found`: what was found, a certain verdict; `known`: any verdict but unknown; `attempt`: every call; "
            + "`email`, `phone`: that alone.",
        isRequired: true)
    static let amount = Key("amount", .money, "The price of one.", isRequired: true)
    static let costObject = ObjectShape(words: "a cost", keys: [per.erased, amount.erased])

    /// A price, by capability where it differs. Capabilities that the provider lacks are left out later.
    private static func costShape() -> Shape<[Capability: VendorPrice]> {
        let one = costObject.shape { fields, _ -> (basis: CostBasis, amount: Amount)? in
            guard let basis = fields[per], let amount = fields[amount] else { return nil }
            return (basis, amount)
        }
        let several = one.mapping(of: Shape<Capability>.word, "costs by capability")
        return Shape<[Capability: VendorPrice]>(
            words: "a cost such as { per: found, amount: 0.034 USD }, or one by capability",
            schema: .object([.init("anyOf", .array([costObject.schema, several.schema]))])
        ) { node, reading in
            if let entries = node.entries, entries.contains(where: { Capability(rawValue: $0.key) != nil }),
                node["per"] == nil
            {
                return several.read(node, &reading).map { list in
                    var prices: [Capability: VendorPrice] = [:]
                    for entry in list { prices[entry.name.value] = price(entry.value.basis, entry.value.amount) }
                    return prices
                }
            }
            return one.read(node, &reading).map { cost in
                var prices: [Capability: VendorPrice] = [:]
                for capability in capabilities(of: cost.basis) {
                    prices[capability] = price(cost.basis, cost.amount)
                }
                return prices
            }
        }
    }

    private static func price(_ basis: CostBasis, _ amount: Amount) -> VendorPrice {
        switch basis {
        case .attempt: VendorPrice(.attempt, amount)
        case .known: VendorPrice(.known, amount)
        case .found, .email, .phone: VendorPrice(.found, amount)
        }
    }

    private static func capabilities(of basis: CostBasis) -> [Capability] {
        switch basis {
        case .found, .known, .attempt: Capability.allCases
        case .email: [.email]
        case .phone: [.mobile, .officePhone]
        }
    }
}
