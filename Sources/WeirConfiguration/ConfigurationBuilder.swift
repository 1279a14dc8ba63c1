// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Verification
internal import WaterfallEngine

/// Makes settings of a tree: reads each section by its keys, then looks at how the sections fit together.
enum ConfigurationBuilder {
    /// What was made, with defaults for what could not be read.
    struct Result: Sendable {
        var settings = EngineSettings()
        var store = "weir.db"
        var catalog: ProviderCatalog
        /// Providers whose key came from `<ID>_API_KEY`.
        var keysFromEnvironment: Set<ProviderID> = []
        var cases: [DeclaredCases] = []
        var tests: String?
        var smtp = SMTPSettings()
        var mail = MailSettings()

        init(catalog: ProviderCatalog) { self.catalog = catalog }
    }

    static func build(_ root: YAMLNode, catalog: ProviderCatalog, _ reading: inout Reading) -> Result {
        var result = Result(catalog: catalog)
        guard let fields = RootKeys.object.read(root, &reading) else { return result }
        result.store = fields[RootKeys.store] ?? result.store
        result.settings.region = fields[RootKeys.region]
        result.settings.timeouts = fields[RootKeys.timeouts] ?? Timeouts()
        result.settings.memory = fields[RootKeys.remember] ?? MemoryPolicy()
        var sections = ProviderSections(entries: fields[RootKeys.providers] ?? [], catalog: catalog)
        sections.read(&reading)
        result.catalog = sections.catalog
        result.settings.providers = sections.settings
        result.keysFromEnvironment = sections.keysFromEnvironment
        result.cases = sections.cases
        result.tests = fields[RootKeys.tests]
        checkTests(fields, &reading)
        result.smtp = sections.smtp
        result.mail = MailKeys.settings(of: fields[RootKeys.mail])
        addCredits(fields, &result, &reading)
        addCaps(fields[RootKeys.caps], &result, &reading)
        if let team = fields[RootKeys.team] { TeamKeys.apply(team, to: &result.settings, &reading) }
        var checks = ChainChecks(catalog: sections.catalog, settings: sections.settings)
        result.settings.chains = checks.chains(of: fields, &reading)
        addAcceptance(fields[RootKeys.accept], &result, &reading)
        checks.checkOrders(of: fields, result.settings, &reading)
        checks.checkUse(of: sections, fields, accept: result.settings.accept, &reading)
        return result
    }

    private static func checkTests(_ fields: Fields, _ reading: inout Reading) {
        guard let folder = fields[RootKeys.tests], !reading.folderExists(folder) else { return }
        reading.warn(
            fields.valuePosition(of: RootKeys.tests), length: folder.unicodeScalars.count,
            "there is no folder `\(Masking.quotable(folder))`: `weir test` finds no cases",
            hint: "its path is relative to the configuration")
    }

    private static func addCredits(_ root: Fields, _ result: inout Result, _ reading: inout Reading) {
        let credits = root[RootKeys.credits]
        result.settings.prices = credits?[CreditKeys.priceList] ?? PriceList()
        result.settings.plan = credits?[CreditKeys.plan]
        guard !root.has(RootKeys.credits) else { return }
        reading.warn(
            root.position, length: 0, "there is no `credits:`: everything is recorded, and nothing is limited",
            hint: "add `credits:` with a plan, or caps on cost")
    }

    private static func addAcceptance(_ fields: Fields?, _ result: inout Result, _ reading: inout Reading) {
        guard let fields else { return }
        var accept = AcceptPolicy()
        accept.catchAll = fields[AcceptKeys.catchAll] ?? accept.catchAll
        accept.verifierDown = fields[AcceptKeys.verifierDown] ?? accept.verifierDown
        accept.phoneTypes = fields[AcceptKeys.phoneTypes].map { Set($0) } ?? accept.phoneTypes
        if fields[AcceptKeys.phoneTypes]?.isEmpty == true {
            reading.warn(
                fields.valuePosition(of: AcceptKeys.phoneTypes),
                "no phone type ends the mobile chain, so none is billed",
                hint: "leave `phone_types` out for every type")
        }
        for trusted in fields[AcceptKeys.trust] ?? [] {
            guard let definition = ProviderChecks.definition(of: trusted, in: result.catalog, &reading) else {
                continue
            }
            accept.trusted.insert(trusted.value)
            let isAsked = result.settings.chains[.email]?.steps.contains { $0.provider == trusted.value } ?? false
            if definition.descriptor.capabilities[.email] == nil {
                reading.fail(
                    trusted.position, length: trusted.length, "`\(trusted.value)` finds no emails that could be trusted"
                )
            } else if !isAsked {
                reading.warn(
                    trusted.position, length: trusted.length,
                    "`\(trusted.value)` is trusted, but not in the email chain")
            }
        }
        result.settings.accept = accept
    }

    private static func addCaps(_ fields: Fields?, _ result: inout Result, _ reading: inout Reading) {
        guard let fields else { return }
        let prospect = fields[CapKeys.prospect]
        let run = fields[CapKeys.run]
        var caps = Caps(
            prospectCredits: prospect?[CapKeys.credits], prospectCost: prospect?[CapKeys.cost],
            runCredits: run?[CapKeys.credits], runCost: run?[CapKeys.cost],
            team: fields[CapKeys.team] ?? WindowCaps(), user: fields[CapKeys.user] ?? WindowCaps(),
            officePhoneCost: fields[CapKeys.officePhone]?[CapKeys.cost])
        for cap in fields[CapKeys.providers] ?? []
        where ProviderChecks.definition(of: cap.name, in: result.catalog, &reading) != nil {
            caps.providers[cap.name.value] = cap.value
        }
        result.settings.caps = caps
    }
}
