// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import FixtureFiles
import Foundation

/// The thousand rows of `Fixtures/people/thousand.csv`, made of a seed and of the sandbox's people, each with what must
/// come of it. Everybody is fictional.
struct ThousandPeople {
    struct Row {
        /// As it stands in the file, without its line end.
        var text: String
        /// The name and the domain that are read; nil where the row must be set aside.
        var person: String?
    }

    static let header = "First Name,Last Name,Full Name,Company,Website,LinkedIn,Email,Job Title,Country"
    static let path = "people/thousand.csv"

    private(set) var rows: [Row] = []
    private var random = SeededGenerator(seed: 1_000)

    init() throws {
        try addCast()
        addPlain(456)
        addScripts(120)
        addOddNames(100)
        addByOneKey(80)
        addCompaniesAlone(26)
        addRepeated(60)
        addBroken(rows.count)
        rows.shuffle(using: &random)
    }

    /// The whole file.
    var text: String { ([Self.header] + rows.map(\.text)).map { $0 + "\n" }.joined() }

    private static let count = 1_000

    // MARK: What a row holds

    private struct Cells {
        var first = ""
        var last = ""
        var full = ""
        var company = ""
        var website = ""
        var linkedIn = ""
        var email = ""
        var title = ""
        var country = ""

        var text: String {
            [first, last, full, company, website, linkedIn, email, title, country].map { cell in
                let needsQuotes = cell.contains { ",\"\n".contains($0) }
                return needsQuotes ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
            }.joined(separator: ",")
        }
    }

    private mutating func add(_ cells: Cells, _ person: String?) { rows.append(Row(text: cells.text, person: person)) }

    private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }

    // MARK: Who is in it

    /// Everybody whom the sandbox has a story about.
    private mutating func addCast() throws {
        struct World: Decodable {
            struct Person: Decodable {
                var first, last, domain: String
                var linkedin, title: String?
            }
            var people: [Person]
        }
        let bytes = FixtureFiles.bytes("sandbox/world.json") ?? []
        for person in try JSONDecoder().decode(World.self, from: Data(bytes)).people {
            let link = person.linkedin.map { "https://www.linkedin.com/in/\($0)" } ?? ""
            // Half of them by profile, and all by name and domain.
            let hasLink = Bool.random(using: &random)
            let last = person.last.replacing(" Jr.", with: "")
            add(
                Cells(
                    first: person.first, last: person.last, website: person.domain, linkedIn: hasLink ? link : "",
                    title: person.title ?? ""), "\(person.first) \(last)|\(person.domain)")
        }
        addPlain(44 - rows.count)
    }

    private mutating func addPlain(_ count: Int) {
        for _ in 0..<max(0, count) {
            let (first, last, company) = (pick(Self.firstNames), pick(Self.lastNames), pick(Self.companies))
            add(
                Cells(
                    first: first, last: last, company: company.name, website: company.domain, title: pick(Self.titles),
                    country: pick(["US", "US", "GB", "Germany", "france", "Österreich", ""])),
                "\(first) \(last)|\(company.domain)")
        }
    }

    private mutating func addScripts(_ count: Int) {
        for _ in 0..<count {
            let (name, company) = (pick(Self.scripts), pick(Self.companies))
            add(
                Cells(first: name.first, last: name.last, company: company.name, website: company.domain),
                "\(name.first) \(name.last)|\(company.domain)")
        }
    }

    private mutating func addOddNames(_ count: Int) {
        for _ in 0..<count {
            let (name, company) = (pick(Self.oddNames), pick(Self.companies))
            let website = pick([
                "https://www.\(company.domain)/about?x=1", company.domain.uppercased(), " \(company.domain) ",
            ])
            add(Cells(full: name.written, company: company.name, website: website), "\(name.read)|\(company.domain)")
        }
    }

    /// By a profile or an address alone.
    private mutating func addByOneKey(_ count: Int) {
        for index in 0..<count {
            let (first, last) = (
                pick(Self.firstNames).lowercased(), pick(Self.lastNames).lowercased().filter(\.isLetter)
            )
            let handle = first.filter { $0 != " " }
            if index.isMultiple(of: 2) {
                let host = pick(["https://www.linkedin.com", "linkedin.com", "http://de.linkedin.com"])
                add(Cells(linkedIn: "\(host)/in/\(handle)-\(last)-\(index)/"), "-|-")
            } else {
                let domain = pick(Self.companies).domain
                add(Cells(email: "\(handle).\(last)\(index)@\(domain)"), "-|\(domain)")
            }
        }
    }

    /// Nobody can be asked for a company without a person, nor for a name at a company without its domain by most.
    private mutating func addCompaniesAlone(_ count: Int) {
        for index in 0..<count {
            let (first, last, company) = (pick(Self.firstNames), pick(Self.lastNames), pick(Self.companies))
            if index.isMultiple(of: 2) {
                add(Cells(first: first, last: last, company: company.name), "\(first) \(last)|\(company.name)")
            } else {
                add(Cells(company: company.name, website: company.domain), "-|\(company.domain)")
            }
        }
    }

    /// People of earlier rows once more, written in another way.
    private mutating func addRepeated(_ count: Int) {
        let plain = rows.compactMap(\.person).filter { $0.allSatisfy(\.isASCII) && !$0.hasPrefix("-") }
        for _ in 0..<count {
            let person = pick(plain)
            let parts = person.split(separator: "|").map(String.init)
            guard parts.count == 2, parts[1].contains(".") else {
                addPlain(1)
                continue
            }
            let name = parts[0].uppercased()
            add(Cells(full: "  \(name) ", website: "http://WWW.\(parts[1].uppercased())/"), "\(name)|\(parts[1])")
        }
    }

    private mutating func addBroken(_ made: Int) {
        for index in made..<Self.count {
            let (first, last, company) = (pick(Self.firstNames), pick(Self.lastNames), pick(Self.companies))
            var cells = Cells(first: first, last: last, company: company.name, website: company.domain)
            switch index % 12 {
            case 0: cells.website = "not a domain"
            case 1: cells.website = "\(first).\(last)@\(company.domain)"
            case 2: cells.linkedIn = "https://www.linkedin.com/company/\(last.lowercased())"
            case 3: cells.country = "Atlantis"
            case 4: (cells.first, cells.last) = ("", "12345")
            case 5: cells.first = "\(first) 🚀"
            case 6: cells.first = String(repeating: "a", count: 300)
            case 7: cells.email = "\(first) at \(company.domain)"
            case 8: cells = Cells()
            case 9: cells.title = "Head\u{1}of Sales"
            case 10:
                rows.append(Row(text: "\(first),\(last),,\"\(company.name),\(company.domain),,,,", person: nil))
                continue
            default:
                rows.append(Row(text: cells.text + ",one,too many", person: nil))
                continue
            }
            add(cells, nil)
        }
    }
}
