// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import Verification

@Suite struct PatternProviderTests {
    private func guesses(
        _ query: ContactQuery, knowing mailboxes: [KnownMailbox] = [], maximumGuesses: Int = 3
    ) async throws -> [String] {
        var query = query
        query.known.mailboxes = mailboxes
        let provider = PatternProvider(maximumGuesses: maximumGuesses)
        let answer = try await provider.find(query, using: ProviderClient(UnusedExchange()))
        #expect(answer.emails.allSatisfy { $0.grade == .guessed && $0.confidence != nil })
        return answer.emails.map(\.address)
    }

    private static let jane = ContactQuery(
        capability: .email, firstName: "Jane", lastName: "Doe", domain: "example.com")

    @Test func `the commonest patterns come first, and no more than wanted`() async throws {
        let three = try await guesses(Self.jane)
        #expect(three == ["jane.doe@example.com", "jdoe@example.com", "jane@example.com"])
        #expect(try await guesses(Self.jane, maximumGuesses: 1) == ["jane.doe@example.com"])
    }

    @Test func `a name in one piece will do`() async throws {
        let query = ContactQuery(capability: .email, fullName: "Dr. Jane Doe", domain: "example.com")
        #expect(try await guesses(query).first == "jane.doe@example.com")
    }

    @Test func `what the company's verified mailboxes follow comes first`() async throws {
        let known = [
            KnownMailbox("jsmith@example.com", firstName: "John", lastName: "Smith"),
            KnownMailbox("mmuster@example.com", fullName: "Max Muster"),
            KnownMailbox("erika.muster@example.com", firstName: "Erika", lastName: "Muster"),
        ]
        let learned = try await guesses(Self.jane, knowing: known)
        #expect(learned.prefix(2) == ["jdoe@example.com", "jane.doe@example.com"], "\(learned)")
    }

    @Test func `a company whose mail is elsewhere is written to there`() async throws {
        let elsewhere = [
            KnownMailbox("jsmith@mail.example", firstName: "John", lastName: "Smith"),
            KnownMailbox("mmuster@mail.example", firstName: "Max", lastName: "Muster"),
            KnownMailbox("erika@gmail.com", firstName: "Erika", lastName: "Muster"),
        ]
        #expect(try await guesses(Self.jane, knowing: elsewhere).first == "jdoe@mail.example")
        let both = elsewhere + [KnownMailbox("info@example.com"), KnownMailbox("anna@example.com", firstName: "Anna")]
        #expect(try await guesses(Self.jane, knowing: both).allSatisfy { $0.hasSuffix("@example.com") })
    }

    @Test(arguments: ["gmail.com", "mailinator.com", "co.uk", "not a domain"])
    func `nothing is guessed where mailboxes are no company's`(domain: String) async throws {
        var query = Self.jane
        query.domain = domain
        #expect(try await guesses(query) == [])
    }

    @Test func `a name that can't be spelled gives no guess`() async throws {
        let query = ContactQuery(capability: .email, fullName: "محمد علي", domain: "example.com")
        #expect(try await guesses(query) == [])
    }

    @Test func `it costs nothing, asks nobody, and says nothing of other people`() {
        let descriptor = PatternProvider.descriptor
        #expect(descriptor.isLocal && descriptor.readsMailboxes)
        #expect(descriptor.capabilities[.email]?.price == .free)
        let mailbox = KnownMailbox("jsmith@example.com", firstName: "John", lastName: "Smith")
        #expect("\(mailbox)" == "a mailbox" && String(reflecting: mailbox) == "a mailbox")
    }
}
