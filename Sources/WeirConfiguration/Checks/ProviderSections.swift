// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Verification
internal import WaterfallEngine

/// The entries of `providers:`: settings of those built in, and declarations of others.
struct ProviderSections {
    private(set) var catalog: ProviderCatalog
    private(set) var settings: [ProviderID: ProviderSettings] = [:]
    private(set) var keysFromEnvironment: Set<ProviderID> = []
    /// Where each provider's entry stands.
    private(set) var positions: [ProviderID: Located<ProviderID>] = [:]
    /// Providers without a key, and the variable that would hold it.
    private(set) var missingKeys: [ProviderID: (variable: String, place: Located<ProviderID>?)] = [:]
    /// The test cases of declared providers, in the order of the text.
    private(set) var cases: [DeclaredCases] = []
    /// How mail hosts are asked.
    private(set) var smtp = SMTPSettings()

    private let entries: [YAMLNode.Entry]

    init(entries: [YAMLNode.Entry], catalog: ProviderCatalog) {
        self.entries = entries
        self.catalog = catalog
    }

    mutating func read(_ reading: inout Reading) {
        let builtIn = catalog
        for entry in entries {
            let id = Located(
                value: ProviderID(rawValue: entry.key), position: entry.position,
                length: max(1, entry.key.unicodeScalars.count))
            if entry.value[DeclaredKeys.type.name] != nil {
                declare(entry.value, id: id, isBuiltIn: builtIn[id.value] != nil, &reading)
                continue
            }
            guard let definition = ProviderChecks.definition(of: id, in: catalog, &reading) else { continue }
            positions[id.value] = id
            read(entry.value, id: id, descriptor: definition.descriptor, &reading)
        }
        // Providers that have no entry find their key in the environment too.
        for definition in catalog.definitions where settings[definition.id] == nil {
            var own = ProviderSettings()
            own.key = key(nil, id: definition.id, place: nil, descriptor: definition.descriptor, &reading)
            if own.key != nil { settings[definition.id] = own }
        }
    }

    /// Reads a provider that the configuration writes, and adds it to those that there are.
    private mutating func declare(
        _ node: YAMLNode, id: Located<ProviderID>, isBuiltIn: Bool, _ reading: inout Reading
    ) {
        guard !isBuiltIn else {
            reading.fail(
                id.position, length: id.length, "`\(id.value)` is built in", hint: "give your own another name")
            return
        }
        guard let declared = DeclaredProvider(node, id: id, &reading) else {
            reading.undeclared.insert(id.value)
            return
        }
        positions[id.value] = id
        let descriptor = declared.definition.descriptor
        var own = declared.settings
        if descriptor.authentication != .none {
            let written = declared.fields[DeclaredKeys.apiKey]
            own.key = key(written, id: id.value, place: id, descriptor: descriptor, &reading)
            checkPair(own.key, at: written.map(\.position) ?? id.position, id, &reading)
        }
        settings[id.value] = own
        catalog = ProviderCatalog(catalog.definitions + [declared.definition])
        if let declaredCases = declared.cases { cases.append(declaredCases) }
        check(declared.fields, own, descriptor, &reading)
    }

    /// A client id and its secret are one text with a colon in it.
    private func checkPair(
        _ key: Secret?, at position: Position, _ id: Located<ProviderID>, _ reading: inout Reading
    ) {
        guard let text = key?.exposed, text.split(separator: ":", maxSplits: 1).count < 2 || text.hasPrefix(":") else {
            return
        }
        reading.fail(
            position, "the key of `\(id.value)` is not `id:secret`",
            hint: "write client id and secret with a colon between, such as ${NAME_ID}:${NAME_SECRET}")
    }

    private mutating func read(
        _ node: YAMLNode, id: Located<ProviderID>, descriptor: ProviderDescriptor, _ reading: inout Reading
    ) {
        // `hunter:` with nothing after it is a provider with its defaults.
        let object = ProviderKeys.object(of: id.value)
        let fields = node.isNull ? Fields(position: node.position) : object.read(node, &reading)
        guard let fields else { return }
        if id.value == SMTPKeys.id { smtp = SMTPKeys.settings(of: fields) }
        if id.value == PatternKeys.id, let guesses = fields[PatternKeys.guesses] {
            catalog = catalog.replacing(.pattern(maximumGuesses: guesses))
        }
        var own = ProviderSettings(
            isEnabled: fields[ProviderKeys.enabled] ?? true, baseURL: fields[ProviderKeys.baseURL]?.value,
            allowsPrivateAddresses: fields[ProviderKeys.allowPrivateAddresses] ?? false,
            allowsUnconfirmed: fields[ProviderKeys.allowUnconfirmed] ?? false, limits: fields[ProviderKeys.rate],
            concurrency: fields[ProviderKeys.concurrency], timeout: fields[ProviderKeys.timeout],
            prices: (fields[ProviderKeys.cost] ?? [:]).filter { descriptor.capabilities[$0.key] != nil })
        own.key = key(fields[ProviderKeys.apiKey], id: id.value, place: id, descriptor: descriptor, &reading)
        if descriptor.authentication == .none, fields.has(ProviderKeys.apiKey) {
            reading.warn(
                fields.position(of: ProviderKeys.apiKey), length: 7, "`\(id.value)` takes no key: it is not used")
            own.key = nil
        }
        if fields[ProviderKeys.rate]?.isEmpty == true {
            reading.fail(fields.valuePosition(of: ProviderKeys.rate), "the list of rates is empty")
        }
        check(fields, own, descriptor, &reading)
        settings[id.value] = own
    }

    /// The key as it is written, else from `<ID>_API_KEY`; nil, and kept in mind, where there is none.
    private mutating func key(
        _ written: Located<ProviderKeys.WrittenKey>?, id: ProviderID, place: Located<ProviderID>?,
        descriptor: ProviderDescriptor, _ reading: inout Reading
    ) -> Secret? {
        if case .secret(let secret)? = written?.value { return secret.exposed.isEmpty ? nil : secret }
        guard descriptor.authentication != .none else { return nil }
        var variable = "\(id.rawValue.uppercased())_API_KEY"
        var place = place
        if case .unset(let name)? = written?.value {
            variable = name
            place = written.map { Located(value: id, position: $0.position, length: $0.length) }
        } else if let value = reading.variables.value(of: variable) {
            keysFromEnvironment.insert(id)
            return Secret(value)
        }
        missingKeys[id] = (variable, place)
        return nil
    }

    private func check(
        _ fields: Fields, _ own: ProviderSettings, _ descriptor: ProviderDescriptor, _ reading: inout Reading
    ) {
        guard let base = fields[ProviderKeys.baseURL], let host = PrivateAddress.host(of: base.value) else { return }
        if PrivateAddress.contains(host), !own.allowsPrivateAddresses {
            reading.warn(
                base.position, length: base.length, "this address is private, and is refused when it is called",
                hint: "add `allow_private_addresses: true` if it is meant")
        }
        if !PrivateAddress.contains(host), base.value.lowercased().hasPrefix("http:"), own.key != nil {
            reading.warn(
                base.position, length: base.length, "the key goes over the network unencrypted", hint: "use https")
        }
    }
}
