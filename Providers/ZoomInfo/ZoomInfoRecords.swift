// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What ZoomInfo's records mean.
extension ZoomInfo {
    func contact(_ found: JSONReader, _ query: ContactQuery) -> ProviderAnswer {
        let company = found["company"]
        let score = found["contactAccuracyScore"].number ?? found["contactAccuracyScore"].text.flatMap { Double($0) }
        let confidence = score.flatMap { (0...100).contains($0) ? $0 / 100 : nil }
        let email = found["email"].text.map { EmailCandidate($0, grade: .unverified, confidence: confidence) }
        let profiles = found["externalUrls"].elements.compactMap { $0["url"].text }
        return ProviderAnswer(
            emails: email.map { [$0] } ?? [],
            phones: phone(found["mobilePhone"], .mobile, of: found, query, listed: found["mobilePhoneDoNotCall"])
                + phone(found["phone"], .direct, of: found, query, listed: found["directPhoneDoNotCall"]),
            officePhones: phone(company["phone"], .office, of: company, query),
            person: PersonFacts(
                title: found["jobTitle"].text, linkedInURL: profiles.first { $0.contains("linkedin.com/in/") },
                companyName: company["name"].text, companyDomain: company["website"].text))
    }

    func phone(
        _ number: JSONReader, _ type: PhoneType, of owner: JSONReader, _ query: ContactQuery, listed: JSONReader? = nil
    ) -> [PhoneCandidate] {
        guard let raw = number.text else { return [] }
        let country = owner["country"].text.flatMap { ["United States": "US", "Canada": "CA"][$0] } ?? query.country
        let doNotCall = listed?.bool.map { $0 ? DoNotCall.listed : .notListed } ?? .unknown
        return [PhoneCandidate(raw, type: type, doNotCall: doNotCall, country: country)]
    }
}
