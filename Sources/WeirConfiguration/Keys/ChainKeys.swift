// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// A chain as it is written, before its providers are looked up.
struct WrittenChain: Sendable {
    var order: ChainOrder
    var worth: Amount?
    var steps: [WrittenStep]
    /// Where `auto` is written.
    var orderPosition: Position?
}

/// A step as it is written.
struct WrittenStep: Sendable {
    var provider: Located<ProviderID>
    var condition: Condition
    var timeout: Duration?
    var conditionPosition: Position?
}

/// The keys of `chains:`.
enum ChainKeys {
    static let provider = Key(
        "provider", Shape<ProviderID>.provider.located, "The provider that is asked.", isRequired: true)
    static let when = Key(
        "when", condition.located, "When the step applies; it is skipped (`condition_false`) elsewhere.",
        object: conditionObject)
    static let timeout = Key(
        "timeout", .duration, "How long an attempt of this step may take, instead of the provider's own time.")
    static let stepObject = ObjectShape(words: "a step", keys: [provider.erased, when.erased, timeout.erased])

    static let country = Key(
        "country", Shape.country.oneOrMore("a country code, or a list of them"),
        "The prospect is in one of these countries.")
    static let has = Key(
        "has", field.oneOrMore("a field of a prospect, or a list of them"), "One of these fields is known.")
    static let lacks = Key(
        "lacks", field.oneOrMore("a field of a prospect, or a list of them"), "One of these fields is not known.")
    static let title = Key(
        "title", Shape<String>.text("a part of a title").oneOrMore("a part of a title, or a list of them"),
        "The title has one of these in it; case doesn't matter.")
    static let conditionObject = ObjectShape(
        words: "a condition: country, has, lacks, title",
        keys: [country.erased, has.erased, lacks.erased, title.erased])
    static let condition = conditionObject.shape { fields, _ in
        Condition(
            countries: Set(fields[country] ?? []), has: Set(fields[has] ?? []), lacks: Set(fields[lacks] ?? []),
            titles: fields[title] ?? [])
    }

    /// `known` is what the team holds already: no condition on a prospect.
    private static let field: Shape<QueryField> = .word(among: QueryField.allCases.filter { $0 != .known })

    /// A step is a provider's id, or a mapping.
    static let step = Shape<WrittenStep>(
        words: "a provider's id, or a step with the key `provider`",
        schema: .object([.init("anyOf", .array([Shape.provider.schema, stepObject.schema]))])
    ) { node, reading in
        if case .scalar = node.content {
            return Shape.provider.located.read(node, &reading).map { WrittenStep(provider: $0, condition: Condition()) }
        }
        guard let fields = stepObject.read(node, &reading), let provider = fields[provider] else { return nil }
        let condition = fields[when]
        return WrittenStep(
            provider: provider, condition: condition?.value ?? Condition(), timeout: fields[timeout],
            conditionPosition: condition?.position)
    }

    /// Steps of one chain.
    static let maximumSteps = 50

    static let order = Key(
        "order", Shape<ChainOrder>.word,
        "`config` asks in the order written, `auto` in the one that costs least per hit by what is on record.",
        standard: "config")
    static let worth = Key(
        "worth", .money,
        "What a hit is worth, with `order: auto`: from the first step on whose hits are expected to cost more, nobody "
            + "is asked (`condition_false`).")
    static let steps = Key(
        "steps", step.list("a list of providers", maximum: maximumSteps), "The providers, in order.", isRequired: true)
    static let chainObject = ObjectShape(words: "a chain", keys: [order.erased, worth.erased, steps.erased])

    /// A chain is a list of steps, or a mapping with its order.
    static let chain = Shape<WrittenChain>(
        words: "a list of providers, or a mapping with `steps`",
        schema: .object([.init("anyOf", .array([steps.shape.schema, chainObject.schema]))])
    ) { node, reading in
        switch node.content {
        case .list:
            return steps.shape.read(node, &reading).map { WrittenChain(order: .config, steps: $0) }
        case .mapping:
            guard let fields = chainObject.read(node, &reading) else { return nil }
            if fields[worth] != nil, fields[order] != .auto {
                reading.warn(
                    fields.position(of: worth), length: worth.name.count,
                    "`worth` counts with `order: auto` alone: this chain asks everybody",
                    hint: "add `order: auto` to the chain, or remove `worth`")
            }
            return WrittenChain(
                order: fields[order] ?? .config, worth: fields[worth], steps: fields[steps] ?? [],
                orderPosition: fields[order] == .auto ? fields.valuePosition(of: order) : nil)
        case .scalar(let text, _):
            reading.fail(
                node.position, "expected a list of providers, found \(node.kind)",
                hint: ProviderID(rawValue: text).isWellFormed && !Masking.looksSecret(text)
                    ? "write it as [\(text)]" : "an empty chain is []")
            return nil
        }
    }

    /// The key of a capability's chain.
    static func key(_ capability: Capability) -> Key<WrittenChain> {
        let summary =
            switch capability {
            case .email: "Asked in this order until one email is verified."
            case .mobile: "Asked in this order until a phone number of the person is found."
            case .officePhone: "Asked after every email request; costs no credits."
            case .verifyEmail: "Asked about every email that a provider finds, until one gives a definite verdict."
            case .verifyPhone: "Asked about every phone number that a provider finds."
            case .person: "Asked for what is known of a person."
            case .company: "Asked for what is known of a company."
            }
        return Key(
            capability.rawValue, chain, summary,
            standard: capability == .officePhone ? "[account_store, website]" : nil)
    }

    static let object = ObjectShape(
        words: "the chains by capability", keys: Capability.allCases.map { key($0).erased })
    static let shape = object.shape { fields, _ in
        var chains: [Capability: WrittenChain] = [:]
        for capability in Capability.allCases { chains[capability] = fields[key(capability)] }
        return chains
    }
}
