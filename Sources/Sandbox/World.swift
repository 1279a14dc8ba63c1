// SPDX-License-Identifier: Apache-2.0
internal import FixtureFiles

/// Everything that is true in the sandbox: the people and companies of `world.json`, and invented ones.
///
/// Who is not in the file is invented by ``InventedWorld``, if the domain is reserved for examples;
/// about any other domain nobody knows anything.
struct World: Sendable {
    /// The people that the front page shows, each with what happens to them.
    struct Sample: Sendable {
        var person: Person
        var story: String
    }

    let samples: [Sample]
    let people: [Person]
    let companies: [String: Company]

    private let invented: InventedWorld
    private let byName: [String: Person]
    private let byHandle: [String: Person]
    private let byEmail: [String: Person]
    private let domains: [String: String]
    private let verdicts: [String: MailVerdict]
    private let disposableDomains: Set<String>

    init(seed: UInt64, file: [UInt8]? = FixtureFiles.bytes("sandbox/world.json")) {
        let contents = WorldFile(file.flatMap { JSONParser.value(of: $0) } ?? .null)
        invented = InventedWorld(seed: seed)
        samples = contents.samples
        people = contents.people
        companies = contents.companies
        verdicts = contents.verdicts
        disposableDomains = contents.disposableDomains
        var byName: [String: Person] = [:]
        var byHandle: [String: Person] = [:]
        var byEmail: [String: Person] = [:]
        for person in contents.people {
            byName[Self.key(person.fullName, person.domain)] = person
            byEmail[person.email] = person
            if let handle = person.handle { byHandle[handle] = person }
        }
        self.byName = byName
        self.byHandle = byHandle
        self.byEmail = byEmail
        domains = Dictionary(
            contents.companies.values.map { (Folding.name($0.name), $0.domain) },
            uniquingKeysWith: { first, _ in first })
    }

    // MARK: - People

    /// Returns what a vendor knows about the person asked for; `nil` where it knows nobody such.
    func finding(by vendor: String, _ query: PersonQuery) -> Finding? {
        guard let person = person(query, for: vendor), let grade = person.grades[vendor] else { return nil }
        let email =
            switch grade {
            case .sure, .guess: person.email
            case .stale: person.staleEmail
            case .masked, .blank, .failing: String?.none
            }
        let mobile = person.mobileVendors.contains(vendor) ? person.mobile : nil
        return Finding(person: person, grade: grade, email: email, mobile: mobile)
    }

    /// Returns the one person that the query means. A profile counts most, then an email, then the name.
    func person(_ query: PersonQuery, for vendor: String? = nil) -> Person? {
        let handle = query.handle.map(Folding.handle)
        if let handle, let person = byHandle[handle] { return person }
        if let email = query.email, let person = byEmail[email.lowercased()] { return person }
        if let name = query.name, let domain = domain(of: query) {
            if let person = byName[Self.key(name, domain)] { return person }
            return company(domain).map { invented.person(named: name, at: $0, for: vendor) }
        }
        guard let handle, let (name, domain) = invented.nameAndDomain(ofHandle: handle) else { return nil }
        return byName[Self.key(name, domain)]
            ?? company(domain).map { invented.person(named: name, at: $0, for: vendor) }
    }

    private func domain(of query: PersonQuery) -> String? {
        if let domain = query.domain {
            return domain.contains(".") ? Folding.domain(domain) : domains[Folding.name(domain)]
        }
        guard let company = query.company else { return nil }
        return domains[Folding.name(company)]
            ?? (company.contains(".") && !company.contains(" ") ? Folding.domain(company) : nil)
    }

    private static func key(_ name: String, _ domain: String) -> String {
        Folding.name(name) + "@" + domain
    }

    // MARK: - Companies and mail

    /// Returns the company of a domain; `nil` where the domain is not one reserved for examples.
    func company(_ domain: String) -> Company? {
        companies[domain] ?? invented.company(domain)
    }

    /// Returns what is true of an address.
    func verdict(on email: String) -> MailVerdict {
        let address = email.lowercased()
        if let verdict = verdicts[address] { return verdict }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."),
            !address.contains(where: \.isWhitespace)
        else { return .badSyntax }
        let domain = String(parts[1])
        if disposableDomains.contains(domain) { return .disposable }
        guard let company = company(domain) else { return .unknown }
        guard company.hasMail else { return .noMailServer }
        if Self.roles.contains(String(parts[0])) { return .role }
        if company.isCatchAll { return .catchAll }
        if byEmail[address] != nil { return .valid }
        return invented.verdict(on: String(parts[0]), at: company)
    }

    private static let roles: Set<String> = [
        "admin", "billing", "contact", "hello", "help", "info", "jobs", "office", "sales", "support",
    ]
}
