// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The members that a case may have: a misspelled one would be passed over, and the case would say less than it seems.
indirect enum CaseForm: Sendable {
    /// A value, whatever it is.
    case value
    case list(CaseForm)
    case members([String: CaseForm])

    static let file = CaseForm.members([
        "name": .value, "source": .value, "confidence": .value, "capability": .value,
        "query": .members(
            Dictionary(uniqueKeysWithValues: QueryField.allCases.map { ($0.rawValue, CaseForm.value) })
                .merging(["known": .members(["office_phones": .list(phone)])]) { $1 }),
        "candidate": members(["email", "phone", "extension", "do_not_call", "country"]),
        "exchanges": .list(
            .members([
                "request": members(["method", "host", "path", "query", "headers", "json", "form"]),
                "reply": members(["status", "headers", "json", "text"]),
            ])),
        "answer": .members([
            "emails": .list(members(["address", "grade", "confidence"])), "phones": .list(phone),
            "office_phones": .list(phone),
            "person": members(["title", "linkedin_url", "company_name", "company_domain"]), "charged": amount,
        ]),
        "verdict": .members([
            "status": .value, "reason": .value, "suggestion": .value, "number": .value, "extension": .value,
            "type": .value, "do_not_call": .value, "country": .value, "charged": amount,
        ]),
        "account": .members(["remaining": .list(amount)]),
        "error": members(["kind", "retry_after_s"]),
        "quotas": .list(members(["left", "reset_after_s", "reset_within_s"])),
    ])

    private static let phone = members(["raw", "type", "status", "extension", "do_not_call", "country"])
    private static let amount = members(["amount", "unit"])

    private static func members(_ names: [String]) -> CaseForm {
        .members(Dictionary(uniqueKeysWithValues: names.map { ($0, CaseForm.value) }))
    }

    /// Returns what is wrong with a document, in words; nil where it has no member that isn't known.
    static func problem(in document: JSONDocument) -> String? {
        guard case .object = document else { return "a case is an object" }
        return file.problem(in: document, at: "")
    }

    private func problem(in document: JSONDocument, at path: String) -> String? {
        switch (self, document) {
        case (.list(let form), .array(let elements)):
            for (index, element) in elements.enumerated() {
                if let problem = form.problem(in: element, at: "\(path)[\(index)]") { return problem }
            }
            return nil
        case (.members(let forms), .object(let members)):
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let form = forms[name] else {
                    return "`\(place)` is unknown; known there: \(forms.keys.sorted().joined(separator: ", "))"
                }
                if let problem = form.problem(in: value, at: place) { return problem }
            }
            return nil
        default: return nil
        }
    }
}
