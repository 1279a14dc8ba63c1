// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

/// Reading a prospect as users type it.
struct ProspectInputTests {
    private func problems(_ input: ProspectInput) -> [ProspectError.Problem] {
        do {
            _ = try input.normalised()
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `a prospect is brought to normal form`() throws {
        let input = ProspectInput(
            name: " Dr. Jane Doe ", companyName: "Example Inc", domain: "https://WWW.Example.COM/about",
            linkedInURL: "linkedin.com/in/Jane-Doe?trk=x", email: " Jane.Doe@Example.com ", title: " CTO ",
            country: "us")
        let prospect = try input.normalised()
        #expect(prospect.firstName == "Jane" && prospect.lastName == "Doe" && prospect.fullName == "Jane Doe")
        #expect(prospect.domain == "example.com")
        #expect(prospect.linkedInURL == "https://www.linkedin.com/in/jane-doe")
        #expect(prospect.title == "CTO" && prospect.country == "US" && prospect.companyName == "Example Inc")
        #expect(prospect.keys.nameAtDomain == "jane doe|example.com")
        #expect(prospect.keys.identifies)
    }

    @Test func `a known address names the domain, unless its host is anybody's`() throws {
        #expect(try ProspectInput(email: "jane@example.com").normalised().domain == "example.com")
        #expect(try ProspectInput(email: "jane@gmail.com").normalised().domain == nil)
    }

    @Test func `a name in parts is taken before a whole one`() throws {
        let prospect = try ProspectInput(name: "J. D.", firstName: "Jane", lastName: "Doe", domain: "example.com")
            .normalised()
        #expect(prospect.fullName == "Jane Doe")
    }

    @Test func `blank fields count as absent`() throws {
        let prospect = try ProspectInput(
            name: "  ", firstName: " ", lastName: "\t", companyName: "", domain: "example.com", linkedInURL: " ",
            email: "", title: " ", country: " "
        ).normalised()
        #expect(prospect == Prospect(domain: "example.com"))
    }

    @Test(arguments: [
        ProspectInput(), ProspectInput(name: " ", domain: ""), ProspectInput(title: "CTO", country: "US"),
    ])
    func `an empty prospect is told what would do`(input: ProspectInput) {
        let problems = problems(input)
        #expect(problems.map(\.field) == [.name])
        #expect(problems.first?.message.contains("LinkedIn") == true)
    }

    /// One wrong text a field, and a word that its message must have.
    static let wrong: [(ProspectInput, ProspectError.Field, String)] = [
        (ProspectInput(name: "Jane \u{1F600} Zyxwv"), .name, "emoji"),
        (ProspectInput(name: String(repeating: "Zyxwv ", count: 1_707)), .name, "256"),
        (ProspectInput(firstName: String(repeating: "z", count: 10_240)), .name, "256"),
        (ProspectInput(name: "zyxwv@example.com"), .name, "address"),
        (ProspectInput(name: "12345"), .name, "letter"),
        (ProspectInput(name: "Zyxwv\u{0}"), .name, "control"),
        (ProspectInput(domain: "zyxwv"), .domain, ""),
        (ProspectInput(domain: "zyxwv@example.com"), .domain, ""),
        (ProspectInput(domain: "127.0.0.1"), .domain, ""),
        (ProspectInput(domain: "zyxwv..example.com"), .domain, ""),
        (ProspectInput(domain: "-zyxwv.com"), .domain, ""),
        (ProspectInput(linkedInURL: "https://www.linkedin.com/company/zyxwv"), .linkedIn, "company"),
        (ProspectInput(linkedInURL: "https://zyxwv.example.com/in/jane"), .linkedIn, ""),
        (ProspectInput(linkedInURL: "https://www.linkedin.com/sales/lead/zyxwv"), .linkedIn, "Sales"),
        (ProspectInput(email: "zyxwv"), .email, ""),
        (ProspectInput(email: "zyxwv@"), .email, ""),
        (ProspectInput(email: "@zyxwv.com"), .email, ""),
        (ProspectInput(country: "Zyxwv"), .country, "ISO 3166"),
        (ProspectInput(companyName: String(repeating: "zyxwv", count: 2_000)), .company, "512"),
        (ProspectInput(companyName: "Zyxwv\u{1B}[31m"), .company, "control"),
        (ProspectInput(title: "Zyxwv\nCTO"), .title, "control"),
    ]

    @Test(arguments: wrong.indices)
    func `what is wrong is said, and nothing typed shows`(index: Int) {
        let (input, field, word) = Self.wrong[index]
        let problems = problems(input)
        #expect(problems.map(\.field) == [field])
        let message = problems.first?.message ?? ""
        #expect(message.count > 10 && message.contains(word))
        #expect(!message.lowercased().contains("zyxwv"))
        #expect(!"\(problems)".lowercased().contains("zyxwv"))
    }

    @Test func `everything that is wrong is said at once`() {
        let problems = problems(
            ProspectInput(
                name: "Jane \u{1F600}", companyName: "a\u{0}", domain: "zyxwv", linkedInURL: "zyxwv", email: "zyxwv",
                title: "a\u{0}", country: "zyxwv"))
        #expect(Set(problems.map(\.field)) == Set(ProspectError.Field.allCases))
        #expect(problems.count == ProspectError.Field.allCases.count)
    }
}
