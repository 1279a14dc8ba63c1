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
    static let team = Key(
        "team", TeamKeys.object.shape { fields, _ in fields }, "The team's name, its users and what they may do.",
        object: TeamKeys.object)
    static let timeouts = Key(
        "timeouts", TimeKeys.timeouts, "How long things may take.", object: TimeKeys.timeoutObject)
    static let remember = Key(
        "remember", TimeKeys.memory, "How long answers are kept, so that asking again pays no vendor again.",
        object: TimeKeys.memoryObject)
    static let providers = Key(
        "providers", providerNodes, "Keys, limits and prices by provider, and providers of your own.",
        object: ProviderKeys.object)

    static let mail = Key(
        "mail", MailKeys.object.shape { fields, _ in fields },
        "How `weir send` sends, and where `weir bounce import` reads what came back.", object: MailKeys.object)

    static let tests = Key(
        "tests", DeclaredKeys.folder,
        "The folder of its test cases, a YAML file each, which `weir test` runs; relative to the configuration.")

    static let object = ObjectShape(
        words: "the configuration",
        keys: [
            version.erased, store.erased, region.erased, chains.erased, accept.erased, credits.erased, caps.erased,
            team.erased, timeouts.erased, remember.erased, mail.erased, tests.erased, providers.erased,
        ])

    /// The names of every key, for texts of which nothing else is known.
    static let allNames: Set<String> = [
        object, TeamKeys.userObject, DeclaredKeys.object, SMTPKeys.object, PatternKeys.object,
    ].reduce(into: []) { $0.formUnion(names(of: $1)) }

    private static func names(of object: ObjectShape) -> Set<String> {
        object.keys.reduce(into: Set<String>()) { names, key in
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
                .object([
                    .init(
                        "anyOf",
                        .array([
                            ProviderKeys.object.schema, SMTPKeys.object.schema, PatternKeys.object.schema,
                            DeclaredKeys.object.schema, .object([.init("type", "null")]),
                        ]))
                ])),
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
