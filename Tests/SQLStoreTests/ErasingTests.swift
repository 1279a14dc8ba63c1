// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import GRDB
import SQLStore
import Testing
import WaterfallEngine

/// A person with everything that the store can hold of one, among others.
struct ErasedPerson {
    static let email = "zebulon.quagmire@example.org"
    static let other = "Zeb.Private@example.net"
    static let phone = "+12025550177"
    static let profile = "https://www.linkedin.com/in/zebulon-quagmire-77"
    /// What must not be found afterwards, in any form.
    static let traces = [
        "zebulon", "quagmire", "zeb.private", "12025550177", "202-555-0177", "Archdruid of Examples",
    ]

    static let prospect = Prospect(
        firstName: "Zebulon", lastName: "Quagmire", fullName: "Zebulon Quagmire", domain: "example.org",
        linkedInURL: profile, email: other, title: "Archdruid of Examples",
        keys: ProspectKeys(
            linkedIn: profile, email: "zeb.private@example.net", nameAtDomain: "zebulon quagmire|example.org"))

    static let request = DataRequest.make(50_000, prospect, access: [.email, .phone])

    static func reply(padding: Int) -> ProviderReply {
        let text = """
            {"name": "Zebulon Quagmire", "email": "\(email)", "phone": "(202) 555-0177", "raw": "202-555-0177",
            "padding": "\(String(repeating: "x", count: padding))", "again": "\(email)"}
            """
        return ProviderReply(status: 200, body: Array(text.utf8))
    }

    /// Asks, buys, verifies, sends to and bounces.
    static func save(in store: SQLiteStore) async throws -> ContactID {
        _ = try await store.open(request.opening(firstIntent: request.intent(60_001), fingerprint: .zebulon))
        #expect(store.keep(request.reply(60_001, reply(padding: 100)), number: 1))
        try await store.record([request.reply(60_001, reply(padding: 100))])
        try await store.record([request.reply(60_001, reply(padding: 20_000))])
        _ = try await store.settle(
            request.settlement(
                [.email(.found(.verified, email))], attempts: [.matched(60_001)], outcome: nil, fingerprint: .zebulon))
        _ = try await store.intend(request.intent(60_002, "prospeo", .mobile), after: [])
        var phone = PhoneFinding.found(phone)
        phone.raw = "202-555-0177"
        let settled = try await store.settle(
            request.settlement(
                [.phones([phone])], attempts: [.matched(60_002, "prospeo", .mobile)], fingerprint: .zebulon))
        let contact = try #require(settled.contact?.id)
        // Somebody else's answer names the person too.
        let colleague = DataRequest.make(50_001, .person("colleague", at: "example.org"))
        _ = try await store.open(colleague.opening(firstIntent: colleague.intent(60_003)))
        try await store.record([colleague.reply(60_003, reply(padding: 10))])
        _ = try await store.settle(
            colleague.settlement([.email(.found(.verified, "colleague@example.org"))], attempts: [.matched(60_003)]))
        _ = try await store.register(
            OutgoingMessage(
                id: .number(1), team: "default", user: "tester", source: .weir, address: email,
                headerID: "1@example.com", sentAt: noon + .days(1)))
        try await store.conclude(
            .number(1), team: "default", state: .sent, reply: "250 <\(email)> taken")
        _ = try await store.report(
            BounceNotice(
                id: .number(1), team: "default", user: "tester", message: .number(1), address: email, class: .soft,
                reason: "mailbox_full", bouncedAt: noon + .days(1), receivedAt: noon + .days(1)), plan: .large)
        return contact
    }

    /// Which traces are where, in UTF-8 and in UTF-16 of both orders, whatever the case.
    static func findings(in folder: String) throws -> [String] {
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            let lower = Data(bytes.map { (65...90).contains($0) ? $0 + 32 : $0 })
            for trace in traces {
                let text = trace.lowercased()
                for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian] {
                    guard let needle = text.data(using: encoding) else { continue }
                    if lower.range(of: needle) != nil { found.append("\(name): \(trace)") }
                }
            }
        }
        return found
    }
}

extension QueryFingerprint {
    fileprivate static let zebulon = QueryFingerprint(high: 77, low: 77)
}

@Suite struct ErasingTests {
    @Test func `no byte of an erased person is left in the store's files, and the ledger holds`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            let store = try SQLiteStore(path: path)
            for number in 1...400 { try await buy(number, in: store) }
            let contact = try await ErasedPerson.save(in: store)
            for number in 401...800 { try await buy(number, in: store) }
            let before = try ErasedPerson.findings(in: folder)
            #expect(Set(before.map { $0.split(separator: ":").last }).count == ErasedPerson.traces.count)
            let balance = try await store.balance(of: "default", plan: .large, at: noon)

            let result = try await store.erase([contact], team: "default", user: "tester", at: noon)
            #expect(result == .erased(people: 1, suppressions: 5))
            #expect(try ErasedPerson.findings(in: folder) == [])
            #expect(try await store.violations() == [])
            #expect(try await store.balance(of: "default", plan: .large, at: noon) == balance)
            #expect(try await store.contact(contact, team: "default") == nil)
            #expect(try await store.contacts(of: "default", after: nil, limit: 1_000).count == 801)
            #expect(try await store.attempts(for: contact, team: "default") == [])
            #expect(try await store.claims(of: "default", limit: 5).map(\.address) == [""])
            #expect(try await store.audit(of: "default", limit: 1).map(\.action) == ["erase"])
            // Nobody is asked for the person again, by whichever key.
            for prospect in [
                ErasedPerson.prospect, .person("zebulon quagmire", at: "example.org"),
                Prospect(email: ErasedPerson.email, keys: ProspectKeys(email: ErasedPerson.email)),
            ] {
                let again = DataRequest.make(90_000, prospect)
                #expect(try await store.open(again.opening()).decision == .refused(.suppression))
            }
            #expect(try await store.open(ErasedPerson.request.opening()).decision == .refused(.suppression))
            store.close()
            #expect(try ErasedPerson.findings(in: folder) == [])
            let reopened = try SQLiteStore(path: path)
            #expect(try await reopened.violations() == [])
            let whole = "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"
            #expect(try await reopened.run(sql: whole) == 1)
            reopened.close()
            #expect(try ErasedPerson.findings(in: folder) == [])
        }
    }

    private func buy(_ number: Int, in store: SQLiteStore) async throws {
        let request = DataRequest.make(number, .person("person \(number)"))
        let attempt = number + 100_000
        _ = try await store.open(request.opening(firstIntent: request.intent(attempt)))
        let body = Array(
            "{\"email\": \"person\(number)@example.com\", \"x\": \"\(String(repeating: "y", count: number))\"}".utf8)
        try await store.record([request.reply(attempt, ProviderReply(status: 200, body: body))])
        _ = try await store.settle(
            request.settlement(
                [.email(.found(.verified, "person\(number)@example.com"))], attempts: [.matched(attempt)]))
    }

    /// A table that names contacts is emptied with them (`Books.tablesOfContact`), or one of those that erasing knows.
    @Test func `erasing knows every table that names a contact`() async throws {
        try await withFolder { folder in
            try SQLiteStore(path: folder + "/weir.db").close()
            let queue = try DatabaseQueue(path: folder + "/weir.db")
            let tables = try await queue.read { database in
                try String.fetchAll(
                    database,
                    sql: """
                        SELECT DISTINCT item.name FROM sqlite_schema AS item JOIN pragma_table_info(item.name) AS field
                        WHERE item.type = 'table' AND field.name LIKE '%contact%' ORDER BY item.name
                        """)
            }
            try queue.close()
            #expect(
                tables == [
                    "bounce", "charge", "contact_email", "contact_field", "contact_phone", "list_contact", "message",
                    "note", "request", "transfer",
                ])
        }
    }

    @Test func `a request of an erased person is not made again, though the list is lifted`() async throws {
        try await Place.file.withStore { store in
            let contact = try await ErasedPerson.save(in: store)
            _ = try await store.erase([contact], team: "default", user: "tester", at: noon)
            let lifted = try await store.unsuppress(
                SuppressionValue.identifying(ErasedPerson.prospect)
                    + SuppressionValue.mailbox(ErasedPerson.email), of: "default",
                SuppressionNote(source: "cli", user: "tester", at: noon))
            #expect(lifted > 0)
            #expect(try await store.open(ErasedPerson.request.opening()).decision == .refused(.suppression))
            let another = DataRequest.make(90_000, ErasedPerson.prospect)
            #expect(try await store.open(another.opening()).decision != .refused(.suppression))
        }
    }

    @Test func `a person with an open request is not erased`() async throws {
        try await Place.file.withStore { store in
            let contact = try await ErasedPerson.save(in: store)
            let open = DataRequest.make(70_000, ErasedPerson.prospect, access: [.phone], isFresh: true)
            _ = try await store.open(open.opening(firstIntent: open.intent(70_001, "prospeo", .mobile)))
            let refused = try await store.erase([contact], team: "default", user: "tester", at: noon)
            #expect(refused == .open(requests: 1))
            #expect(try await store.contact(contact, team: "default") != nil)
            _ = try await store.settle(
                open.settlement([.phones([])], attempts: [.matched(70_001, "prospeo", .mobile, outcome: .noMatch)]))
            let done = try await store.erase([contact], team: "default", user: "tester", at: noon)
            #expect(done == .erased(people: 1, suppressions: 5))
            #expect(try await store.violations() == [])
        }
    }

    @Test func `what was recorded and not carried out is carried out at the next opening`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            var store = try SQLiteStore(path: path)
            let contact = try await ErasedPerson.save(in: store)
            // What a process leaves that is killed between the record and the erasing.
            store.close()
            for end in [""] { try FileManager.default.copyItem(atPath: path + end, toPath: folder + "/kept" + end) }
            store = try SQLiteStore(path: path)
            _ = try await store.erase([contact], team: "default", user: "tester", at: noon)
            store.close()
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: folder + "/kept", toPath: path)
            // And half a line of one that was never acknowledged.
            let log = try #require(FileHandle(forWritingAtPath: path + "-erasures"))
            try log.seekToEnd()
            try log.write(contentsOf: Data("1 0190".utf8))
            try log.close()
            #expect(try !ErasedPerson.findings(in: folder).isEmpty)
            store = try SQLiteStore(path: path)
            #expect(try ErasedPerson.findings(in: folder) == [])
            #expect(try await store.contact(contact, team: "default") == nil)
            #expect(try await store.violations() == [])
            let other = try await store.contacts(of: "default", after: nil, limit: 9)
            _ = try await store.erase(other.map(\.id), team: "default", user: "tester", at: noon)
            store.close()
            try SQLiteStore(path: path).close()
        }
    }

    @Test func `a record of erasures that can't be read keeps the store closed`() async throws {
        try await withFolder { folder in
            let path = folder + "/weir.db"
            try SQLiteStore(path: path).close()
            try "nonsense\n".write(toFile: path + "-erasures", atomically: true, encoding: .utf8)
            #expect(#expect(throws: JournalError.self) { try SQLiteStore(path: path) }?.kind == .unusable)
        }
    }

    @Test func `what was done by hand, and what a person's charge is for, can't be changed`() async throws {
        try await Place.file.withStore { store in
            let contact = try await ErasedPerson.save(in: store)
            _ = try await store.erase([contact], team: "default", user: "tester", at: noon)
            for sql in [
                "UPDATE audit SET user = 'x'", "DELETE FROM audit", "DELETE FROM erasure",
                "UPDATE charge SET subject_low = 1 WHERE contact IN (SELECT id FROM contact WHERE team > 0)",
            ] {
                await #expect(throws: JournalError.self, "\(sql)") { _ = try await store.run(sql: sql) }
            }
        }
    }

    @Test func `raw replies older than their term are dropped, once`() async throws {
        try await Place.file.withStore { store in
            for number in 1...5 {
                let request = DataRequest.make(number, .person("person \(number)"), at: noon + .days(number))
                _ = try await store.open(request.opening(firstIntent: request.intent(number + 10)))
                try await store.record([request.reply(number + 10, ProviderReply(status: 200, body: [1]))])
                _ = try await store.settle(
                    request.settlement([.email(nil)], attempts: [.matched(number + 10, outcome: .noMatch)]))
            }
            #expect(try await store.dropPayloads(before: noon + .days(3)) == 2)
            #expect(try await store.dropPayloads(before: noon + .days(3)) == 0)
            #expect(try await store.dropPayloads(before: noon + .days(5)) == 2)
            #expect(try await store.run(sql: "SELECT COUNT(*) FROM attempt WHERE records IS NOT NULL") == 1)
            #expect(try await store.run(sql: "SELECT COUNT(*) FROM attempt WHERE outcome = 'no_match'") == 5)
            #expect(try await store.violations() == [])
        }
    }
}
