// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

@Suite struct SuppressionTests {
    private static let note = SuppressionNote(reason: "asked", source: "cli", user: "tester", at: noon)

    private static let jane = Prospect(
        firstName: "Jane", lastName: "Doe", fullName: "Jane Doe", domain: "example.com",
        linkedInURL: "https://www.linkedin.com/in/jane-doe-7", email: "Jane.Doe@example.com",
        keys: ProspectKeys(
            linkedIn: "https://www.linkedin.com/in/jane-doe-7", email: "jane.doe@example.com",
            nameAtDomain: "jane doe|example.com"))

    @Test(arguments: [
        SuppressionValue.email("JANE.DOE@EXAMPLE.COM"), SuppressionValue(.domain, key: "example.com"),
        .linkedIn("http://linkedin.com/in/Jane-Doe-7/?trk=x"), SuppressionValue(.person, key: "jane doe|example.com"),
    ])
    func `whoever is on the list is refused before anything is held, and nothing is kept`(
        _ value: SuppressionValue
    ) async throws {
        try await Place.file.withStore { store in
            #expect(try await store.suppress([value], of: "default", Self.note) == 1)
            #expect(try await store.suppress([value], of: "default", Self.note) == 0)
            let request = DataRequest.make(1, Self.jane)
            for _ in 0..<2 {
                let opened = try await store.open(request.opening(firstIntent: request.intent(11)))
                #expect(opened.decision == .refused(.suppression))
                #expect(opened.contact == nil && !opened.firstIntentIsDurable)
            }
            #expect(try await store.contacts(of: "default", after: nil, limit: 5) == [])
            #expect(try await store.run(sql: "SELECT COUNT(*) FROM request") == 0)
            #expect(try await store.run(sql: "SELECT COUNT(*) FROM denied WHERE length(body) = 32") == 1)
            #expect(try await store.violations() == [])
            #expect(try await store.unsuppress([value], of: "default", Self.note) == 1)
            let other = DataRequest.make(2, Self.jane)
            #expect(try await store.open(other.opening()).decision == .admitted(held: Credits(1)))
            #expect(try await store.audit(of: "default", limit: 9).map(\.action) == ["unsuppress", "suppress"])
        }
    }

    @Test func `a team without entries runs no statement for them`() async throws {
        try await Place.file.withStore { store in
            try await store.buyEmail(.make(1))
            #expect(try await store.suppressions(of: "default", limit: 5) == [])
            #expect(try await store.audit(of: "default", limit: 5) == [])
        }
    }

    @Test(arguments: [SuppressionValue.email("jane.doe@example.com"), SuppressionValue(.domain, key: "example.com")])
    func `an address that is found and on the list is withheld, free and not stored`(
        _ value: SuppressionValue
    ) async throws {
        try await Place.file.withStore { store in
            let prospect = Prospect.person("jane doe", at: "example.org")
            _ = try await store.suppress([value], of: "default", Self.note)
            let request = DataRequest.make(1, prospect)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            let body = Array("{\"email\":\"jane.doe@example.com\"}".utf8)
            try await store.record([request.reply(11, ProviderReply(status: 200, body: body))])
            let settled = try await store.settle(
                request.settlement([.email(.found())], attempts: [.matched(11)]))
            #expect(settled.charges == [] && settled.captured == .zero && settled.released == Credits(1))
            #expect(settled.screened?.withheld == [.email])
            #expect(settled.screened?.outcome == .notFound)
            #expect(settled.contact?.emails == [])
            #expect(try await store.run(sql: "SELECT COUNT(*) FROM attempt WHERE records IS NOT NULL") == 0)
            #expect(try await store.run(sql: "SELECT COUNT(*) FROM request WHERE outcome = 'not_found'") == 1)
            // The same settlement again says the same.
            let again = try await store.settle(request.settlement([.email(.found())], attempts: [.matched(11)]))
            #expect(again.screened?.withheld == [.email] && again.charges == [])
            #expect(try await store.violations() == [])
        }
    }

    @Test func `of several numbers the one on the list is withheld, and what is left is billed`() async throws {
        try await Place.file.withStore { store in
            _ = try await store.suppress(
                [SuppressionValue(.phone, key: "+12025550143")], of: "default", Self.note)
            let request = DataRequest.make(1, access: [.phone])
            _ = try await store.open(request.opening(firstIntent: request.intent(11, "prospeo", .mobile)))
            let settled = try await store.settle(
                request.settlement(
                    [.phones([.found(), .found("+12025550199")])], attempts: [.matched(11, "prospeo", .mobile)]))
            #expect(settled.screened?.phones?.map(\.raw) == ["+12025550199"])
            #expect(settled.screened?.withheld == [])
            #expect(settled.captured == Credits(8))
            #expect(settled.contact?.phones.map(\.raw) == ["+12025550199"])
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a profile that is found and on the list withholds everything`() async throws {
        try await Place.file.withStore { store in
            _ = try await store.suppress([.linkedIn("linkedin.com/in/jane-doe-7")], of: "default", Self.note)
            let request = DataRequest.make(1)
            _ = try await store.open(request.opening(firstIntent: request.intent(11)))
            var settlement = request.settlement([.email(.found())], attempts: [.matched(11)])
            settlement.person.linkedInURL = "https://www.linkedin.com/in/jane-doe-7"
            let settled = try await store.settle(settlement)
            #expect(settled.screened?.withheld == [.email] && settled.captured == .zero)
            #expect(settled.contact?.isSuppressed == true && settled.contact?.linkedInURL == nil)
            let later = DataRequest.make(2)
            #expect(try await store.open(later.opening()).decision == .refused(.suppression))
        }
    }

    @Test func `what is saved already is hidden, and shown again when the entry goes`() async throws {
        try await Place.file.withStore { store in
            try await store.buyEmail(.make(1))
            let request = DataRequest.make(2, access: [.phone])
            _ = try await store.open(request.opening(firstIntent: request.intent(11, "prospeo", .mobile)))
            _ = try await store.settle(
                request.settlement([.phones([.found()])], attempts: [.matched(11, "prospeo", .mobile)]))
            let before = try await store.contacts(of: "default", after: nil, limit: 5)
            let number = SuppressionValue(.phone, key: "+12025550143")
            _ = try await store.suppress([number], of: "default", Self.note)
            var shown = try #require(try await store.contacts(of: "default", after: nil, limit: 5).first)
            #expect(shown.phones == [] && shown.emails.count == 1 && !shown.isSuppressed)
            _ = try await store.suppress([.email("jane.doe@example.com")], of: "default", Self.note)
            shown = try #require(try await store.contacts(of: "default", after: nil, limit: 5).first)
            #expect(shown.emails == [] && shown.isSuppressed)
            #expect(try await store.open(DataRequest.make(3).opening()).decision == .refused(.suppression))
            _ = try await store.unsuppress([number, .email("jane.doe@example.com")], of: "default", Self.note)
            #expect(try await store.contacts(of: "default", after: nil, limit: 5) == before)
        }
    }

    @Test func `nothing is sent to an address on the list, and a bounce of it keeps no address`() async throws {
        try await Place.file.withStore { store in
            try await store.buyEmail(.make(1))
            _ = try await store.suppress([.email("jane.doe@example.com")], of: "default", Self.note)
            var message = OutgoingMessage(
                id: .number(1), team: "default", user: "tester", source: .weir, address: "jane.doe@example.com",
                headerID: "a@example.org", sentAt: noon)
            #expect(try await store.register(message) == .suppressed)
            message.source = .external
            #expect(try await store.register(message) == .registered)
            let notice = BounceNotice(
                id: .number(1), team: "default", user: "tester", headerID: "a@example.org",
                address: "jane.doe@example.com", class: .hard, reason: "user_unknown", bouncedAt: noon, receivedAt: noon
            )
            let claim = try await store.report(notice, plan: .large)
            #expect(claim.reason == .external && claim.address == "")
            #expect(
                try await store.run(sql: "SELECT COUNT(*) FROM message WHERE address IS NOT NULL") == 0)
        }
    }

    @Test func `numbers are flagged by the lists when they are found and when a list comes`() async throws {
        try await Place.file.withStore { store in
            func find(_ number: Int, _ phone: String, _ word: DoNotCall = .unknown) async throws -> DoNotCall? {
                let request = DataRequest.make(number, .person("person \(number)"), access: [.phone])
                _ = try await store.open(request.opening(firstIntent: request.intent(number, "prospeo", .mobile)))
                var finding = PhoneFinding.found(phone)
                finding.doNotCall = word
                let settled = try await store.settle(
                    request.settlement([.phones([finding])], attempts: [.matched(number, "prospeo", .mobile)]))
                return settled.contact?.phones.first?.doNotCall
            }
            func words() async throws -> [DoNotCall?] {
                try await store.contacts(of: "default", after: nil, limit: 9).map { $0.phones.first?.doNotCall }
                    .reversed()
            }
            #expect(try await find(1, "+12025550101") == .unknown)
            #expect(try await find(2, "+12025550102", .listed) == .listed)
            let list = NumberList(name: "national", country: "US", dated: noon, importedAt: noon)
            let numbers = ["+12025550101", "+12025550103"]
            #expect(try await store.importNumbers(numbers, as: list, team: "default", user: "tester") == 2)
            #expect(try await words() == [.listed, .listed])
            #expect(try await find(3, "+12025550103") == .listed)
            #expect(try await find(4, "+12025550104") == .notListed)
            #expect(try await find(5, "+442079460005") == .unknown)
            // A newer list takes the older one's place; a vendor's word stays.
            let newer = NumberList(name: "national", country: "US", dated: noon, importedAt: noon)
            #expect(try await store.importNumbers(["+12025550104"], as: newer, team: "default", user: "tester") == 1)
            #expect(try await words() == [.notListed, .listed, .notListed, .listed, .unknown])
            #expect(try await store.numberLists(of: "default").map(\.count) == [1])
            let isRemoved = try await store.removeNumberList("national", team: "default", user: "tester", at: noon)
            #expect(isRemoved)
            #expect(try await words() == [.unknown, .listed, .unknown, .unknown, .unknown])
            #expect(try await store.violations() == [])
        }
    }

    @Test func `a list is stale after thirty-one days`() async throws {
        try await Place.file.withStore { store in
            let list = NumberList(name: "national", country: nil, dated: noon, importedAt: noon)
            _ = try await store.importNumbers(["+12025550101"], as: list, team: "default", user: "tester")
            #expect(try await store.staleNumberLists(of: "default", at: noon + .days(31)) == [])
            let stale = try await store.staleNumberLists(of: "default", at: noon + .days(31) + .seconds(1))
            #expect(stale.map(\.name) == ["national"])
            try await store.overrideStaleLists(stale, team: "default", user: "tester", at: noon)
            #expect(try await store.audit(of: "default", limit: 1).map(\.action) == ["dnc_override"])
        }
    }
}
