// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct EditingTests {
    private static let number = ContactPhone(
        number: PhoneNumber(e164: "+12025550143"), raw: "+1 202 555 0143", type: .mobile, status: .validNumber,
        foundAt: noon)

    private func edit(_ id: ContactID, _ change: (inout ContactEdit) -> Void) -> ContactEdit {
        var edit = ContactEdit(.contact(id), user: "ann", at: noon + .seconds(60))
        change(&edit)
        return edit
    }

    @Test(arguments: Place.allCases)
    func `what a user edits stays, and a provider's email is stored beside it`(place: Place) async throws {
        try await place.withStore { store in
            let saved = try await store.buyEmail(.make(1), nil)
            let id = try #require(saved.contact?.id)
            let card = try #require(
                try await store.edit(
                    edit(id) {
                        $0.values = [.title: "Head of Examples", .owner: "ann", .stage: "won", .linkedIn: nil]
                        $0.emails = [SuppliedEmail(address: "jane@example.net", key: "jane@example.net")]
                        $0.fields = ["segment": "mid"]
                        $0.addedLists = ["spring", "vip"]
                        $0.note = "met in Paris"
                    }))
            #expect(card.contact.title == "Head of Examples")
            #expect(card.edited == [.title, .owner, .stage, .linkedIn])
            #expect(card.notes == [CardNote(text: "met in Paris", user: "ann", at: noon + .seconds(60))])
            var other = Prospect.jane
            other.title = "Intern"
            other.linkedInURL = "https://www.linkedin.com/in/jane-doe"
            let found = try await store.buyEmail(.make(2, other))
            #expect(found.captured == Credits(1))
            let after = try #require(try await store.card(id, team: "default"))
            #expect(after.contact.title == "Head of Examples")
            #expect(after.contact.linkedInURL == nil, "what was cleared stays clear")
            #expect(after.contact.emails.map(\.status) == [.verified, .userManaged])
            #expect(after.lists == ["spring", "vip"])
            #expect(after.fields == [CustomField("segment", "mid")])
            #expect(after.prices.emails == ["jane.doe@example.com": Credits(1)])
            let less = try await store.edit(
                edit(id) {
                    $0.fields = ["segment": nil]
                    $0.removedLists = ["vip"]
                })
            #expect(less?.lists == ["spring"])
            #expect(less?.fields == [])
            #expect(try await store.balance(of: "default", plan: .large, at: noon).available == Credits(9_999))
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a number of the user's is never charged or overwritten`() async throws {
        let store = try SQLiteStore()
        let id = try #require(try await store.buyEmail(.make(1), nil).contact?.id)
        _ = try await store.edit(edit(id) { $0.phones = [Self.number] })
        let request = DataRequest.make(2, access: [.phone])
        _ = try await store.open(request.opening())
        let same = try await store.settle(
            request.settlement([.phones([.found("+12025550143", type: .direct)])]))
        #expect(same.captured == .zero)
        #expect(same.contact?.phones.map(\.type) == [.mobile])
        #expect(same.contact?.has(.phone) == false)
        let again = DataRequest.make(3, access: [.phone])
        _ = try await store.open(again.opening())
        let another = try await store.settle(again.settlement([.phones([.found("+12025550199")])]))
        #expect(another.captured == Credits(8))
        #expect(another.contact?.phones.map(\.isSupplied) == [true, false])
        #expect(try await store.violations() == [])
    }

    @Test func `a profile or mailbox of another contact is refused`() async throws {
        let store = try SQLiteStore()
        let one = try #require(try await store.buyEmail(.make(1)).contact?.id)
        let two = try #require(try await store.buyEmail(.make(2, .person("max roe")), nil).contact?.id)
        let error = await #expect(throws: JournalError.self) {
            try await store.edit(
                edit(two) {
                    $0.emails = [SuppliedEmail(address: "jane.doe@example.com", key: "jane.doe@example.com")]
                    $0.note = "not kept"
                })
        }
        #expect(error?.detail.contains(one.description) == true)
        #expect(try await store.card(two, team: "default")?.notes == [], "all or nothing")
        #expect(try await store.edit(edit(.number(77)) { $0.note = "nobody" }) == nil)
    }

    @Test func `filters let through what fits, page by page`() async throws {
        let store = try SQLiteStore()
        var ids: [ContactID] = []
        for number in 1...40 {
            let address = number.isMultiple(of: 2) ? "p\(number)@example.com" : nil
            let saved = try await store.buyEmail(
                .make(number, .person("Zoë Müller \(number)", at: "c\(number % 4).example.com")),
                address.map { .found(.verified, $0) })
            ids.append(try #require(saved.contact?.id))
        }
        for id in ids.prefix(3) {
            _ = try await store.edit(
                edit(id) {
                    $0.values = [.owner: "ann"]
                    $0.addedLists = ["spring"]
                })
        }
        func found(_ filter: ContactFilter) async throws -> Int {
            try await store.cards(of: "default", where: filter, after: nil, limit: 100).count
        }
        #expect(try await found(ContactFilter()) == 40)
        #expect(try await found(ContactFilter(query: "zoe MULLER 7")) == 4)
        #expect(try await found(ContactFilter(query: "p12@example.com")) == 1)
        #expect(try await found(ContactFilter(query: "nobody")) == 0)
        #expect(try await found(ContactFilter(statuses: [.verified])) == 20)
        #expect(try await found(ContactFilter(domain: "c1.example.com")) == 10)
        #expect(try await found(ContactFilter(owner: "ann")) == 3)
        #expect(try await found(ContactFilter(list: "spring")) == 3)
        #expect(try await found(ContactFilter(list: "autumn")) == 0)
        #expect(try await found(ContactFilter(provider: "hunter")) == 20)
        #expect(try await found(ContactFilter(has: [.email], lacks: [.mobile])) == 20)
        #expect(try await found(ContactFilter(lacks: [.email])) == 20)
        #expect(try await found(ContactFilter(foundBefore: noon + .days(1))) == 20)
        #expect(try await found(ContactFilter(foundSince: noon + .days(1))) == 0)

        var (seen, last) = ([] as [ContactID], nil as ContactID?)
        while true {
            let page = try await store.cards(of: "default", where: ContactFilter(), after: last, limit: 7)
            seen += page.map(\.contact.id)
            last = page.last?.contact.id
            if page.count < 7 { break }
        }
        #expect(seen == ids.reversed())
        // The union is found by what a merged contact has.
        try await store.merge(
            ContactMerge(id: .number(9_000), user: "ann", winner: ids[39], loser: ids[0], at: noon))
        let merged = try await store.cards(
            of: "default", where: ContactFilter(query: "muller 1", list: "spring"), after: nil, limit: 9)
        #expect(merged.map(\.contact.id) == [ids[39]])
        let accounts = try await store.accountCards(
            of: "default", where: AccountFilter(query: "c1"), after: nil, limit: 9)
        #expect(accounts.map(\.account.domain) == ["c1.example.com"])
        let all = try await store.accountCards(of: "default", where: AccountFilter(), after: nil, limit: 9)
        #expect(all.map(\.contacts).reduce(0, +) == 39)
    }

    @Test func `accounts are edited, listed and annotated`() async throws {
        let store = try SQLiteStore()
        let saved = try await store.buyEmail(.make(1))
        let id = try #require(saved.account?.id)
        var edit = AccountEdit(
            .account(id), user: "ann", at: noon, name: "Example", owner: .some("ann"), fields: ["tier": "a"])
        edit.addedLists = ["key"]
        edit.note = "renewal in May"
        edit.phones = [Self.number]
        let card = try #require(try await store.edit(edit))
        #expect(card.account.name == "Example")
        #expect(card.owner == "ann" && card.lists == ["key"] && card.contacts == 1)
        #expect(card.account.officePhones.map(\.isSupplied) == [true])
        let later = try await store.edit(AccountEdit(.account(id), user: "bob", at: noon, owner: .some(nil)))
        #expect(later?.owner == nil)
        #expect(later?.notes.map(\.user) == ["ann"])
        #expect(try await store.fieldNames(of: "default", kind: .account) == ["tier"])
    }
}
