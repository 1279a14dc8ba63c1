// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing

struct IdentityKeysTests {
    private func keys(
        linkedIn: String? = nil, emails: [String] = [], name: String? = nil, domain: String? = nil
    ) throws -> IdentityKeys {
        IdentityKeys(
            linkedIn: try linkedIn.map { try LinkedInURL(parsing: "linkedin.com/in/\($0)") },
            emails: try emails.map { try EmailAddress(parsing: $0) },
            name: try name.map { try PersonName(parsing: $0) },
            domain: try domain.map { try Domain(parsing: $0) })
    }

    @Test func `A shared profile, mailbox, or name at a domain identifies`() throws {
        #expect(try keys(linkedIn: "jane").link(to: keys(linkedIn: "JANE")) == .linkedIn)
        #expect(try keys(emails: ["j.doe+x@gmail.com"]).link(to: keys(emails: ["JDoe@googlemail.com"])) == .email)
        let dotted = try keys(name: "Dr. José Doe", domain: "www.mail.example.co.uk")
        #expect(dotted.nameAtDomain == "jose doe|example.co.uk")
        #expect(try dotted.link(to: keys(name: "Doe, Jose", domain: "https://example.co.uk/x")) == .nameAtDomain)
    }

    @Test func `Different profiles veto what is weaker`() throws {
        let one = try keys(linkedIn: "jane", emails: ["jane@example.com"], name: "Jane Doe", domain: "example.com")
        let two = try keys(linkedIn: "jane2", emails: ["jane@example.com"], name: "Jane Doe", domain: "example.com")
        #expect(!one.matches(two))
    }

    @Test func `A member id neither matches nor vetoes a handle`() throws {
        let id = "ACoAAABcDeFgHiJkLmNoPqRsTuVwXyZ0123456"
        let one = try keys(linkedIn: id, emails: ["jane@example.com"])
        #expect(try one.link(to: keys(linkedIn: "jane", emails: ["jane@example.com"])) == .email)
        #expect(try one.link(to: keys(linkedIn: "jane")) == nil)
        #expect(try one.link(to: keys(linkedIn: id)) == .linkedIn)
    }

    @Test func `What several people share identifies nobody`() throws {
        #expect(try keys(emails: ["info@example.com"]).isEmpty)
        #expect(try keys(name: "Jane Doe", domain: "gmail.com").isEmpty)
        #expect(try keys(name: "Jane Doe", domain: "co.uk").isEmpty)
        #expect(try keys(name: "Jane", domain: "example.com").isEmpty)
        #expect(try keys(name: "Jane Doe").isEmpty)
    }

    @Test func `The strongest link decides, and a tie is ambiguous`() throws {
        let prospect = try keys(
            linkedIn: "jane", emails: ["jane@example.com"], name: "Jane Doe", domain: "example.com")
        let profile = try (id: 1, keys: keys(linkedIn: "jane"))
        let mailbox = try (id: 2, keys: keys(emails: ["jane@example.com"]))
        let namesake = try (id: 3, keys: keys(name: "Jane Doe", domain: "example.com"))
        let double = try (id: 4, keys: keys(emails: ["JANE@example.com"]))
        #expect(prospect.match(among: [namesake, mailbox, profile]) == .match(1))
        #expect(prospect.match(among: [profile, mailbox, namesake]) == .match(1))
        #expect(prospect.match(among: [namesake, mailbox, double]) == .ambiguous([2, 4]))
        #expect(prospect.match(among: [namesake]) == .match(3))
        #expect(prospect.match(among: []) == IdentityMatch<Int>.none)
    }

    @Test func `Matching is symmetric`() throws {
        let all = try [
            keys(linkedIn: "jane"), keys(linkedIn: "joe", emails: ["jane@example.com"]),
            keys(emails: ["jane@example.com"]),
            keys(name: "Jane Doe", domain: "example.com"),
            keys(linkedIn: "jane", emails: ["jane@example.com"], name: "Jane Doe", domain: "example.com"),
        ]
        for one in all { for two in all { #expect(one.link(to: two) == two.link(to: one)) } }
    }

    @Test func `No description shows a key`() throws {
        let one = try keys(linkedIn: "jane", emails: ["jane@example.com"], name: "Jane Doe", domain: "example.com")
        #expect("\(one)" == "3 identity keys")
    }
}
