// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What came of asking a provider.
enum Outcome: Sendable, Hashable {
    case answer(ProviderAnswer)
    case verdict(Verdict)
    case account(ProviderAccount)
    case error(ProviderError)
    /// The provider can't be asked this at all.
    case unsuited

    init(_ provider: any Provider, _ subject: ProviderCase.Subject, _ client: ProviderClient) async {
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
    func differences(from expected: ProviderCase.Expectation) -> [String] {
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
        case (.error(let error), _): ["it failed with \(error)"]
        case (.unsuited, _): ["it can't be asked this"]
        default: ["another kind of outcome than the case has"]
        }
    }

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

    private static func differences(_ answer: ProviderAnswer, _ expected: ProviderAnswer) -> [String] {
        let emails = { (answer: ProviderAnswer) in
            answer.emails.map { "\($0.address) \($0.grade.rawValue) \(shown($0.confidence))" }
        }
        let phones = { (phones: [PhoneCandidate]) in
            phones.map {
                "\($0.raw) \($0.type.rawValue) \($0.status.rawValue) \($0.doNotCall.rawValue) "
                    + "ext \(shown($0.extension)) country \(shown($0.country))"
            }
        }
        let person = { (answer: ProviderAnswer) in
            let facts = answer.person
            return [facts.title, facts.linkedInURL, facts.companyName, facts.companyDomain].map(shown)
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
        case .email(let email): "\(email.status.rawValue) \(email.reason.rawValue) \(shown(email.suggestion))"
        case .phone(let phone): "\(phone.status.rawValue) \(shown(phone.number?.e164))"
        }
    }

    private static func shown<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "none" }
}
