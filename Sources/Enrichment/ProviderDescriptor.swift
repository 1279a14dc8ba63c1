// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// The facts of a provider: what it can do, what it needs, how its vendor bills. The one source of its documentation,
/// its checks in the configuration, and its prices.
public struct ProviderDescriptor: Sendable, Hashable {
    public var id: ProviderID
    /// The vendor's own spelling: `People Data Labs`.
    public var name: String
    /// Where the vendor documents its API.
    public var documentation: String?
    /// Scheme and host (and a path prefix that is the same for all calls): `https://api.hunter.io`. Nil for a provider
    /// without HTTP, or one that asks hosts which the prospect names.
    public var baseURL: String?
    public var authentication: Authentication
    public var capabilities: [Capability: CapabilityDescriptor]
    /// What a repeat of a call costs, which decides what may be sent again.
    public var repeats: RepeatClass
    /// The vendor's published limits.
    public var limits: [RateLimit]
    /// The vendor's own headers that say what is left of its limits.
    public var quotaHeaders: [QuotaHeader]
    /// Calls in flight at once.
    public var concurrency: Int
    /// How long one attempt may take, waiting for a job included.
    public var timeout: Duration
    public var evidence: Evidence
    /// True where it is a pure function of what it is asked: no HTTP, no cost, nothing to make durable.
    public var isLocal: Bool
    /// False where it talks to the network itself and not through its client: then nobody bills its calls, and the
    /// engine ends each at its deadline and cancels its task. It must not block its thread.
    public var usesTransport: Bool
    /// True where its queries carry the team's verified mailboxes at the company (`KnownFacts.mailboxes`): other
    /// people's data, for a local provider alone.
    public var readsMailboxes: Bool

    public init(
        id: ProviderID, name: String, documentation: String? = nil, baseURL: String? = nil,
        authentication: Authentication = .none, capabilities: [Capability: CapabilityDescriptor],
        repeats: RepeatClass = .recharges, limits: [RateLimit] = [],
        quotaHeaders: [QuotaHeader] = [], concurrency: Int = 10, timeout: Duration = .seconds(15),
        evidence: Evidence = .documented, isLocal: Bool = false, usesTransport: Bool = true,
        readsMailboxes: Bool = false
    ) {
        precondition(isLocal || !readsMailboxes, "what leaves the process may not know other people")
        self.id = id
        self.name = name
        self.documentation = documentation
        self.baseURL = baseURL
        self.authentication = authentication
        self.capabilities = capabilities
        self.repeats = repeats
        self.limits = limits
        self.quotaHeaders = quotaHeaders
        self.concurrency = concurrency
        self.timeout = timeout
        self.evidence = evidence
        self.isLocal = isLocal
        self.usesTransport = usesTransport
        self.readsMailboxes = readsMailboxes
    }

    /// How a key goes along. The engine puts it there.
    public enum Authentication: Sendable, Hashable {
        case none
        case bearer
        case header(HTTPField.Name)
        case query(String)
        /// HTTP Basic (RFC 7617): the key is the password of this user; nil: the key is `user:password` itself.
        case basic(user: String?)
        /// A key and its secret in a header each; configured as `key:secret`.
        case headers(HTTPField.Name, secret: HTTPField.Name)
        /// An account and its key, configured as `account:key`: the key goes in the header, and the account takes the
        /// place of `{account}` in the path.
        case account(header: HTTPField.Name)
        /// OAuth 2 client credentials (RFC 6749, 4.4), configured as `id:secret`: the engine asks for a token, keeps it
        /// as long as it holds, and sends it as a bearer.
        case clientCredentials(TokenRequest)

        /// How a key is written, as one text: of two halves there is a colon between; nil where none is needed.
        public var keyForm: String? {
            switch self {
            case .none: nil
            case .bearer, .header, .query, .basic(.some): "key"
            case .basic(nil): "user:password"
            case .headers: "key:secret"
            case .account: "account:key"
            case .clientCredentials: "id:secret"
            }
        }

        /// A key in the header of this name. A name that HTTP doesn't allow is a programmer's error.
        public static func header(_ name: StaticString) -> Authentication {
            .header(field(name))
        }

        /// A key and its secret in the headers of these names.
        public static func headers(_ name: StaticString, secret: StaticString) -> Authentication {
            .headers(field(name), secret: field(secret))
        }

        /// An account in the path and its key in the header of this name.
        public static func account(header name: StaticString) -> Authentication { .account(header: field(name)) }

        private static func field(_ name: StaticString) -> HTTPField.Name {
            guard let name = HTTPField.Name("\(name)") else { preconditionFailure("not the name of an HTTP field") }
            return name
        }
    }

    /// How a token is asked for.
    public struct TokenRequest: Sendable, Hashable {
        /// Below the base URL; POST, with a form.
        public var path: String
        public var scope: String?
        /// True: id and secret go as HTTP Basic; false: as members of the form.
        public var sendsBasic: Bool

        public init(_ path: String, scope: String? = nil, sendsBasic: Bool = false) {
            self.path = path
            self.scope = scope
            self.sendsBasic = sendsBasic
        }
    }

    /// How well the facts are known.
    public enum Evidence: String, Sendable, Hashable, CaseIterable {
        /// Seen in answers of the real API.
        case confirmed
        /// In the vendor's documents.
        case documented
        /// From others' code or memory: refuses to run without `allow_unconfirmed: true`.
        case unconfirmed
    }

    /// True where a query has every field of one of the capability's sets of inputs.
    public func accepts(_ query: ContactQuery) -> Bool {
        guard let inputs = capabilities[query.capability]?.inputs, !inputs.isEmpty else { return true }
        return inputs.contains { $0.allSatisfy(query.has) }
    }

    /// Returns the fields that the query lacks for the set of inputs it comes nearest to; empty where one set is whole.
    public func missingInputs(for query: ContactQuery) -> Set<QueryField> {
        guard let capability = capabilities[query.capability] else { return [] }
        let lacking = capability.inputs.map { inputs in inputs.filter { !query.has($0) } }
        return lacking.min { $0.count < $1.count } ?? []
    }

    /// Checks that a query has what is needed, before a request is made of it.
    ///
    /// - Throws: `rejectedQuery`.
    public func checkInputs(of query: ContactQuery) throws(ProviderError) {
        guard accepts(query) else { throw ProviderError(.rejectedQuery, "none of its sets of inputs is whole") }
    }
}

/// What a provider needs for one capability, and what its vendor asks for it.
public struct CapabilityDescriptor: Sendable, Hashable {
    /// Alternatives, each a set of fields that must all be there. Empty: nothing is needed (verifiers).
    public var inputs: [Set<QueryField>]
    public var price: VendorPrice
    /// The share of prospects that it finds, before anything was measured here: 0 to 1.
    public var expectedHitRate: Double

    public init(inputs: [Set<QueryField>] = [], price: VendorPrice, expectedHitRate: Double = 0.3) {
        self.inputs = inputs
        self.price = price
        self.expectedHitRate = expectedHitRate
    }
}

/// What a vendor bills for one capability.
public struct VendorPrice: Sendable, Hashable {
    /// When the vendor bills.
    public enum Basis: String, Sendable, Hashable, CaseIterable {
        /// Only an answer that has what was asked for; of a verifier only one that is certain, so no catch-all.
        case found
        /// Of a verifier: every verdict but "unknown", so a catch-all too.
        case known
        /// Every answered call.
        case attempt
    }

    public var basis: Basis
    public var amount: Amount

    public init(_ basis: Basis, _ amount: Amount) {
        self.basis = basis
        self.amount = amount
    }

    /// A call that costs nothing.
    public static let free = VendorPrice(.attempt, Amount(micros: 0, unit: "USD"))
}

/// What a repeat of a call costs (`reliability.md`, B).
public enum RepeatClass: Sendable, Hashable {
    /// The vendor takes a request key in this header: sent again with the same key.
    case key(HTTPField.Name)
    /// A repeat within the time is not billed.
    case freeWindow(Duration)
    /// The call costs nothing.
    case free
    /// Submit and poll: the id is durable, and polled.
    case asyncID
    /// Every answered call may be billed again.
    case recharges

    /// The word in YAML and in the documents.
    public var word: String {
        switch self {
        case .key: "key"
        case .freeWindow: "free_window"
        case .free: "free"
        case .asyncID: "async_id"
        case .recharges: "recharges"
        }
    }
}

/// So many calls in so long a time.
public struct RateLimit: Sendable, Hashable {
    public var count: Int
    public var window: Duration

    public init(_ count: Int, per window: Duration) {
        self.count = count
        self.window = window
    }
}
