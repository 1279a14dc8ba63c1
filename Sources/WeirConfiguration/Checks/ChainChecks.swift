// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Whether the chains can do what they say.
struct ChainChecks {
    private let catalog: ProviderCatalog
    private let settings: [ProviderID: ProviderSettings]
    /// Where each provider is first asked.
    private var uses: [ProviderID: Located<ProviderID>] = [:]

    init(catalog: ProviderCatalog, settings: [ProviderID: ProviderSettings]) {
        self.catalog = catalog
        self.settings = settings
    }

    /// Makes the engine's chains; steps that can't be are left out, each with its problem.
    mutating func chains(of root: Fields, _ reading: inout Reading) -> [Capability: Chain] {
        var chains: [Capability: Chain] = [:]
        let written = root[RootKeys.chains] ?? [:]
        for (capability, chain) in written.sorted(by: { $0.key < $1.key }) {
            chains[capability] = Chain(
                steps(of: chain, for: capability, &reading), order: chain.order, worth: chain.worth)
        }
        if written[.officePhone] == nil {
            // The free look-up is always there.
            let standard: [ProviderID] = ["account_store", "website"]
            chains[.officePhone] = Chain(standard.filter { catalog[$0] != nil }.map { ChainStep($0) })
        }
        if let email = written[.email], !email.steps.isEmpty, (written[.verifyEmail]?.steps ?? []).isEmpty,
            root[RootKeys.accept]?[AcceptKeys.trust]?.isEmpty ?? true
        {
            reading.warn(
                root.position(of: RootKeys.chains), length: 6,
                "nothing verifies emails: each is returned `unverified`, and the whole chain is asked every time",
                hint: "add a chain `verify_email`, or trust a provider's own verification with `accept.trust`")
        }
        return chains
    }

    private mutating func steps(
        of chain: WrittenChain, for capability: Capability, _ reading: inout Reading
    ) -> [ChainStep] {
        var steps: [ChainStep] = []
        var seen: [ProviderID: (position: Position, condition: Condition)] = [:]
        var ender: ProviderID?
        for step in chain.steps {
            let provider = step.provider
            guard let definition = ProviderChecks.definition(of: provider, in: catalog, &reading) else { continue }
            if uses[provider.value] == nil { uses[provider.value] = provider }
            guard let facts = definition.descriptor.capabilities[capability] else {
                reportLack(of: capability, provider, definition.descriptor, &reading)
                continue
            }
            if let first = seen[provider.value] {
                let isSame = first.condition == step.condition || first.condition == Condition()
                reading.warn(
                    provider.position, length: provider.length,
                    isSame
                        ? "`\(provider.value)` is in this chain twice: the second is never asked"
                        : "`\(provider.value)` is in this chain twice, and is asked once at most",
                    hint: "the first is on line \(first.position.line)")
            } else {
                seen[provider.value] = (provider.position, step.condition)
            }
            if let ender, ender != provider.value {
                reading.warn(
                    provider.position, length: provider.length,
                    "this step is never reached: `\(ender)` always gives a definite verdict")
            }
            checkCondition(step, facts, &reading)
            if capability.isVerification, facts.expectedHitRate >= 1, step.condition == Condition(), ender == nil {
                ender = provider.value
            }
            steps.append(
                ChainStep(provider.value, condition: step.condition, timeout: step.timeout))
        }
        return steps
    }

    private func reportLack(
        of capability: Capability, _ provider: Located<ProviderID>, _ descriptor: ProviderDescriptor,
        _ reading: inout Reading
    ) {
        let has = descriptor.capabilities.keys.sorted().map { "`\($0.rawValue)`" }.joined(separator: ", ")
        reading.fail(
            provider.position, length: provider.length,
            "`\(provider.value)` has no capability `\(capability.rawValue)`", hint: "it has \(has)")
    }

    /// A condition under which the step can never be asked.
    private func checkCondition(
        _ step: WrittenStep, _ facts: CapabilityDescriptor, _ reading: inout Reading
    ) {
        let condition = step.condition
        guard let position = step.conditionPosition else { return }
        if condition.has.count == 1, condition.has == condition.lacks {
            reading.warn(position, "this condition never holds: it wants a field to be there and not to be")
        }
        guard let lacked = condition.lacks.first, condition.lacks.count == 1, !facts.inputs.isEmpty else { return }
        if facts.inputs.allSatisfy({ $0.contains(lacked) }) {
            reading.warn(
                position,
                "this step is never asked: `\(step.provider.value)` needs `\(lacked.rawValue)`, which is lacking here")
        }
    }

    /// Chains that are to be ordered by cost, and whose costs can't be compared.
    func checkOrders(of root: Fields, _ settings: EngineSettings, _ reading: inout Reading) {
        let written = (root[RootKeys.chains] ?? [:]).sorted { $0.key < $1.key }
        for (capability, chain) in written {
            guard let position = chain.orderPosition else { continue }
            let descriptors = uses.keys.reduce(into: [:]) { $0[$1] = catalog[$1]?.descriptor }
            let rule = OrderRule(settings: settings, descriptors: descriptors, history: OrderHistory())
            guard let units = rule.outlook(of: capability)?.incomparable, !units.isEmpty else { continue }
            reading.warn(
                position, length: ChainOrder.auto.rawValue.count,
                "costs in \(units.joined(separator: ", ")) can't be compared: the order as written is used",
                hint: "say what a vendor's credit costs with `credit_price: 0.01 USD` under `providers:`, "
                    + "or what a call costs with `cost:`")
        }
    }

    /// Looks at the providers as a whole: what is set but not used, and what is used but can't run.
    func checkUse(
        of sections: ProviderSections, _ root: Fields, accept: AcceptPolicy, _ reading: inout Reading
    ) {
        for (id, place) in sections.positions.sorted(by: { $0.key < $1.key }) where uses[id] == nil {
            // The chain that is there without being written uses these.
            if id == "account_store" || id == "website", root[RootKeys.chains]?[.officePhone] == nil { continue }
            reading.warn(
                place.position, length: place.length, "`\(id)` is set up, but no chain asks it",
                hint: "add it to a chain under `chains:`")
        }
        for (id, use) in uses.sorted(by: { $0.key < $1.key }) {
            guard let definition = catalog[id] else { continue }
            if settings[id]?.isEnabled == false {
                reading.warn(
                    use.position, length: use.length, "`\(id)` is disabled: its steps are skipped (`disabled`)")
                continue
            }
            if let missing = sections.missingKeys[id] {
                let place = missing.place ?? use
                reading.warn(
                    place.position, length: place.length,
                    "`\(id)` has no key: its steps are skipped (`missing_key`)",
                    hint: "set \(Masking.quotable(missing.variable)), or write `api_key:` under `providers: \(id):`")
            }
            if definition.descriptor.evidence == .unconfirmed, settings[id]?.allowsUnconfirmed != true {
                reading.warn(
                    use.position, length: use.length,
                    "the API of `\(id)` is known from hearsay: its steps are skipped (`unconfirmed`)",
                    hint: "add `allow_unconfirmed: true` under `providers: \(id):` to try it")
            }
        }
    }
}
