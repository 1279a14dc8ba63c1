// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes
public import ProviderCases
internal import WaterfallEngine

/// What every provider must do, whoever wrote it. Each check returns what is wrong, in words; nothing is right.
///
/// ```swift
/// let conformance = ProviderConformance(.acme, cases: try ProviderCase.all(of: "acme"))
/// #expect(await conformance.problems() == [])
/// ```
public struct ProviderConformance: Sendable {
    public let definition: ProviderDefinition
    public let cases: [ProviderCase]
    private let carriesCredentials: Bool

    /// - Parameter carriesCredentials: true for a provider of a configuration, whose template holds its own key.
    public init(_ definition: ProviderDefinition, cases: [ProviderCase], carriesCredentials: Bool = false) {
        self.definition = definition
        self.cases = cases
        self.carriesCredentials = carriesCredentials
    }

    /// Runs every check.
    public func problems() async -> [String] {
        var found = descriptorProblems() + coverageProblems()
        for example in cases { found += await problems(of: example) }
        found += await escapingProblems()
        found += await hostileProblems()
        return found
    }

    /// Checks the facts: a well-formed id, a capability, inputs, prices and limits that can be.
    public func descriptorProblems() -> [String] {
        let facts = definition.descriptor
        var found: [String] = []
        func check(_ holds: Bool, _ problem: String) { if !holds { found.append("\(facts.id): \(problem)") } }
        check(facts.id.isWellFormed, "the id is not snake case")
        check(!facts.name.isEmpty, "it has no name")
        check(!facts.capabilities.isEmpty, "it has no capability")
        check(facts.concurrency > 0, "nothing may be in flight")
        check(facts.timeout > .zero, "an attempt has no time")
        check(facts.limits.allSatisfy { $0.count > 0 && $0.window > .zero }, "a limit lets nothing through")
        check(facts.authentication == .none || facts.baseURL != nil, "a key with nowhere to go")
        if let base = facts.baseURL {
            check(base.hasPrefix("https://"), "its base URL is not https")
            check(!base.hasSuffix("/"), "its base URL ends with a slash")
        }
        let provider = definition.makeProvider()
        check(provider.descriptor == facts, "it describes itself otherwise than its definition")
        for (capability, entry) in facts.capabilities {
            let inputs = entry.inputs
            check(capability.isVerification == inputs.isEmpty, "\(capability.rawValue): inputs are for finders")
            check(inputs.allSatisfy { !$0.isEmpty }, "\(capability.rawValue): an empty set of inputs")
            check((0...1).contains(entry.expectedHitRate), "\(capability.rawValue): a hit rate that is none")
            check(entry.price.amount.micros >= 0, "\(capability.rawValue): a price below zero")
            check(Self.hasUnit(entry.price.amount, of: facts.id), "\(capability.rawValue): a strange unit")
            let suits = capability.isVerification ? provider is any VerifyingProvider : provider is any FindingProvider
            check(suits, "\(capability.rawValue): it can't do that")
        }
        return found
    }

    /// Checks that every capability has a case that hits, and every finder one that misses.
    public func coverageProblems() -> [String] {
        var found: [String] = []
        for capability in definition.descriptor.capabilities.keys.sorted() {
            let expected = cases.filter { $0.capability == capability }.map(\.expected)
            if !expected.contains(where: { $0.isHit(capability) }) {
                found.append("\(definition.id): no case of a hit for \(capability.rawValue)")
            }
            if !capability.isVerification, !expected.contains(where: { $0.isMiss(capability) }) {
                found.append("\(definition.id): no case of a miss for \(capability.rawValue)")
            }
        }
        return found
    }

    /// Runs one case: what is sent, what comes of it, and that neither shows what it must not.
    public func problems(of example: ProviderCase) async -> [String] {
        let run = await CaseRun(example, by: definition.makeProvider())
        var found = run.differences
        found += quotaProblems(of: example)
        found += run.sent.flatMap(credentialProblems)
        found += run.outcome.disclosures(of: example.personalData)
        for reply in example.exchanges.map(\.reply) {
            let shown = "\(reply) \(String(reflecting: reply))"
            found += example.personalData.filter(shown.contains).map { _ in "a reply's description shows its content" }
        }
        return found.map { "\(definition.id), \(example.name): \($0)" }
    }

    /// Compares what the engine reads of the replies' quota headers with what the case says.
    private func quotaProblems(of example: ProviderCase) -> [String] {
        guard let expected = example.quotas else { return [] }
        let headers = QuotaHeaders(definition.descriptor.quotaHeaders)
        let read = example.exchanges.flatMap { exchange in
            headers.windows(in: exchange.reply, now: Timestamp(microseconds: 0)).map(ProviderCase.Quota.init)
        }
        return read == expected ? [] : ["of quotas it reads \(read), not \(expected)"]
    }

    /// A provider never sees a key, so a request that names one holds something else under its name.
    func credentialProblems(of request: ProviderRequest) -> [String] {
        guard !carriesCredentials else { return [] }
        var names: Set<String> = ["authorization", "proxy-authorization", "cookie"]
        var parameters: Set<String> = ["api_key", "apikey", "key", "token", "access_token"]
        switch definition.descriptor.authentication {
        case .header(let name): names.insert(name.canonicalName)
        case .query(let name): parameters.insert(name)
        case .headers(let name, let secret): names.formUnion([name.canonicalName, secret.canonicalName])
        case .account(let name): names.insert(name.canonicalName)
        case .none, .bearer, .basic, .clientCredentials: break
        }
        return request.headers.filter { names.contains($0.name.canonicalName) }
            .map { "the header \($0.name) is a key's" }
            + request.query.filter { parameters.contains($0.name) }.map { "the parameter \($0.name) is a key's" }
    }

    private static func hasUnit(_ amount: Amount, of id: ProviderID) -> Bool {
        amount.isMoney || amount.unit.hasPrefix("\(id)_") && amount.unit.hasSuffix("credits")
    }
}

extension ProviderCase.Quota {
    fileprivate init(_ window: QuotaWindow) {
        switch window.reset {
        case .after(let time): self.init(left: window.remaining, resetsAfter: time)
        case .within(let time): self.init(left: window.remaining, resetsWithin: time)
        }
    }
}

extension ProviderCase {
    /// What may show in no description: long enough not to be in there by chance.
    var personalData: [String] {
        let asked: [String] =
            switch subject {
            case .query(let query): [.fullName, .lastName, .email, .linkedInURL].compactMap { query[$0] }
            case .candidate(.email(let email)): [email.address]
            case .candidate(.phone(let phone)): [phone.raw]
            case .account: []
            }
        guard case .answer(let answer) = expected else { return asked.filter { $0.utf8.count > 2 } }
        let given = answer.emails.map(\.address) + (answer.phones + answer.officePhones).map(\.raw)
        return (asked + given).filter { $0.utf8.count > 2 }
    }
}

extension ProviderCase.Expectation {
    func isHit(_ capability: Capability) -> Bool {
        switch self {
        case .answer(let answer): !answer.isMiss(for: capability)
        case .verdict(let verdict): verdict.isDefinite
        case .account, .error: false
        }
    }

    var isError: Bool { if case .error = self { true } else { false } }

    func isMiss(_ capability: Capability) -> Bool {
        guard case .answer(let answer) = self else { return false }
        return answer.isMiss(for: capability)
    }
}

extension CaseOutcome {
    /// Returns a problem for each of the texts that a description of the outcome shows.
    func disclosures(of texts: [String]) -> [String] {
        var shown = "\(self) \(String(reflecting: self))"
        dump(self, to: &shown)
        switch self {
        case .answer(let answer): dump(answer, to: &shown)
        case .verdict(let verdict): dump(verdict, to: &shown)
        case .error(let error): dump(error, to: &shown)
        case .account, .unsuited: break
        }
        return texts.filter(shown.contains).map { "a description shows '\($0)'" }
    }
}
