// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What Apollo's records mean.
extension Apollo {
    func answer(_ person: JSONReader) -> ProviderAnswer {
        let organization = person["organization"]
        let numbers = person["contact"]["phone_numbers"].elements.compactMap(phone)
        return ProviderAnswer(
            emails: email(person).map { [$0] } ?? [],
            phones: numbers.filter { $0.type != .office }, officePhones: numbers.filter { $0.type == .office },
            person: PersonFacts(
                title: person["title"].text, linkedInURL: person["linkedin_url"].text,
                companyName: organization["name"].text, companyDomain: organization["primary_domain"].text),
            charged: Amount(1, Self.unit))
    }

    private func email(_ person: JSONReader) -> EmailCandidate? {
        guard let address = person["email"].text, !address.lowercased().hasPrefix("email_not_unlocked@") else {
            return nil
        }
        let confidence = person["extrapolated_email_confidence"].number
        return EmailCandidate(
            address, grade: grade(person["email_status"].text),
            confidence: confidence.flatMap { (0...1).contains($0) ? $0 : nil })
    }

    private func grade(_ status: String?) -> EmailStatus {
        switch status?.lowercased() {
        // "Likely to engage" is a verified address that was active of late.
        case "verified", "likely to engage", "likely_to_engage": .verified
        case "guessed": .guessed
        case "bounced": .invalid
        default: .unverified
        }
    }

    private func phone(_ number: JSONReader) -> PhoneCandidate? {
        guard let raw = number["sanitized_number"].text ?? number["raw_number"].text else { return nil }
        let type: PhoneType =
            switch number["type"].text ?? number["type_cd"].text {
            case "mobile": .mobile
            case "work_direct": .direct
            case "work_hq", "work": .office
            case "home": .home
            default: .other
            }
        let status: PhoneStatus =
            switch number["status"].text ?? number["status_cd"].text {
            case "valid_number": .validNumber
            case "invalid_number": .invalidNumber
            default: .noStatus
            }
        let listed = number["dnc_status"].text ?? number["dnc_status_cd"].text
        return PhoneCandidate(raw, type: type, status: status, doNotCall: listed == "not_found" ? .notListed : .unknown)
    }

    func answer(toReveal result: JSONReader) -> ProviderAnswer {
        let numbers = (result["people"].elements.first?["phone_numbers"].elements ?? []).compactMap(phone)
        let phones = numbers.filter { $0.type != .office }
        let price = Amount(phones.isEmpty ? 1 : 9, Self.unit)
        // In the documents' samples it leaves out the match, or more: the larger one counts.
        let reported = result["credits_consumed"].amount(Self.unit) ?? price
        return ProviderAnswer(
            phones: phones, officePhones: numbers.filter { $0.type == .office },
            charged: reported.micros > price.micros ? reported : price)
    }
}
