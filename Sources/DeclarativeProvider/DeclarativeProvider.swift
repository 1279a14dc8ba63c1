// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A provider written in the configuration: a request template, jq programs, a table of statuses.
///
/// - Values are escaped by where they stand: percent-encoded in a path, as JSON in a document; one that can't stand
///   in a header is refused. The parameters of a query are encoded by the engine.
/// - All programs are one jq program, so that a reply is read once. Each gives its first output; a program that
///   fails makes the reply a malformed one.
/// - A reply is at most 1 MiB of JSON, 64 deep.
public struct DeclarativeProvider: ExchangeProvider, VerifyingExchangeProvider {
    public let descriptor: ProviderDescriptor

    private let template: RequestTemplate
    private let program: JQProgram
    private let statuses: [Int: DeclarativeDefinition.StatusMeaning]

    /// Checks a definition and compiles its programs.
    ///
    /// - Throws: the first problem; `problems(of:)` has them all.
    public init(_ definition: DeclarativeDefinition) throws(DeclarativeError) {
        var problems = Self.shapeProblems(of: definition)
        let template = RequestTemplate(definition.request, &problems)
        if let template { problems += Self.inputProblems(of: definition, template) }
        let program = Self.program(definition.answer, &problems)
        guard let template, let program, problems.isEmpty else {
            throw problems.first ?? DeclarativeError(path: "", message: "not a provider")
        }
        self.template = template
        self.program = program
        statuses = definition.statuses
        descriptor = Self.descriptor(of: definition, template)
    }

    /// Returns everything that is wrong with a definition; empty where `init` takes it.
    public static func problems(of definition: DeclarativeDefinition) -> [DeclarativeError] {
        var problems = shapeProblems(of: definition)
        if let template = RequestTemplate(definition.request, &problems) {
            problems += inputProblems(of: definition, template)
        }
        _ = program(definition.answer, &problems)
        return problems
    }

    /// How it is listed beside the built-in ones.
    public var definition: ProviderDefinition { ProviderDefinition(descriptor) { self } }

    /// What the definition writes into query, headers and body: a secret may be among it.
    public var literals: [String] { template.literals }

    /// What the definition writes into the path.
    public var pathLiterals: [String] { template.pathLiterals }

    // MARK: Finding

    public func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        try template.filled { placeholder in
            switch placeholder {
            case .field(let field): query[field]
            case .linkedInHandle: query.linkedInHandle
            }
        }
    }

    public func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        guard let output = try output(of: reply) else { return .miss }
        let unit = descriptor.capabilities[query.capability]?.price.amount.unit
        return try JSONReader.read(output) { json throws(ProviderError) in
            DeclaredAnswer.answer(json, unit: unit ?? "\(descriptor.id)_credits")
        }
    }

    // MARK: Verifying

    public func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest {
        guard case .email(let email) = candidate else { throw ProviderError(.rejectedQuery, "verifies emails alone") }
        return try template.filled { $0 == .field(.email) ? email.address : nil }
    }

    public func verdict(on candidate: Candidate, from reply: ProviderReply) throws(ProviderError) -> Verdict {
        guard let output = try output(of: reply) else { return .email(EmailVerdict(.unverified, .unspecified)) }
        return try JSONReader.read(output) { json throws(ProviderError) in .email(DeclaredAnswer.verdict(json)) }
    }

    /// Returns what the programs give; nil where the status says that there is nothing.
    private func output(of reply: ProviderReply) throws(ProviderError) -> [UInt8]? {
        switch statuses[reply.status] {
        case .noMatch: return nil
        case .failure(let kind): throw ProviderError(kind, retryAfter: reply.retryAfter)
        case nil: if let failure = reply.failure { throw failure }
        }
        guard let output = try program.run(reply.body) else {
            throw ProviderError(.malformedReply, "the programs of the configuration failed on it")
        }
        return output
    }

    // MARK: Checking

    private static let findable: Set<Capability> = [.email, .mobile, .officePhone, .verifyEmail]

    private static func shapeProblems(of definition: DeclarativeDefinition) -> [DeclarativeError] {
        var problems: [DeclarativeError] = []
        func check(_ holds: Bool, _ path: String, _ message: String) {
            if !holds { problems.append(DeclarativeError(path: path, message: message)) }
        }
        check(definition.id.isWellFormed, "id", "a name is a letter, then letters, digits and _, in lower case")
        check(!definition.capabilities.isEmpty, "capabilities", "none is given")
        check(definition.concurrency > 0, "concurrency", "at least 1")
        check(definition.timeout > .zero, "timeout", "more than nothing")
        check((0...1).contains(definition.expectedHitRate), "expected_hit_rate", "from 0 to 1")
        for status in definition.statuses.keys.sorted() {
            check((100...599).contains(status), "statuses.\(status)", "not an HTTP status")
        }
        let fields = Set(definition.answer.keys)
        let needs: [(Capability, Set<DeclarativeDefinition.AnswerField>)] = [
            (.email, [.email]), (.mobile, [.mobile, .phone, .phones]), (.officePhone, [.officePhone, .phones]),
            (.verifyEmail, [.status]),
        ]
        for (capability, any) in needs where definition.capabilities[capability] != nil {
            let names = any.map(\.rawValue).sorted().joined(separator: ", ")
            check(!fields.isDisjoint(with: any), "answer", "\(capability.rawValue) needs one of: \(names)")
        }
        for capability in definition.capabilities.keys.sorted() where !findable.contains(capability) {
            check(false, "capabilities", "\(capability.rawValue) can't be declared")
        }
        return problems
    }

    private static func inputProblems(
        of definition: DeclarativeDefinition, _ template: RequestTemplate
    ) -> [DeclarativeError] {
        func problem(_ path: String, _ message: String) -> DeclarativeError {
            DeclarativeError(path: path, message: message)
        }
        let required = Set(template.required.map(\.input))
        let known = required.union(template.optional.map(\.input))
        if definition.capabilities[.verifyEmail] != nil {
            guard definition.inputs.isEmpty else { return [problem("inputs", "verify_email knows the address alone")] }
            return known == [.email] ? [] : [problem("request", "verify_email knows {email}, and nothing else")]
        }
        if known.isEmpty { return [problem("request", "no placeholder: it asks for nobody")] }
        if required.isEmpty, definition.inputs.isEmpty {
            return [problem("request", "every placeholder is optional; say what it needs with `inputs`")]
        }
        return definition.inputs.enumerated().flatMap { index, fields -> [DeclarativeError] in
            let path = "inputs[\(index)]"
            if fields.isEmpty { return [problem(path, "an empty set; leave it out")] }
            // A full name is made of its parts.
            let given = fields.isSuperset(of: [.firstName, .lastName]) ? fields.union([.fullName]) : fields
            let lacking = required.subtracting(given).sorted().map { field in
                problem(
                    path,
                    "a prospect with these alone has no `\(field.rawValue)`; add it, or write '{\(field.rawValue)?}'")
            }
            guard lacking.isEmpty, given.isDisjoint(with: known) else { return lacking }
            return [problem(path, "the request has no placeholder for any of these: it asks for nobody")]
        }
    }

    private static func program(
        _ programs: [DeclarativeDefinition.AnswerField: String], _ problems: inout [DeclarativeError]
    ) -> JQProgram? {
        let before = problems.count
        let ordered = DeclarativeDefinition.AnswerField.allCases.compactMap { field in
            programs[field].map { (field: field, text: $0) }
        }
        for (field, text) in ordered {
            do { try JQSyntax.check(text, at: "answer.\(field.rawValue)") } catch { problems.append(error) }
        }
        guard problems.count == before else { return nil }
        // A line of its own, so that a comment at a program's end ends there.
        let members = ordered.map { "\($0.field.rawValue): ([limit(1; (\($0.text)\n))] | .[0])" }
        let whole = "{\(members.joined(separator: ", "))}"
        if let program = try? JQProgram(whole, at: "answer") { return program }
        // Which one it is, costs a compilation each; the way without errors doesn't pay for it.
        for (field, text) in ordered {
            do { _ = try JQProgram("(\(text)\n)", at: "answer.\(field.rawValue)") } catch { problems.append(error) }
        }
        if problems.count == before {
            problems.append(DeclarativeError(path: "answer", message: "the programs can't be read together"))
        }
        return nil
    }

    private static func descriptor(
        of definition: DeclarativeDefinition, _ template: RequestTemplate
    ) -> ProviderDescriptor {
        let inputs = definition.inputs.isEmpty ? [Set(template.required.map(\.input))] : definition.inputs
        let capabilities = definition.capabilities.map { capability, price in
            let entry = CapabilityDescriptor(
                inputs: capability.isVerification ? [] : inputs, price: price,
                expectedHitRate: definition.expectedHitRate)
            return (capability, entry)
        }
        return ProviderDescriptor(
            id: definition.id, name: definition.name.isEmpty ? definition.id.rawValue : definition.name,
            documentation: definition.documentation, baseURL: template.baseURL,
            capabilities: Dictionary(uniqueKeysWithValues: capabilities), repeats: definition.repeats,
            limits: definition.limits, concurrency: definition.concurrency, timeout: definition.timeout,
            evidence: .documented)
    }
}
