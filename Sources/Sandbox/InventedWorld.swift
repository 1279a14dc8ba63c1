// SPDX-License-Identifier: Apache-2.0

/// People and companies made up from a hash, so that a file of any size has answers, the same ones each time.
///
/// Only the domains that RFC 2606 reserves are peopled: `example.com`, `.net` and `.org` with what is
/// below them, and every domain under `.example`. Nothing is ever made up about a real domain.
struct InventedWorld: Sendable {
    /// The share of people whose email a vendor has, and the share whose mobile it has.
    private static let rates: [(vendor: String, email: Double, mobile: Double)] = [
        ("hunter", 0.44, 0), ("apollo", 0.48, 0.24), ("people_data_labs", 0.36, 0.20),
        ("prospeo", 0.40, 0.30), ("findymail", 0.42, 0.18), ("dropcontact", 0.34, 0.06),
        ("leadmagic", 0.40, 0.22), ("icypeas", 0.36, 0), ("enrow", 0.38, 0.16), ("datagma", 0.32, 0.24),
        ("wiza", 0.38, 0.20), ("anymail_finder", 0.40, 0), ("tomba", 0.34, 0.10), ("snov", 0.34, 0),
        ("rocketreach", 0.42, 0.24), ("lusha", 0.30, 0.28), ("contactout", 0.36, 0.22),
        ("fullcontact", 0.25, 0.14), ("skrapp", 0.32, 0), ("voilanorbert", 0.38, 0),
        ("getprospect", 0.32, 0), ("nymeria", 0.30, 0.15), ("forager", 0.30, 0.15),
        ("kaspr", 0.34, 0.24), ("cognism", 0.36, 0.28), ("surfe", 0.40, 0.22), ("coresignal", 0.28, 0),
        ("zoominfo", 0.42, 0.28), ("zerobounce", 0.34, 0), ("bettercontact", 0.50, 0.30), ("fullenrich", 0.50, 0.30),
    ]
    /// The share of people that any vendor can know at all.
    private static let findableShare = 0.88
    /// The share of people who have a mobile that any vendor can know.
    private static let mobileShare = 0.60
    /// Of what a vendor has, the share that is stale, is rated poorly, or is not shown.
    private static let staleShare = 0.08, guessShare = 0.08, maskedShare = 0.03
    /// Of the addresses that look right, the shares that are gone or whose server won't say.
    private static let goneShare = 0.03, greylistedShare = 0.03
    private static let catchAllShare = 0.12
    private static let titles = [
        "Account Executive", "Chief Technology Officer", "Head of Operations", "VP Sales",
        "Marketing Director", "Software Engineer", "Founder", "Procurement Lead",
    ]
    private static let separators = [".", ".", ".", "_", "-", ""]
    private static let areaCodes = ["202", "206", "212", "303", "305", "312", "415", "512", "617", "702"]
    private static let sites: [Company.Site] = [
        .jsonLD, .jsonLD, .graph, .telLink, .telLink, .microdata, .noPhone, .noPhone, .robots,
        .brokenJSONLD, .redirect, .absent,
    ]

    private let start: UInt64

    init(seed: UInt64) {
        start = Dice.mix(seed ^ Dice.start)
    }

    // MARK: - Companies

    func company(_ domain: String) -> Company? {
        guard Self.isReserved(domain) else { return nil }
        let hash = Dice.hash(domain, from: start)
        let country = Self.country(Dice.unit(Dice.mix(hash &+ 1)))
        let label = domain.prefix { $0 != "." }
        return Company(
            domain: domain,
            name: label.prefix(1).uppercased() + label.dropFirst(),
            country: country,
            isCatchAll: Dice.unit(Dice.mix(hash &+ 2)) < Self.catchAllShare,
            hasMail: true,
            separator: Self.separators[Dice.pick(Dice.mix(hash &+ 3), of: Self.separators.count)],
            phone: Self.officePhone(country, Dice.mix(hash &+ 4)),
            site: Self.sites[Dice.pick(Dice.mix(hash &+ 5), of: Self.sites.count)])
    }

    static func isReserved(_ domain: String) -> Bool {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }) else { return false }
        if labels.last == "example" { return true }
        return labels[labels.count - 2] == "example" && ["com", "net", "org"].contains(labels.last)
    }

    private static func country(_ unit: Double) -> String {
        unit < 0.70 ? "US" : unit < 0.85 ? "GB" : "FR"
    }

    /// Numbers that nobody has: 555-01xx in the US, 020 7946 0xxx in the UK, 01 99 00 xx xx in France.
    private static func officePhone(_ country: String, _ hash: UInt64) -> String {
        switch country {
        case "GB": "+44 20 7946 0" + digits(Dice.pick(hash, of: 1000), 3)
        case "FR":
            "+33 1 99 00 " + digits(Dice.pick(hash, of: 100), 2) + " "
                + digits(Dice.pick(Dice.mix(hash), of: 100), 2)
        default:
            // The lower half is for offices and the upper for mobiles, so that the two never meet.
            "+1-\(areaCodes[Dice.pick(hash, of: areaCodes.count)])-555-01"
                + digits(Dice.pick(Dice.mix(hash), of: 50), 2)
        }
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: count - text.count) + text
    }

    // MARK: - People

    /// Returns the person of a name at a company; there is always one, though maybe nobody knows them.
    ///
    /// What `vendor` knows is drawn alone, or what each of them does where it is `nil`.
    func person(named name: String, at company: Company, for vendor: String?) -> Person {
        let words = Folding.words(of: name)
        let first = words.first ?? name
        let last = words.dropFirst().joined(separator: " ")
        let hash = Dice.hash(Folding.name(name), from: Dice.hash(company.domain, from: start))
        let other = company.separator.isEmpty ? "." : ""
        var person = Person(
            first: first,
            last: last,
            domain: company.domain,
            company: company.name,
            title: Self.titles[Dice.pick(Dice.mix(hash &+ 1), of: Self.titles.count)],
            country: company.country,
            handle: Self.handle(of: name, at: company.domain),
            email: company.email(first: first, last: last),
            staleEmail: company.email(first: first, last: last, separator: other),
            mobile: nil,
            grades: [:],
            mobileVendors: [])
        guard Dice.unit(Dice.mix(hash &+ 2)) < Self.findableShare else { return person }
        if Dice.unit(Dice.mix(hash &+ 3)) < Self.mobileShare { person.mobile = Self.mobile(hash) }
        for rate in Self.rates where vendor == nil || vendor == rate.vendor {
            distribute(rate, to: &person, hash)
        }
        return person
    }

    private func distribute(
        _ rate: (vendor: String, email: Double, mobile: Double), to person: inout Person, _ hash: UInt64
    ) {
        let roll = Dice.hash(rate.vendor, from: hash)
        if Dice.unit(roll) < rate.email / Self.findableShare {
            person.grades[rate.vendor] = Self.grade(Dice.unit(Dice.mix(roll &+ 1)))
        }
        let mobileShare = rate.mobile / (Self.findableShare * Self.mobileShare)
        if person.mobile != nil, Dice.unit(Dice.mix(roll &+ 2)) < mobileShare {
            person.mobileVendors.insert(rate.vendor)
            if person.grades[rate.vendor] == nil { person.grades[rate.vendor] = .blank }
        }
    }

    private static func grade(_ unit: Double) -> Person.Grade {
        switch unit {
        case ..<staleShare: .stale
        case ..<(staleShare + guessShare): .guess
        case ..<(staleShare + guessShare + maskedShare): .masked
        default: .sure
        }
    }

    private static func mobile(_ hash: UInt64) -> String {
        let code = areaCodes[Dice.pick(Dice.mix(hash &+ 4), of: areaCodes.count)]
        return "+1\(code)55501" + digits(50 + Dice.pick(Dice.mix(hash &+ 5), of: 50), 2)
    }

    // MARK: - Profiles

    private static let handleMarker = "-at-"

    /// The handle names the company, so that a profile URL alone leads to the same person.
    private static func handle(of name: String, at domain: String) -> String {
        let words = Folding.words(of: name).map(Folding.name)
        return (words + ["at"] + domain.split(separator: ".").map(String.init)).joined(separator: "-")
    }

    /// Returns whom a handle made by `handle(of:at:)` means; `nil` for any other handle.
    func nameAndDomain(ofHandle handle: String) -> (name: String, domain: String)? {
        guard let marker = handle[...].range(of: Self.handleMarker) else { return nil }
        let name = handle[..<marker.lowerBound].split(separator: "-").joined(separator: " ")
        var labels = handle[marker.upperBound...].split(separator: "-")
        guard !name.isEmpty, let top = labels.popLast() else { return nil }
        guard top != "example" else { return (name, labels.joined(separator: "-") + ".example") }
        guard labels.popLast() == "example" else { return nil }
        let below = labels.isEmpty ? "" : labels.joined(separator: "-") + "."
        return (name, "\(below)example.\(top)")
    }

    // MARK: - Mail

    /// An address is right where it is built as its company builds them; a few of those are gone all the same.
    func verdict(on local: String, at company: Company) -> MailVerdict {
        let used = Set(local.filter { "._-".contains($0) }.map(String.init))
        let expected: Set<String> = company.separator.isEmpty ? [] : [company.separator]
        guard used == expected || Company.isNumbered(local) else { return .mailboxNotFound }
        let unit = Dice.unit(Dice.hash("\(local)@\(company.domain)", from: start))
        if unit < Self.goneShare { return .mailboxNotFound }
        return unit < Self.goneShare + Self.greylistedShare ? .greylisted : .valid
    }
}
