// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Reads what the programs of a declared provider gave: an object with a member for each.
enum DeclaredAnswer {
    typealias Field = DeclarativeDefinition.AnswerField

    static let maximumValues = 16
    /// What `charged` may be at most, in whole units: beyond it is no price.
    private static let maximumCharge = 1_000_000.0

    static func answer(_ json: JSONReader, unit: String) -> ProviderAnswer {
        let charged = charged(json[Field.charged.rawValue], unit)
        guard isMatch(json) else { return ProviderAnswer(charged: charged) }
        let listed = listed(json[Field.phones.rawValue])
        return ProviderAnswer(
            emails: emails(json),
            phones: single(json, [(.mobile, .mobile), (.phone, .other)]) + listed.filter { $0.type != .office },
            officePhones: single(json, [(.officePhone, .office)]) + listed.filter { $0.type == .office },
            person: PersonFacts(
                title: json[Field.title.rawValue].text, linkedInURL: json[Field.linkedInURL.rawValue].text,
                companyName: json[Field.companyName.rawValue].text,
                companyDomain: json[Field.companyDomain.rawValue].text),
            charged: charged)
    }

    static func verdict(_ json: JSONReader) -> EmailVerdict {
        guard isMatch(json) else { return EmailVerdict(.unverified, .unspecified) }
        let grade = grade(json)
        return EmailVerdict(
            grade == .guessed ? .unverified : grade,
            json[Field.reason.rawValue].text.flatMap(VerdictReason.init) ?? .unspecified,
            suggestion: json[Field.suggestion.rawValue].text)
    }

    /// True unless a program for it says otherwise.
    private static func isMatch(_ json: JSONReader) -> Bool {
        let matched = json[Field.matched.rawValue]
        let isGiven = json.members.contains { $0.key == Field.matched.rawValue }
        return !isGiven || matched.exists && matched.bool != false
    }

    /// One address, and what is said of it; or those of a list, each with its own.
    private static func emails(_ json: JSONReader) -> [EmailCandidate] {
        func candidate(_ address: String, _ about: JSONReader) -> EmailCandidate {
            EmailCandidate(address, grade: grade(about), confidence: confidence(about))
        }
        let listed = json[Field.emails.rawValue].elements.prefix(maximumValues).compactMap { entry in
            (entry.text ?? entry["address"].text ?? entry["email"].text).map { candidate($0, entry) }
        }
        return texts(json[Field.email.rawValue]).map { candidate($0, json) } + listed
    }

    private static func confidence(_ json: JSONReader) -> Double? {
        json[Field.confidence.rawValue].number.flatMap { (0...1).contains($0) ? $0 : nil }
    }

    private static func grade(_ json: JSONReader) -> EmailStatus {
        switch json[Field.status.rawValue].text.flatMap(EmailStatus.init) {
        case .verified?: .verified
        case .catchAll?: .catchAll
        case .guessed?: .guessed
        case .invalid?: .invalid
        default: .unverified
        }
    }

    private static func single(_ json: JSONReader, _ fields: [(Field, PhoneType)]) -> [PhoneCandidate] {
        fields.flatMap { field, type in texts(json[field.rawValue]).map { PhoneCandidate($0, type: type) } }
    }

    private static func listed(_ list: JSONReader) -> [PhoneCandidate] {
        list.elements.prefix(maximumValues).compactMap { entry in
            if let raw = entry.text { return PhoneCandidate(raw, type: .other) }
            return entry["number"].text.map {
                PhoneCandidate(
                    $0, type: entry["type"].text.flatMap(PhoneType.init) ?? .other, extension: entry["extension"].text)
            }
        }
    }

    /// A text, or the texts of a list.
    private static func texts(_ value: JSONReader) -> [String] {
        if let text = value.text { return [text] }
        return value.elements.prefix(maximumValues).compactMap(\.text)
    }

    private static func charged(_ value: JSONReader, _ unit: String) -> Amount? {
        if let text = value.text { return Amount(decimal: text, unit: unit) }
        guard let number = value.number, (0...maximumCharge).contains(number) else { return nil }
        return Amount(micros: Int64((number * 1_000_000).rounded()), unit: unit)
    }
}
