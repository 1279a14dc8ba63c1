// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation

/// A case as it is written: snake case, amounts as decimal strings. `Fixtures/providers/README.md` has the form.
struct CaseFile: Decodable {
    var name: String
    var source: String
    var confidence: String
    var capability: String?
    var query: [String: JSONDocument]?
    var candidate: CandidateText?
    var exchanges: [ExchangeText]
    var answer: AnswerText?
    var verdict: VerdictText?
    var account: AccountText?
    var error: ErrorText?
    var quotas: [QuotaText]?

    struct ExchangeText: Decodable {
        var request: RequestText
        var reply: ReplyText
    }

    struct RequestText: Decodable {
        var method: String
        var host: String?
        var path: String
        var query: [String: String]?
        var headers: [String: String]?
        var json: JSONDocument?
        var form: [String: String]?
    }

    struct ReplyText: Decodable {
        var status: Int
        var headers: [String: String]?
        var json: JSONDocument?
        var text: String?
    }

    struct CandidateText: Decodable {
        var email: String?
        var phone: String?
        var `extension`: String?
        var doNotCall: String?
        var country: String?

        enum CodingKeys: String, CodingKey {
            case email, phone, `extension`, country
            case doNotCall = "do_not_call"
        }
    }

    struct AnswerText: Decodable {
        var emails: [EmailText]?
        var phones: [PhoneText]?
        var officePhones: [PhoneText]?
        var person: PersonText?
        var charged: AmountText?

        enum CodingKeys: String, CodingKey {
            case emails, phones, person, charged
            case officePhones = "office_phones"
        }
    }

    struct EmailText: Decodable {
        var address: String
        var grade: String
        var confidence: Double?
    }

    struct PhoneText: Decodable {
        var raw: String
        var type: String
        var status: String?
        var `extension`: String?
        var doNotCall: String?
        var country: String?

        enum CodingKeys: String, CodingKey {
            case raw, type, status, `extension`, country
            case doNotCall = "do_not_call"
        }
    }

    struct PersonText: Decodable {
        var title: String?
        var linkedInURL: String?
        var companyName: String?
        var companyDomain: String?

        enum CodingKeys: String, CodingKey {
            case title
            case linkedInURL = "linkedin_url"
            case companyName = "company_name"
            case companyDomain = "company_domain"
        }
    }

    struct AmountText: Decodable {
        var amount: String
        var unit: String
    }

    struct VerdictText: Decodable {
        var status: String
        var reason: String?
        var suggestion: String?
        var number: String?
        var `extension`: String?
        var type: String?
        var doNotCall: String?
        var country: String?
        var charged: AmountText?

        enum CodingKeys: String, CodingKey {
            case status, reason, suggestion, number, `extension`, type, country, charged
            case doNotCall = "do_not_call"
        }
    }

    struct AccountText: Decodable { var remaining: [AmountText] }

    struct QuotaText: Decodable {
        var left: Int
        var resetAfter: Int64?
        var resetWithin: Int64?

        enum CodingKeys: String, CodingKey {
            case left
            case resetAfter = "reset_after_s"
            case resetWithin = "reset_within_s"
        }

        var made: ProviderCase.Quota {
            ProviderCase.Quota(
                left: left, resetsAfter: resetAfter.map { .seconds($0) }, resetsWithin: resetWithin.map { .seconds($0) }
            )
        }
    }

    struct ErrorText: Decodable {
        var kind: String
        var retryAfter: Int64?

        enum CodingKeys: String, CodingKey {
            case kind
            case retryAfter = "retry_after_s"
        }
    }

    func made() throws -> ProviderCase {
        ProviderCase(
            name: name, source: source, confidence: try grade(), subject: try subject(),
            exchanges: exchanges.map(\.made), expected: try expectation(), quotas: quotas?.map(\.made))
    }

    private func grade() throws -> String {
        guard ["live", "documented", "third_party", "memory"].contains(confidence) else {
            throw ProviderCase.Malformed(description: "`confidence` is live, documented, third_party or memory")
        }
        return confidence
    }

    private func subject() throws -> ProviderCase.Subject {
        if let email = candidate?.email { return .candidate(.email(EmailCandidate(email, grade: .unverified))) }
        if let candidate, let phone = try candidate.made() { return .candidate(.phone(phone)) }
        guard let query else { return .account }
        guard let capability = capability.flatMap(Capability.init) else {
            throw ProviderCase.Malformed(description: "a query needs a `capability`: \(list(Capability.self))")
        }
        return .query(try made(query, capability))
    }

    private func made(_ fields: [String: JSONDocument], _ capability: Capability) throws -> ContactQuery {
        var known: [PhoneCandidate] = []
        var texts: [QueryField: String] = [:]
        for (key, value) in fields {
            switch (QueryField(rawValue: key), value) {
            case (.known?, let value):
                let facts = try JSONDecoder().decode([String: [PhoneText]].self, from: Data(value.serialized))
                known = try (facts["office_phones"] ?? []).map { try $0.made() }
            case (let field?, .string(let text)): texts[field] = text
            default: throw ProviderCase.Malformed(description: "`query.\(key)` is not a field of a query with a text")
            }
        }
        return ContactQuery(
            capability: capability, firstName: texts[.firstName], lastName: texts[.lastName],
            fullName: texts[.fullName], companyName: texts[.companyName], domain: texts[.domain],
            linkedInURL: texts[.linkedInURL], email: texts[.email], title: texts[.title], country: texts[.country],
            known: KnownFacts(officePhones: known))
    }

    private func expectation() throws -> ProviderCase.Expectation {
        let made: [ProviderCase.Expectation?] = [
            try answer.map { .answer(try $0.made()) },
            try verdict.map { .verdict(try $0.made(onPhone: candidate?.phone != nil)) },
            try account.map { .account(ProviderAccount(remaining: try $0.remaining.map { try $0.made() })) },
            try error.map { .error(try word($0.kind), retryAfter: $0.retryAfter.map { .seconds($0) }) },
        ]
        let given = made.compactMap(\.self)
        guard given.count == 1 else {
            throw ProviderCase.Malformed(description: "needs one of `answer`, `verdict`, `account` and `error`")
        }
        return given[0]
    }
}

/// Returns the value of a word of a closed list.
private func word<T: RawRepresentable>(_ text: String) throws -> T where T.RawValue == String {
    guard let value = T(rawValue: text) else {
        throw ProviderCase.Malformed(description: "'\(text)' is not \(words(for: T.self))")
    }
    return value
}

private func words(for type: any Any.Type) -> String {
    switch type {
    case is EmailStatus.Type: "a grade of an email: \(list(EmailStatus.self))"
    case is PhoneType.Type: "a type of a phone: \(list(PhoneType.self))"
    case is PhoneStatus.Type: "a status of a phone: \(list(PhoneStatus.self))"
    case is DoNotCall.Type: "a word for do_not_call: \(list(DoNotCall.self))"
    case is VerdictReason.Type: "a reason of a verdict: \(list(VerdictReason.self))"
    case is ProviderError.Kind.Type: "a kind of error: \(list(ProviderError.Kind.self))"
    default: "a word that goes there"
    }
}

private func list<T: CaseIterable & RawRepresentable>(_ type: T.Type) -> String where T.RawValue == String {
    T.allCases.map(\.rawValue).joined(separator: ", ")
}

extension CaseFile.ExchangeText {
    var made: ProviderCase.Exchange {
        let body = reply.json.map(\.serialized) ?? Array((reply.text ?? "").utf8)
        return ProviderCase.Exchange(
            request: ProviderCase.ExpectedRequest(
                method: request.method, host: request.host, path: request.path, query: request.query ?? [:],
                headers: request.headers ?? [:], json: request.json, form: request.form),
            reply: ProviderReply(
                status: reply.status,
                headers: ReplyHeaders((reply.headers ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
                body: body))
    }
}

extension CaseFile.AmountText {
    func made() throws -> Amount {
        guard let made = Amount(decimal: amount, unit: unit) else {
            throw ProviderCase.Malformed(description: "'\(amount)' is not an amount such as 0.25")
        }
        return made
    }
}

extension CaseFile.PhoneText {
    func made() throws -> PhoneCandidate {
        PhoneCandidate(
            raw, type: try word(type), status: try status.map { try word($0) } ?? .noStatus, extension: self.extension,
            doNotCall: try doNotCall.map { try word($0) } ?? .unknown, country: country)
    }
}

extension CaseFile.AnswerText {
    func made() throws -> ProviderAnswer {
        ProviderAnswer(
            emails: try (emails ?? []).map {
                EmailCandidate($0.address, grade: try word($0.grade), confidence: $0.confidence)
            },
            phones: try (phones ?? []).map { try $0.made() },
            officePhones: try (officePhones ?? []).map { try $0.made() },
            person: PersonFacts(
                title: person?.title, linkedInURL: person?.linkedInURL, companyName: person?.companyName,
                companyDomain: person?.companyDomain),
            charged: try charged?.made())
    }
}

extension CaseFile.CandidateText {
    /// The phone number to judge; nil where it is an email.
    func made() throws -> PhoneCandidate? {
        guard let phone else { return nil }
        return PhoneCandidate(
            phone, type: .other, extension: self.extension, doNotCall: try doNotCall.map { try word($0) } ?? .unknown,
            country: country)
    }
}

extension CaseFile.VerdictText {
    func made(onPhone: Bool) throws -> Verdict { onPhone ? .phone(try phone()) : .email(try email()) }

    private func phone() throws -> PhoneVerdict {
        guard reason == nil, suggestion == nil else {
            throw ProviderCase.Malformed(description: "`verdict.reason` and `verdict.suggestion` are of an email")
        }
        return PhoneVerdict(
            try word(status), number: number.map { PhoneNumber(e164: $0, extension: self.extension) },
            type: try type.map { try word($0) }, country: country,
            doNotCall: try doNotCall.map { try word($0) } ?? .unknown, charged: try charged?.made())
    }

    private func email() throws -> EmailVerdict {
        guard let reason else { throw ProviderCase.Malformed(description: "`verdict.reason` is missing") }
        guard number == nil, self.extension == nil, type == nil, doNotCall == nil, country == nil else {
            throw ProviderCase.Malformed(description: "an email's verdict has a status, a reason and a suggestion")
        }
        let known: EmailStatus = try word(status)
        guard [.verified, .catchAll, .invalid, .unverified].contains(known) else {
            throw ProviderCase.Malformed(description: "'\(status)' is not the status of a verdict")
        }
        return EmailVerdict(known, try word(reason), suggestion: suggestion, charged: try charged?.made())
    }
}
