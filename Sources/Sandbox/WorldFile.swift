// SPDX-License-Identifier: Apache-2.0

/// Reads `Fixtures/sandbox/world.json`; what is incomplete in it is left out.
struct WorldFile {
    private(set) var samples: [World.Sample] = []
    private(set) var people: [Person] = []
    private(set) var companies: [String: Company] = [:]
    private(set) var verdicts: [String: MailVerdict] = [:]
    private(set) var disposableDomains: Set<String> = []

    init(_ file: JSON) {
        for entry in file["companies"]?.array ?? [] {
            guard let company = Self.company(entry) else { continue }
            companies[company.domain] = company
        }
        for entry in file["people"]?.array ?? [] {
            guard let person = person(entry) else { continue }
            people.append(person)
            if let story = entry["story"]?.text { samples.append(.init(person: person, story: story)) }
        }
        for member in file["verdicts"]?.members ?? [] {
            verdicts[member.name] = member.value.text.flatMap { Self.verdictWords[$0] }
        }
        for entry in file["disposable_domains"]?.array ?? [] {
            if let domain = entry.text { disposableDomains.insert(domain) }
        }
    }

    private static func company(_ entry: JSON) -> Company? {
        guard let domain = entry["domain"]?.text, let name = entry["name"]?.text else { return nil }
        return Company(
            domain: domain,
            name: name,
            country: entry["country"]?.text ?? "US",
            isCatchAll: entry["catch_all"]?.bool ?? false,
            hasMail: entry["mail"]?.bool ?? true,
            separator: entry["separator"]?.text ?? ".",
            phone: entry["phone"]?.text,
            site: entry["site"]?.text.flatMap(Company.Site.init(rawValue:)) ?? .noPhone)
    }

    private func person(_ entry: JSON) -> Person? {
        guard let first = entry["first"]?.text, let domain = entry["domain"]?.text,
            let company = companies[domain]
        else { return nil }
        let last = entry["last"]?.text ?? ""
        var grades: [String: Person.Grade] = [:]
        for member in entry["knows"]?.members ?? [] {
            grades[member.name] = member.value.text.flatMap(Person.Grade.init(rawValue:))
        }
        let mobileVendors = Set((entry["mobile_known_by"]?.array ?? []).compactMap(\.text))
        for vendor in mobileVendors where grades[vendor] == nil { grades[vendor] = .blank }
        let email = entry["email"]?.text ?? company.email(first: first, last: last)
        let other = company.separator.isEmpty ? "." : ""
        return Person(
            first: first,
            last: last,
            domain: domain,
            company: company.name,
            title: entry["title"]?.text ?? "Account Executive",
            country: entry["country"]?.text ?? company.country,
            handle: entry["linkedin"]?.text,
            email: email,
            staleEmail: entry["stale_email"]?.text
                ?? company.email(first: first, last: last, separator: other),
            mobile: entry["mobile"]?.text,
            grades: grades,
            mobileVendors: mobileVendors)
    }

    private static let verdictWords: [String: MailVerdict] = [
        "valid": .valid, "catch_all": .catchAll, "mailbox_not_found": .mailboxNotFound,
        "greylisted": .greylisted, "role": .role, "spam_trap": .spamTrap, "disposable": .disposable,
    ]
}
