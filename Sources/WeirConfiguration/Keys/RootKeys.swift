// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys at the top of `weir.yaml`.
enum RootKeys {
    static let version = Key("version", .integer(1...1), "The version of this format.", isRequired: true)
    static let store = Key(
        "store", storePath, "The SQLite file of the ledger and the contacts, relative to the configuration.",
        standard: "weir.db")
    static let region = Key(
        "region", Shape.country, "The country that phone numbers without a country code are read for.")
    static let chains = Key(
        "chains", ChainKeys.shape, "Which providers are asked for what, in which order.", isRequired: true,
        object: ChainKeys.object)
    static let accept = Key(
        "accept", AcceptKeys.object.shape { fields, _ in fields }, "What counts as an answer.",
        object: AcceptKeys.object)
    static let credits = Key(
        "credits", CreditKeys.object.shape { fields, _ in fields },
        "The team's plan and prices; without it everything is recorded and nothing limited.",
        object: CreditKeys.object)
    static let caps = Key(
        "caps", CapKeys.object.shape { fields, _ in fields }, "Upper bounds, in credits and in vendor money.",
        object: CapKeys.object)
    static let timeouts = Key(
        "timeouts", TimeKeys.timeouts, "How long things may take.", object: TimeKeys.timeoutObject)
    static let remember = Key(
        "remember", TimeKeys.memory, "How long answers are kept, so that asking again pays no vendor again.",
        object: TimeKeys.memoryObject)
    static let providers = Key(
        "providers", providerNodes, "Keys, limits and prices by provider, and providers of your own.",
        object: ProviderKeys.object)

    static let object = ObjectShape(
        words: "the configuration",
        keys: [
            version.erased, store.erased, region.erased, chains.erased, accept.erased, credits.erased, caps.erased,
            timeouts.erased, remember.erased, providers.erased,
        ])

    /// The names of every key, for texts of which nothing else is known.
    static let allNames = names(of: object)

    private static func names(of object: ObjectShape) -> Set<String> {
        object.keys.reduce(into: []) { names, key in
            names.insert(key.name)
            if let nested = key.object { names.formUnion(Self.names(of: nested)) }
        }
    }

    /// Providers of one configuration.
    static let maximumProviders = 200

    /// What is read of `providers:` at first: its entries. Each is read when it is known which provider it is.
    private static let providerNodes = Shape<[YAMLNode.Entry]>(
        words: "the providers by id",
        schema: .object([
            .init("type", "object"), .init("propertyNames", Shape.provider.schema),
            .init(
                "additionalProperties",
                .object([.init("anyOf", .array([ProviderKeys.object.schema, .object([.init("type", "null")])]))])),
        ])
    ) { node, reading in
        guard let entries = node.entries, entries.count <= maximumProviders else {
            reading.fail(node.position, "expected a mapping of providers, found \(node.kind)")
            return nil
        }
        for entry in entries { reading.show(key: entry) }
        return entries
    }

    private static let storePath = Shape<String>(
        words: "the path of an SQLite file", schema: .object([.init("type", "string"), .init("minLength", 1)])
    ) { node, reading in
        let words = "the path of an SQLite file"
        // A database's address has a password in it.
        if case .scalar(let text, _) = node.content, !text.contains("@") { reading.show(node) }
        guard let text = reading.text(node, wanted: words) else { return nil }
        guard !text.isEmpty, !text.contains("://"), !text.unicodeScalars.contains("\0") else {
            reading.refuse(node, wanted: words, hint: "this version keeps its store in an SQLite file")
            return nil
        }
        return text
    }
}

/// The keys of `timeouts:` and `remember:`.
enum TimeKeys {
    private static let standardTimes = Timeouts()
    private static let standardMemory = MemoryPolicy()

    static let request = Key(
        "request", .duration, "A whole request.", standard: DurationText.of(standardTimes.request))
    static let chain = Key("chain", .duration, "One chain of it.", standard: DurationText.of(standardTimes.chain))
    static let grace = Key(
        "grace", .duration, "Paid attempts in flight after a request was cancelled.",
        standard: DurationText.of(standardTimes.grace))
    static let timeoutObject = ObjectShape(
        words: "timeouts", keys: [request.erased, chain.erased, grace.erased])
    static let timeouts = timeoutObject.shape { fields, _ in
        Timeouts(
            request: fields[request] ?? standardTimes.request, chain: fields[chain] ?? standardTimes.chain,
            grace: fields[grace] ?? standardTimes.grace)
    }

    static let hits = Key(
        "hits", .duration, "What a provider found.", standard: DurationText.of(standardMemory.hits))
    static let misses = Key(
        "misses", .duration, "That a provider had nothing.", standard: DurationText.of(standardMemory.misses))
    static let verified = Key(
        "verified", .duration, "The verdict `verified`.", standard: DurationText.of(standardMemory.verifiedVerdicts))
    static let invalid = Key(
        "invalid", .duration, "The verdict `invalid`.", standard: DurationText.of(standardMemory.invalidVerdicts))
    static let open = Key(
        "open", .duration, "Verdicts that settle nothing: catch-all and unknown.",
        standard: DurationText.of(standardMemory.openVerdicts))
    static let officePhoneMisses = Key(
        "office_phone_misses", .duration, "That a company has no office phone.",
        standard: DurationText.of(standardMemory.officePhoneMisses))
    static let memoryObject = ObjectShape(
        words: "how long things are remembered",
        keys: [
            hits.erased, misses.erased, verified.erased, invalid.erased, open.erased, officePhoneMisses.erased,
        ])
    static let memory = memoryObject.shape { fields, _ in
        MemoryPolicy(
            hits: fields[hits] ?? standardMemory.hits, misses: fields[misses] ?? standardMemory.misses,
            verifiedVerdicts: fields[verified] ?? standardMemory.verifiedVerdicts,
            invalidVerdicts: fields[invalid] ?? standardMemory.invalidVerdicts,
            openVerdicts: fields[open] ?? standardMemory.openVerdicts,
            officePhoneMisses: fields[officePhoneMisses] ?? standardMemory.officePhoneMisses)
    }
}

/// Durations as they are written in YAML.
enum DurationText {
    /// The shortest spelling: `14d`, `2m`, `250ms`.
    static func of(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, Int64)]
        where milliseconds >= length && milliseconds % length == 0 {
            return "\(milliseconds / length)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
