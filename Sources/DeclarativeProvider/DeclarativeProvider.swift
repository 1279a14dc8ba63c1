// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A provider written in the configuration: a request template, jq programs, a table of statuses. One that is polled is
/// made of the same by `definition`.
///
/// - Values are escaped by where they stand: percent-encoded in a path, as JSON in a document; one that can't stand
///   in a header is refused. The parameters of a query are encoded by the engine.
/// - All programs of the answer are one jq program, so that a reply is read once; those that say what a reply is
///   (`failure`, and of a job `id` and `pending`) are another, where there are any. Each gives its first output; a
///   program that fails makes the reply a malformed one.
/// - A reply is at most 1 MiB of JSON, 64 deep.
public struct DeclarativeProvider: ExchangeProvider, VerifyingExchangeProvider {
    public let descriptor: ProviderDescriptor

    private let template: RequestTemplate
    private let poll: (template: RequestTemplate, pause: Duration)?
    private let answers: JQProgram
    private let standing: StandingReader

    /// Checks a definition and compiles its programs.
    ///
    /// - Throws: the first problem; `problems(of:)` has them all.
    public init(_ definition: DeclarativeDefinition) throws(DeclarativeError) {
        var check = DefinitionCheck(definition)
        let parts = check.parts()
        guard let parts, check.problems.isEmpty else {
            throw check.problems.first ?? DeclarativeError(path: "", message: "not a provider")
        }
        template = parts.request
        poll = parts.poll.map { ($0, definition.poll?.every ?? DeclarativeDefinition.Poll.standardPause) }
        answers = parts.answers
        standing = StandingReader(
            statuses: definition.statuses, program: parts.standing, hasJobInPath: parts.poll?.hasJobInPath ?? false)
        descriptor = Self.descriptor(of: definition, template)
    }

    /// Returns everything that is wrong with a definition; empty where `init` takes it.
    public static func problems(of definition: DeclarativeDefinition) -> [DeclarativeError] {
        var check = DefinitionCheck(definition)
        _ = check.parts()
        return check.problems
    }

    /// How it is listed beside the built-in ones.
    public var definition: ProviderDefinition {
        guard let poll else { return ProviderDefinition(descriptor) { self } }
        let job = DeclaredJob(provider: self, template: poll.template, pause: poll.pause)
        return ProviderDefinition(descriptor) { job }
    }

    /// What the definition writes into query, headers and body: a secret may be among it.
    public var literals: [String] { template.literals + (poll?.template.literals ?? []) }

    /// What the definition writes into the path.
    public var pathLiterals: [String] { template.pathLiterals + (poll?.template.pathLiterals ?? []) }

    // MARK: Finding

    public func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try template.filled { placeholder in
            switch placeholder {
            case .field(let field): query[field]
            case .linkedInHandle: query.linkedInHandle
            case .job: nil
            }
        }
    }

    public func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        try answer(to: query, from: reply, standing: try standing(of: reply))
    }

    /// Reads the answer of a reply of which it is known what it says.
    func answer(
        to query: ContactQuery, from reply: ProviderReply, standing: Standing
    ) throws(ProviderError) -> ProviderAnswer {
        guard let output = try output(of: reply, standing) else { return .miss }
        let unit = descriptor.capabilities[query.capability]?.price.amount.unit
        return try JSONReader.read(output) { json throws(ProviderError) in
            DeclaredAnswer.answer(json, unit: unit ?? "\(descriptor.id)_credits")
        }
    }

    /// Returns what a reply says, before it is read as an answer.
    ///
    /// - Throws: the failure that it is.
    func standing(of reply: ProviderReply, isSubmission: Bool = false) throws(ProviderError) -> Standing {
        try standing.standing(of: reply, isSubmission: isSubmission)
    }

    // MARK: Verifying

    public func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        guard case .email(let email) = candidate else { throw ProviderError(.rejectedQuery, "verifies emails alone") }
        return try template.filled { $0 == .field(.email) ? email.address : nil }
    }

    public func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        guard let output = try output(of: reply, try standing(of: reply)) else {
            return .email(EmailVerdict(.unverified, .unspecified))
        }
        return try JSONReader.read(output) { json throws(ProviderError) in .email(DeclaredAnswer.verdict(json)) }
    }

    /// Returns what the programs give; nil where the reply says that there is nothing.
    private func output(of reply: ProviderReply, _ standing: Standing) throws(ProviderError) -> [UInt8]? {
        guard standing != .nothing else { return nil }
        guard let output = try answers.run(reply.body) else {
            throw ProviderError(.malformedReply, "the programs of the configuration failed on it")
        }
        return output
    }

    private static func descriptor(
        of definition: DeclarativeDefinition, _ template: RequestTemplate
    ) -> ProviderDescriptor {
        let inputs = definition.inputs.isEmpty ? [Set(template.required.compactMap(\.input))] : definition.inputs
        let capabilities = definition.capabilities.map { capability, price in
            let entry = CapabilityDescriptor(
                inputs: capability.isVerification ? [] : inputs, price: price,
                expectedHitRate: definition.expectedHitRate)
            return (capability, entry)
        }
        return ProviderDescriptor(
            id: definition.id, name: definition.name.isEmpty ? definition.id.rawValue : definition.name,
            documentation: definition.documentation, baseURL: template.baseURL,
            authentication: definition.token.map { .clientCredentials($0) } ?? .none,
            capabilities: Dictionary(uniqueKeysWithValues: capabilities),
            repeats: definition.poll == nil ? definition.repeats : .asyncID, limits: definition.limits,
            concurrency: definition.concurrency, timeout: definition.timeout, evidence: .documented)
    }
}
