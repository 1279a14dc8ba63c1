// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// All that the engine is told: chains, what is accepted, prices, caps, providers. Made by `WeirConfiguration`.
public struct EngineSettings: Sendable {
    /// The chains that are configured. A capability without one is refused; an empty chain is a valid one.
    public var chains: [Capability: Chain]
    public var accept: AcceptPolicy
    public var prices: PriceList
    /// The team's plan; nil records everything and limits nothing.
    public var plan: CreditPlan?
    public var caps: Caps
    public var providers: [ProviderID: ProviderSettings]
    /// The default country for phone parsing, ISO 3166-1 alpha-2.
    public var region: String?
    public var timeouts: Timeouts
    public var memory: MemoryPolicy
    /// Who may do what.
    public var team: TeamSettings

    public init(
        chains: [Capability: Chain] = [:], accept: AcceptPolicy = AcceptPolicy(), prices: PriceList = PriceList(),
        plan: CreditPlan? = nil, caps: Caps = Caps(), providers: [ProviderID: ProviderSettings] = [:],
        region: String? = nil, timeouts: Timeouts = Timeouts(), memory: MemoryPolicy = MemoryPolicy(),
        team: TeamSettings = TeamSettings()
    ) {
        self.chains = chains
        self.accept = accept
        self.prices = prices
        self.plan = plan
        self.caps = caps
        self.providers = providers
        self.region = region
        self.timeouts = timeouts
        self.memory = memory
        self.team = team
    }
}

/// The providers asked for one capability, in order.
public struct Chain: Sendable, Hashable {
    /// As written.
    public var steps: [ChainStep]
    public var order: ChainOrder
    /// What a hit is worth to the team at most, for `order: auto`: from the first step on for which a hit is expected
    /// to cost more, nobody is asked.
    public var worth: Amount?

    public init(_ steps: [ChainStep], order: ChainOrder = .config, worth: Amount? = nil) {
        self.steps = steps
        self.order = order
        self.worth = worth
    }

    /// A chain of providers without conditions.
    public init(_ providers: ProviderID...) { self.init(providers.map { ChainStep($0) }) }
}

/// One provider's place in a chain.
public struct ChainStep: Sendable, Hashable {
    public var provider: ProviderID
    /// The step is skipped (`condition_false`) where this is false.
    public var condition: Condition
    /// Overrides the provider's own timeout.
    public var timeout: Duration?
    /// The step is skipped (`condition_false`): by `order: auto` a hit of it is expected to cost more than it is worth.
    public var isTooDear = false

    public init(_ provider: ProviderID, condition: Condition = Condition(), timeout: Duration? = nil) {
        self.provider = provider
        self.condition = condition
        self.timeout = timeout
    }

    /// True where the step is asked for a query, its provider aside.
    func applies(to query: ContactQuery) -> Bool { !isTooDear && condition.holds(for: query) }
}

/// When a step applies: within a key any value will do, and all keys must hold. Empty keys always hold.
public struct Condition: Sendable, Hashable {
    /// ISO 3166-1 alpha-2, upper case.
    public var countries: Set<String>
    public var has: Set<QueryField>
    public var lacks: Set<QueryField>
    /// Parts of the title, compared without case.
    public var titles: [String]

    public init(
        countries: Set<String> = [], has: Set<QueryField> = [], lacks: Set<QueryField> = [], titles: [String] = []
    ) {
        self.countries = countries
        self.has = has
        self.lacks = lacks
        self.titles = titles
    }

    /// True where every key holds for the query.
    public func holds(for query: ContactQuery) -> Bool {
        (countries.isEmpty || query.country.map { countries.contains($0) } ?? false)
            && (has.isEmpty || has.contains { query.has($0) })
            && (lacks.isEmpty || lacks.contains { !query.has($0) })
            && (titles.isEmpty || matchesTitle(of: query))
    }

    private func matchesTitle(of query: ContactQuery) -> Bool {
        guard let title = query.title?.lowercased() else { return false }
        return titles.contains { title.contains($0.lowercased()) }
    }
}

/// What counts as an answer (`semantics.md`, 3 to 5).
public struct AcceptPolicy: Sendable, Hashable {
    /// What becomes of an address at a domain that accepts every recipient.
    public enum CatchAll: String, Sendable, Hashable, CaseIterable {
        /// Kept on the attempt, not returned.
        case never
        /// The chain goes on; returned unbilled where nothing better comes.
        case lastResort = "last_resort"
        /// Ends the chain, and is billed at `prices.catchAll`.
        case verified
    }

    /// What to do when every verifier fails.
    public enum VerifierDown: String, Sendable, Hashable, CaseIterable {
        /// The email chain ends: a dead verifier must not buy from every vendor in turn.
        case stop
        case `continue`
    }

    public var catchAll: CatchAll
    public var verifierDown: VerifierDown
    /// Providers whose own verification needs no second opinion.
    public var trusted: Set<ProviderID>
    /// The phone types that end the mobile chain and are billed.
    public var phoneTypes: Set<PhoneType>

    public init(
        catchAll: CatchAll = .lastResort, verifierDown: VerifierDown = .stop, trusted: Set<ProviderID> = [],
        phoneTypes: Set<PhoneType> = Set(PhoneType.allCases)
    ) {
        self.catchAll = catchAll
        self.verifierDown = verifierDown
        self.trusted = trusted
        self.phoneTypes = phoneTypes
    }
}

/// The internal prices of the data. Its canonical text is the price version that every charge names.
public struct PriceList: Sendable, Hashable {
    public var email: Credits
    public var catchAll: Credits
    public var phone: Credits
    public var verification: Credits

    public init(
        email: Credits = Credits(1), catchAll: Credits = .zero, phone: Credits = Credits(8),
        verification: Credits = Credits(1)
    ) {
        self.email = email
        self.catchAll = catchAll
        self.phone = phone
        self.verification = verification
    }
}

/// What the team's plan grants, and when.
public struct CreditPlan: Sendable, Hashable {
    /// How long a billing cycle is.
    public enum Cycle: String, Sendable, Hashable, CaseIterable {
        case monthly
        case quarterly
        case yearly

        /// Months in a cycle.
        public var months: Int {
            switch self {
            case .monthly: 1
            case .quarterly: 3
            case .yearly: 12
            }
        }
    }

    public var grant: Credits
    public var cycle: Cycle
    /// The day of the month on which a cycle starts; 29 to 31 mean the last day of a shorter month.
    public var anchorDay: Int
    /// The month of the anchor, 1 to 12, for quarterly and yearly cycles.
    public var anchorMonth: Int
    /// True lets unused credits of the plan live on into the next cycle.
    public var rollover: Bool

    public init(
        grant: Credits, cycle: Cycle = .monthly, anchorDay: Int = 1, anchorMonth: Int = 1, rollover: Bool = false
    ) {
        self.grant = grant
        self.cycle = cycle
        self.anchorDay = anchorDay
        self.anchorMonth = anchorMonth
        self.rollover = rollover
    }
}

/// What the configuration says of one provider. Nil and empty mean: as its descriptor says.
public struct ProviderSettings: Sendable, Hashable {
    public var isEnabled: Bool
    /// In the configured order. Most have one; several are rotated.
    public var keys: [Secret]
    /// Replaces scheme, host and port of the descriptor's base URL and may add a path prefix.
    public var baseURL: String?
    public var allowsPrivateAddresses: Bool
    public var allowsUnconfirmed: Bool
    public var limits: [RateLimit]?
    public var concurrency: Int?
    public var timeout: Duration?
    public var prices: [Capability: VendorPrice]
    /// What one of the vendor's own units costs in money: how prices in them are compared.
    public var creditPrice: Amount?

    public init(
        isEnabled: Bool = true, keys: [Secret] = [], baseURL: String? = nil, allowsPrivateAddresses: Bool = false,
        allowsUnconfirmed: Bool = false, limits: [RateLimit]? = nil, concurrency: Int? = nil,
        timeout: Duration? = nil, prices: [Capability: VendorPrice] = [:], creditPrice: Amount? = nil
    ) {
        self.isEnabled = isEnabled
        self.keys = keys
        self.baseURL = baseURL
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.allowsUnconfirmed = allowsUnconfirmed
        self.limits = limits
        self.concurrency = concurrency
        self.timeout = timeout
        self.prices = prices
        self.creditPrice = creditPrice
    }
}

/// How long things may take. An attempt's own timeout comes from its step, its provider's settings or its descriptor.
public struct Timeouts: Sendable, Hashable {
    public var request: Duration
    public var chain: Duration
    /// How long paid attempts in flight may go on after a request was cancelled.
    public var grace: Duration

    public init(request: Duration = .seconds(120), chain: Duration = .seconds(60), grace: Duration = .seconds(5)) {
        self.request = request
        self.chain = chain
        self.grace = grace
    }
}

/// How long answers are remembered, so that asking again pays no vendor again (`semantics.md`, 7.10).
public struct MemoryPolicy: Sendable, Hashable {
    public var hits: Duration
    public var misses: Duration
    public var verifiedVerdicts: Duration
    public var invalidVerdicts: Duration
    /// Verdicts that settle nothing: catch-all and unknown.
    public var openVerdicts: Duration
    /// How long an account without an office phone is not looked up again.
    public var officePhoneMisses: Duration
    /// How long raw replies are kept.
    public var payloads: Duration

    public init(
        hits: Duration = .days(90), misses: Duration = .days(14), verifiedVerdicts: Duration = .days(30),
        invalidVerdicts: Duration = .days(90), openVerdicts: Duration = .days(1),
        officePhoneMisses: Duration = .days(14), payloads: Duration = .days(90)
    ) {
        self.hits = hits
        self.misses = misses
        self.verifiedVerdicts = verifiedVerdicts
        self.invalidVerdicts = invalidVerdicts
        self.openVerdicts = openVerdicts
        self.officePhoneMisses = officePhoneMisses
        self.payloads = payloads
    }
}

extension MemoryPolicy {
    /// How long raw replies live: at least as long as anything is remembered by them.
    public var payloadLife: Duration {
        [payloads, hits, misses, verifiedVerdicts, invalidVerdicts, openVerdicts].reduce(.zero, max)
    }
}

extension Duration {
    /// Days of 86,400 seconds.
    public static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
