// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What came of asking a provider what a case asks.
public enum CaseOutcome: Sendable, Hashable {
    case answer(ProviderAnswer)
    case verdict(Verdict)
    case account(ProviderAccount)
    case error(ProviderError)
    /// The provider can't be asked this at all.
    case unsuited

    /// Asks, and waits for what comes of it.
    public init(_ provider: any Provider, _ subject: ProviderCase.Subject, _ client: ProviderClient) async {
        do throws(ProviderError) {
            switch subject {
            case .query(let query):
                guard let finder = provider as? any FindingProvider else { self = .unsuited; return }
                self = .answer(try await finder.find(query, using: client))
            case .candidate(let candidate):
                guard let verifier = provider as? any VerifyingProvider else { self = .unsuited; return }
                self = .verdict(try await verifier.verify(candidate, using: client))
            case .account:
                guard let reporter = provider as? any AccountReporting else { self = .unsuited; return }
                let reply = try await client.send(reporter.accountRequest(), repeatable: true)
                self = .account(try reporter.account(from: reply))
            }
        } catch {
            self = .error(error)
        }
    }

    /// Returns how it differs from what a case expects, in words.
    public func differences(from expected: ProviderCase.Expectation) -> [String] {
        switch (self, expected) {
        case (.answer(let answer), .answer(let expected)): Self.differences(answer, expected)
        case (.verdict(let verdict), .verdict(let expected)):
            verdict == expected ? [] : ["the verdict is \(Self.words(verdict)), not \(Self.words(expected))"]
        case (.account(let account), .account(let expected)):
            account == expected ? [] : ["the balance is \(account.remaining), not \(expected.remaining)"]
        case (.error(let error), .error(let kind, let retryAfter)):
            (error.kind == kind ? [] : ["it failed with \(error), not \(kind.rawValue)"])
                + (error.retryAfter == retryAfter
                    ? [] : ["it asks to wait \(Self.shown(error.retryAfter)), not \(Self.shown(retryAfter))"])
        case (.error(let error), _): ["it failed with \(error), where the case has \(expected.kind)"]
        case (.unsuited, _): ["it can't be asked this"]
        default: ["another kind of outcome than the case has: \(kind), not \(expected.kind)"]
        }
    }

    /// What kind of outcome it is, in words.
    private var kind: String {
        switch self {
        case .answer(let answer): answer == .miss ? "a miss" : "an answer (\(answer))"
        case .verdict(let verdict): "a verdict (\(Self.words(verdict)))"
        case .account: "a balance"
        case .error(let error): "the error \(error)"
        case .unsuited: "nothing"
        }
    }

    private static func differences(_ answer: ProviderAnswer, _ expected: ProviderAnswer) -> [String] {
        let emails = { (answer: ProviderAnswer) in
            answer.emails.map { email in
                "\(email.address) \(email.grade.rawValue)" + labelled([("confidence", email.confidence)])
            }
        }
        let phones = { (phones: [PhoneCandidate]) in
            phones.map { phone in
                "\(phone.raw) \(phone.type.rawValue) \(phone.status.rawValue) do_not_call \(phone.doNotCall.rawValue)"
                    + labelled([("extension", phone.extension), ("country", phone.country)])
            }
        }
        let person = { (answer: ProviderAnswer) in
            let facts = answer.person
            let all = labelled([
                ("title", facts.title), ("linkedin_url", facts.linkedInURL), ("company_name", facts.companyName),
                ("company_domain", facts.companyDomain),
            ])
            return all.isEmpty ? "none" : "\(all.dropFirst())"
        }
        var found: [String] = []
        if answer.emails != expected.emails { found.append("emails are \(emails(answer)), not \(emails(expected))") }
        if answer.phones != expected.phones {
            found.append("phones are \(phones(answer.phones)), not \(phones(expected.phones))")
        }
        if answer.officePhones != expected.officePhones {
            found.append("office phones are \(phones(answer.officePhones)), not \(phones(expected.officePhones))")
        }
        if answer.person != expected.person { found.append("facts are \(person(answer)), not \(person(expected))") }
        if answer.charged != expected.charged {
            found.append("it charged \(shown(answer.charged)), not \(shown(expected.charged))")
        }
        return found
    }

    private static func words(_ verdict: Verdict) -> String {
        switch verdict {
        case .email(let email):
            "\(email.status.rawValue) \(email.reason.rawValue) \(shown(email.suggestion))"
                + labelled([("charged", email.charged)])
        case .phone(let phone):
            "\(phone.status.rawValue) \(shown(phone.number?.e164)) do_not_call \(phone.doNotCall.rawValue)"
                + labelled([
                    ("extension", phone.number?.extension), ("type", phone.type?.rawValue), ("country", phone.country),
                    ("charged", phone.charged),
                ])
        }
    }

    /// ` name value` of each that is there.
    private static func labelled(_ facts: [(String, (any CustomStringConvertible)?)]) -> String {
        facts.compactMap { name, value in value.map { " \(name) \($0)" } }.joined()
    }

    private static func shown<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "none" }
}

extension ProviderCase.Expectation {
    /// What kind of outcome it is, in words.
    fileprivate var kind: String {
        switch self {
        case .answer(let answer): answer == .miss ? "a miss" : "an answer"
        case .verdict: "a verdict"
        case .account: "a balance"
        case .error(let kind, _): "the error \(kind.rawValue)"
        }
    }
}
