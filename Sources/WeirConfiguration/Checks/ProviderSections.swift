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
            own.keys = keys([], id: definition.id, place: nil, descriptor: definition.descriptor, &reading)
            if !own.keys.isEmpty { settings[definition.id] = own }
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
            let written = declared.fields[DeclaredKeys.apiKey] ?? []
            own.keys = keys(written, id: id.value, place: id, descriptor: descriptor, &reading)
        }
        settings[id.value] = own
        catalog = ProviderCatalog(catalog.definitions + [declared.definition])
        if let declaredCases = declared.cases { cases.append(declaredCases) }
        check(declared.fields, own, descriptor, &reading)
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
            prices: (fields[ProviderKeys.cost] ?? [:]).filter { descriptor.capabilities[$0.key] != nil },
            creditPrice: fields[ProviderKeys.creditPrice])
        own.keys = keys(fields[ProviderKeys.apiKey] ?? [], id: id.value, place: id, descriptor: descriptor, &reading)
        if descriptor.authentication == .none, fields.has(ProviderKeys.apiKey) {
            reading.warn(
                fields.position(of: ProviderKeys.apiKey), length: 7, "`\(id.value)` takes no key: it is not used")
            own.keys = []
        }
        if fields[ProviderKeys.rate]?.isEmpty == true {
            reading.fail(fields.valuePosition(of: ProviderKeys.rate), "the list of rates is empty")
        }
        check(fields, own, descriptor, &reading)
        settings[id.value] = own
    }

    /// The keys as they are written, else the one of `<ID>_API_KEY`; where there is none that is kept in mind.
    private mutating func keys(
        _ written: [Located<ProviderKeys.WrittenKey>], id: ProviderID, place: Located<ProviderID>?,
        descriptor: ProviderDescriptor, _ reading: inout Reading
    ) -> [Secret] {
        var keys: [Secret] = []
        var unset: [Located<String>] = []
        for entry in written {
            switch entry.value {
            case .secret(let secret) where !secret.exposed.isEmpty && !keys.contains(secret):
                checkHalves(of: secret, at: entry.position, id, descriptor, &reading)
                keys.append(secret)
            case .secret: continue
            case .unset(let name):
                unset.append(Located(value: name, position: entry.position, length: entry.length))
            }
        }
        // A key that is written and empty is none, and isn't looked for elsewhere.
        if !keys.isEmpty || (unset.isEmpty && !written.isEmpty) {
            for name in unset {
                reading.warn(
                    name.position, length: name.length,
                    "\(Masking.quotable(name.value)) is not set: this key is left out")
            }
            return keys
        }
        guard descriptor.authentication != .none else { return [] }
        var variable = "\(id.rawValue.uppercased())_API_KEY"
        var place = place
        if let name = unset.first {
            variable = name.value
            place = Located(value: id, position: name.position, length: name.length)
        } else if let value = reading.variables.value(of: variable) {
            keysFromEnvironment.insert(id)
            if let place { checkHalves(of: Secret(value), at: place.position, id, descriptor, &reading) }
            return [Secret(value)]
        }
        missingKeys[id] = (variable, place)
        return []
    }

    /// Two halves of a key are one text with a colon in it.
    private func checkHalves(
        of key: Secret, at position: Position, _ id: ProviderID, _ descriptor: ProviderDescriptor,
        _ reading: inout Reading
    ) {
        guard let form = descriptor.authentication.keyForm, form.contains(":") else { return }
        let halves = key.exposed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count < 2 || halves.contains("") else { return }
        reading.fail(
            position, "the key of `\(id)` is not `\(form)`",
            hint: "write both with a colon between, such as ${NAME_ID}:${NAME_SECRET}")
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
        if !PrivateAddress.contains(host), base.value.lowercased().hasPrefix("http:"), !own.keys.isEmpty {
            reading.warn(
                base.position, length: base.length, "the key goes over the network unencrypted", hint: "use https")
        }
    }
}
