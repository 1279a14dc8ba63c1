// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

extension SQLiteStore {
    /// Saves a person by a request that finds what is given.
    fileprivate func save(
        _ number: Int, _ prospect: Prospect, _ address: String?, status: EmailStatus = .verified
    ) async throws -> Settled {
        try await buyEmail(.make(number, prospect), address.map { .found(status, $0) })
    }

    fileprivate func merge(_ winner: ContactID?, _ loser: ContactID?, _ number: Int = 1) async throws {
        try await merge(
            ContactMerge(
                id: .number(9_000 + number), user: "ann", winner: try #require(winner), loser: try #require(loser),
                at: noon))
    }

    fileprivate func card(_ settled: Settled) async throws -> ContactCard {
        let id = try #require(settled.contact?.id)
        return try #require(try await card(id, team: "default"))
    }

    fileprivate func contact(_ settled: Settled) async throws -> Contact { try await card(settled).contact }

    fileprivate func merges(_ settled: Settled) async throws -> [StandingMerge] {
        let id = try #require(settled.contact?.id)
        return try await merges(of: id, team: "default")
    }

    fileprivate func undo(_ number: Int = 1) async throws -> Bool {
        try await undo(.number(9_000 + number), team: "default", user: "ann", at: noon)
    }
}

@Suite struct MergingTests {
    private static let profile = "https://www.linkedin.com/in/jane-doe"
    private static let byProfile = Prospect(
        fullName: "Jane Doe", linkedInURL: profile, keys: ProspectKeys(linkedIn: profile))

    @Test(arguments: Place.allCases)
    func `a merge keeps both charges, refunds nothing, and undo restores both`(place: Place) async throws {
        try await place.withStore { store in
            let one = try await store.save(1, .person("jane doe"), "jane.doe@example.com")
            let two = try await store.save(2, .person("j doe", at: "example.org"), "jd@example.org")
            let before = (try await store.card(one), try await store.card(two))
            try await store.merge(one.contact?.id, two.contact?.id)
            let merged = try await store.card(two)
            #expect(merged.contact.id == one.contact?.id, "the loser's id leads to the winner")
            #expect(merged.merged == [two.contact?.id])
            #expect(Set(merged.contact.emails.map(\.address)) == ["jane.doe@example.com", "jd@example.org"])
            #expect(merged.prices.emails == ["jane.doe@example.com": Credits(1), "jd@example.org": Credits(1)])
            #expect(try await store.contacts(of: "default", after: nil, limit: 9).map(\.id) == [merged.contact.id])
            #expect(try await store.balance(of: "default", plan: .large, at: noon).available == Credits(9_998))
            #expect(try await store.violations() == [])

            #expect(try await store.undo())
            #expect(try await store.undo() == false)
            let after = (try await store.card(one), try await store.card(two))
            #expect(after.0 == before.0)
            #expect(after.1 == before.1)
            #expect(try await store.violations() == [])
        }
    }

    @Test func `the guard asks the union`() async throws {
        let store = try SQLiteStore()
        let one = try await store.save(1, .person("jane doe"), nil)
        let two = try await store.save(2, .person("j doe", at: "example.org"), "jd@example.org")
        try await store.merge(one.contact?.id, two.contact?.id)
        let asked = try await store.open(DataRequest.make(3).opening())
        #expect(asked.decision == .admitted(held: .zero))
        #expect(asked.contact?.hadEmail?.address == "jd@example.org")
        let again = try await store.settle(
            DataRequest.make(3).settlement([.email(.found(.verified, "new@example.com"))]))
        #expect(again.captured == .zero)
        #expect(try await store.undo())
        let after = try await store.save(4, .person("jane doe"), "jane.doe@example.com")
        #expect(after.captured == Credits(1), "its own data are net-new again")
        #expect(try await store.violations() == [])
    }

    @Test func `a request that was open while its contact was merged settles with the winner`() async throws {
        let store = try SQLiteStore()
        let request = DataRequest.make(1, .person("j doe"), access: [.email, .phone])
        _ = try await store.open(request.opening())
        let first = try await store.settle(request.settlement([.email(.found())], outcome: nil))
        let other = try await store.save(2, .person("jane doe", at: "example.org"), nil)
        try await store.merge(other.contact?.id, first.contact?.id)
        let last = try await store.settle(request.settlement([.phones([.found()])]))
        #expect(last.contact?.id == other.contact?.id)
        #expect(last.captured == Credits(9))
        #expect(last.contact?.charged == [.email, .phone])
        #expect(try await store.undo())
        #expect(try await store.contact(other).charged == [.phone], "what came since stays with the winner")
        #expect(try await store.contact(first).charged == [.email])
        #expect(try await store.violations() == [])
    }

    @Test func `what came since stays with the winner, and what was lent goes back`() async throws {
        let store = try SQLiteStore()
        let one = try await store.save(1, .person("jane doe"), nil)
        let two = try await store.save(2, Self.byProfile, "jd@example.org")
        try await store.merge(one.contact?.id, two.contact?.id)
        let byLoser = Prospect(
            fullName: "Jane Doe", linkedInURL: Self.profile, title: "Head of Examples",
            keys: ProspectKeys(linkedIn: Self.profile))
        let asked = try await store.buyEmail(.make(3, byLoser, isFresh: true), .found(.verified, "jd@example.org"))
        #expect(asked.contact?.id == one.contact?.id)
        #expect(asked.contact?.linkedInURL == Self.profile)
        #expect(try await store.undo())
        let winner = try await store.contact(one)
        #expect(winner.title == "Head of Examples")
        #expect(winner.linkedInURL == nil)
        #expect(try await store.known(Self.byProfile, team: "default").0?.id == two.contact?.id)
        let mailbox = Prospect(email: "jd@example.org", keys: ProspectKeys(email: "jd@example.org"))
        #expect(try await store.known(mailbox, team: "default").0?.id == two.contact?.id, "one owner, not two")
    }

    @Test func `merges of merges are flat, and each is undone on its own`() async throws {
        let store = try SQLiteStore()
        var ids: [ContactID] = []
        for number in 1...4 {
            let saved = try await store.save(number, .person("person \(number)"), "p\(number)@example.com")
            ids.append(try #require(saved.contact?.id))
        }
        try await store.merge(ids[0], ids[1], 1)
        try await store.merge(ids[2], ids[1], 2)
        try await store.merge(ids[3], ids[0], 3)
        for id in ids { #expect(try await store.contact(id, team: "default")?.id == ids[3]) }
        await #expect(throws: JournalError.self) { try await store.merge(ids[0], ids[2], 4) }
        #expect(try await store.violations() == [])
        #expect(try await store.undo(1))
        var roots: [ContactID?] = []
        for id in ids { roots.append(try await store.contact(id, team: "default")?.id) }
        #expect(roots == [ids[3], ids[1], ids[3], ids[3]])
        #expect(try await store.violations() == [])
        #expect(try await store.merges(of: ids[1], team: "default").map { $0.undoneAt != nil } == [true])
    }

    @Test func `different profiles are different people, whoever says so`() async throws {
        let store = try SQLiteStore()
        let one = try await store.save(1, .person("jane doe", linkedIn: "https://www.linkedin.com/in/one"), nil)
        let two = try await store.save(2, .person("j doe", linkedIn: "https://www.linkedin.com/in/two"), nil)
        await #expect(throws: JournalError.self) { try await store.merge(one.contact?.id, two.contact?.id) }
        await #expect(throws: JournalError.self) { try await store.merge(one.contact?.id, one.contact?.id) }
        await #expect(throws: JournalError.self) { try await store.merge(one.contact?.id, .number(77)) }
    }

    @Test func `a verified mailbox that is another contact's makes one of two`() async throws {
        let store = try SQLiteStore()
        let one = try await store.save(1, .person("jane doe"), nil)
        let two = try await store.save(2, Self.byProfile, "jane.doe@example.com")
        #expect(one.contact?.id != two.contact?.id)
        let found = try await store.save(3, .person("jane doe"), "jane.doe@example.com")
        #expect(found.contact?.id == one.contact?.id, "the older one stands for both")
        #expect(found.captured == .zero, "the team has it")
        #expect(try await store.contact(two).id == one.contact?.id)
        let merge = try #require(try await store.merges(one).first)
        #expect(merge.merge.reason == .email)
        #expect(try await store.violations() == [])
        // A user who takes it back has the last word.
        _ = try await store.undo(merge.merge.id, team: "default", user: "ann", at: noon)
        let again = try await store.buyEmail(
            .make(4, .person("jane doe"), isFresh: true), .found(.verified, "jane.doe@example.com"))
        #expect(try await store.contact(two).id == two.contact?.id)
        #expect(again.contact?.id != nil)
        #expect(try await store.violations() == [])
    }

    @Test func `what may be a coincidence merges nobody`() async throws {
        let store = try SQLiteStore()
        _ = try await store.save(1, .person("jane doe", linkedIn: "https://www.linkedin.com/in/one"), nil)
        let two = try await store.save(
            2, .person("max roe", linkedIn: "https://www.linkedin.com/in/two"), "x@example.com")
        let vetoed = try await store.buyEmail(
            .make(3, .person("jane doe", linkedIn: "https://www.linkedin.com/in/one")),
            .found(.verified, "x@example.com"))
        #expect(vetoed.contact?.id != two.contact?.id)
        let role = try await store.save(4, .person("mia wong"), "info@example.com")
        let other = try await store.save(5, .person("leo hart"), "info@example.com")
        #expect(role.contact?.id != other.contact?.id)
        let saved = try await store.save(6, .person("eva novak"), nil)
        _ = try await store.save(7, Self.byProfile, "all@example.com")
        _ = try await store.save(8, .person("eva novak"), "all@example.com", status: .catchAll)
        #expect(try await store.merges(saved) == [])
    }

    @Test func `a bounce takes the address out of use for the union, and its refund clears the guard`() async throws {
        let store = try SQLiteStore()
        let one = try await store.save(1, .person("jane doe"), nil)
        let two = try await store.save(2, .person("j doe", at: "example.org"), "jd@example.org")
        try await store.merge(one.contact?.id, two.contact?.id)
        _ = try await store.register(
            OutgoingMessage(
                id: .number(50), team: "default", user: "ann", source: .weir, address: "jd@example.org",
                headerID: "a@b", sentAt: noon))
        try await store.conclude(.number(50), team: "default", state: .sent, reply: nil)
        let claim = try await store.report(
            BounceNotice(
                id: .number(51), team: "default", user: "ann", message: .number(50), address: "jd@example.org",
                class: .hard, reason: "mailbox_not_found", bouncedAt: noon, receivedAt: noon),
            plan: .large)
        #expect(claim.state == .accepted)
        let contact = try await store.contact(one)
        #expect(contact.emails.map(\.status) == [.bounced])
        #expect(contact.charged == [])
        #expect(try await store.violations() == [])
    }
}
