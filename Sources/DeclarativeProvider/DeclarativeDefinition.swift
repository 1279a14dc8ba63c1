// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import HTTPTypes

/// A provider as a configuration writes it: a request template, jq programs that read the answer, a table of statuses.
///
/// Headers, parameters and body may hold secrets, so a definition describes itself by its id alone.
public struct DeclarativeDefinition: Sendable {
    public var id: ProviderID
    /// The vendor's own spelling; the id where it is empty.
    public var name: String
    public var documentation: String?
    /// What it can be asked for, and what its vendor bills for that.
    public var capabilities: [Capability: VendorPrice]
    public var request: Request
    /// How the job is asked for that the request submits; nil where the request has the answer.
    public var poll: Poll?
    /// How an access token is asked for, where the key is `id:secret` of OAuth 2 client credentials; nil where the
    /// templates hold the key.
    public var token: ProviderDescriptor.TokenRequest?
    /// Alternatives, each a set of fields that a prospect must have; where there is none, the placeholders that aren't
    /// optional are the one set.
    public var inputs: [Set<QueryField>]
    /// jq programs by what they give.
    public var answer: [AnswerField: String]
    /// What statuses mean; others have their common meaning (`ProviderReply.failure`).
    public var statuses: [Int: StatusMeaning]
    public var limits: [RateLimit]
    public var concurrency: Int
    /// Of one that is polled always `asyncID`.
    public var repeats: RepeatClass
    public var timeout: Duration
    /// The share of prospects that it finds, before anything was measured: 0 to 1.
    public var expectedHitRate: Double

    public init(
        id: ProviderID, name: String = "", documentation: String? = nil, capabilities: [Capability: VendorPrice],
        request: Request, poll: Poll? = nil, token: ProviderDescriptor.TokenRequest? = nil,
        inputs: [Set<QueryField>] = [], answer: [AnswerField: String],
        statuses: [Int: StatusMeaning] = [:], limits: [RateLimit] = [], concurrency: Int = 10,
        repeats: RepeatClass? = nil, timeout: Duration? = nil, expectedHitRate: Double = 0.3
    ) {
        self.id = id
        self.name = name
        self.documentation = documentation
        self.capabilities = capabilities
        self.request = request
        self.poll = poll
        self.token = token
        self.inputs = inputs
        self.answer = answer
        self.statuses = statuses
        self.limits = limits
        self.concurrency = concurrency
        self.repeats = repeats ?? (poll == nil ? .recharges : .asyncID)
        self.timeout = timeout ?? (poll == nil ? .seconds(15) : Poll.standardTimeout)
        self.expectedHitRate = expectedHitRate
    }

    /// A request with placeholders: `{first_name}` and the other fields of a query, and `{linkedin_handle}`. A brace
    /// is written twice. Every field named here is an input that a prospect must have, but for one that is written
    /// `{title?}`: a parameter, a header or a member of which nothing is left without it is left out.
    public struct Request: Sendable {
        /// Nil: GET without a body, POST with one.
        public var method: HTTPRequest.Method?
        /// Scheme, host and path. Placeholders may stand in the path; parameters go into `query`.
        public var url: String
        /// In order; values are encoded when sent.
        public var query: [Item]
        public var headers: [Item]
        public var body: Body?

        public init(
            method: HTTPRequest.Method? = nil, url: String, query: [Item] = [], headers: [Item] = [],
            body: Body? = nil
        ) {
            self.method = method
            self.url = url
            self.query = query
            self.headers = headers
            self.body = body
        }
    }

    /// A job that is asked for until it is done. Its id is kept before the first look at it, so that a process that
    /// died asks for the same job.
    public struct Poll: Sendable {
        /// How long an attempt may take where nothing is said: waiting for the job is a part of it.
        public static let standardTimeout = Duration.seconds(60)
        public static let standardPause = Duration.seconds(5)

        /// A jq program that gives the job's id, of the reply to the request that submits it.
        public var id: String
        /// Has the placeholder `{job}`, and no other: after a crash nothing else is known.
        public var request: Request
        /// A jq program: neither false nor null on a reply that says "not yet". Nil where a status alone says it.
        public var pending: String?
        public var every: Duration

        public init(id: String, request: Request, pending: String? = nil, every: Duration = standardPause) {
            self.id = id
            self.request = request
            self.pending = pending
            self.every = every
        }
    }

    /// A name and the template of its value.
    public struct Item: Sendable {
        public var name: String
        public var value: TemplateText

        public init(_ name: String, _ value: TemplateText) {
            self.name = name
            self.value = value
        }
    }

    /// What is sent along.
    public enum Body: Sendable {
        /// A document whose strings are templates; its keys are not.
        case json(JSONTemplate)
        /// `application/x-www-form-urlencoded`.
        case form([Item])
    }

    /// A JSON document whose strings are templates.
    public indirect enum JSONTemplate: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case text(TemplateText)
        case array([JSONTemplate])
        case object([(key: String, value: JSONTemplate)])
    }

    /// What a status means.
    public enum StatusMeaning: Sendable, Hashable {
        /// The vendor has nothing on this person (`no_match`).
        case noMatch
        /// The job isn't done: of a provider that is polled alone.
        case pending
        case failure(ProviderError.Kind)

        /// Reads the word of a configuration; nil for one that is none.
        public init?(word: String) {
            guard word != "no_match" else { self = .noMatch; return }
            guard word != "pending" else { self = .pending; return }
            // What never reached the vendor has no status of it.
            guard let kind = ProviderError.Kind(rawValue: word), kind != .cancelled, kind != .answerLost else {
                return nil
            }
            self = .failure(kind)
        }
    }

    /// What a jq program gives. Raw values are the words of a configuration.
    public enum AnswerField: String, Sendable, Hashable, CaseIterable {
        /// False or null: nothing on this person, whatever else is there.
        case matched
        /// `no_match`, or a kind of failure: what the reply is, whatever else is there. Read of a 2xx, and of a 4xx
        /// that means nothing, in the table and commonly.
        case failure
        case email
        /// A list of addresses, or of objects with `address` (or `email`), and `status` and `confidence` where known;
        /// best first. Instead of `email`, `status` and `confidence`.
        case emails
        /// Of the email: `verified`, `catch_all`, `unverified`, `guessed` or `invalid`; anything else is `unverified`.
        case status
        /// Of a verdict: one of its reasons.
        case reason
        /// Of a verdict: the address that was probably meant.
        case suggestion
        /// 0 to 1.
        case confidence
        case mobile
        /// A number of no known type.
        case phone
        /// A list of numbers, or of objects with `number`, and `type` and `extension` where known.
        case phones
        case officePhone = "office_phone"
        case title
        case linkedInURL = "linkedin_url"
        case companyName = "company_name"
        case companyDomain = "company_domain"
        /// What the call cost, in the unit of its price.
        case charged
    }
}

/// Text with placeholders, in which secrets may stand. What is a secret is never read as a template, and the whole
/// never shows.
public struct TemplateText: Sendable, Hashable, ExpressibleByStringLiteral {
    /// A piece of it.
    public enum Part: Sendable, Hashable {
        /// As the configuration has it, placeholders included.
        case template(String)
        /// What a variable of the environment or a file gave: taken as it is.
        case secret(String)
    }

    public var parts: [Part]

    public init(_ parts: [Part]) { self.parts = parts }

    public init(_ template: String) { self.init([.template(template)]) }

    public init(stringLiteral value: String) { self.init(value) }
}

extension TemplateText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension TemplateText.Part: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension DeclarativeDefinition: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "the declared provider \(id)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
