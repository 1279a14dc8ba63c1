// SPDX-License-Identifier: Apache-2.0

import CurlMail
import Foundation
import ServersTesting
import Testing

/// A mailbox of Dovecot's.
@Suite(.serialized, .canRunMailServers, .mailServers) struct MailboxReaderTests {
    private func bench() throws -> MailBench { try #require(MailBench.current) }

    private func put(_ text: String, into mailbox: String = "sender") throws {
        try bench().servers.deliver(Data(text.utf8), to: mailbox)
    }

    @Test(arguments: MailHost.Security.allCases)
    func `messages are listed and fetched, and stay unread`(security: MailHost.Security) async throws {
        let text = "Subject: one\r\n\r\n* 1 FETCH\r\nw1 OK\r\n.\r\n"
        try put(text)
        try put(text, into: "sender/.Done")
        let reader = try bench().reader(of: "sender", security)
        let entry = try #require(try await reader.messages(after: nil).entries.last)
        #expect(entry.size == text.utf8.count)
        #expect(try await reader.message(at: entry.position) == .whole(Array(text.utf8)))
        // Maildir writes S into the name of a message that was seen.
        func seen(_ mailbox: String) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: bench().servers.maildir(mailbox).path + "/cur")
                .count { $0.hasSuffix("S") }
        }
        let before = try seen("sender/.Done")
        #expect(try seen("sender") == 0)
        try await reader.markSeen(entry.position)
        #expect(try seen("sender") == 1)
        await #expect(throws: MailFailure.self) { try await reader.move(entry.position, to: "Nowhere") }
        try await reader.move(entry.position, to: "Done")
        #expect(try seen("sender") == 0)
        #expect(try seen("sender/.Done") == before + 1)
        #expect(try await reader.message(at: entry.position) == .gone)
        await reader.close()
    }

    @Test func `an import goes on where it was, and notices new numbers`() async throws {
        for number in 1...5 { try put("Subject: \(number)\r\n\r\n", into: "bounces") }
        let reader = try bench().reader(of: "bounces")
        let first = try await reader.messages(after: nil, limit: 3)
        #expect(first.entries.count == 3)
        #expect(first.hasMore)
        #expect(!first.isRenumbered)
        let last = try #require(first.entries.last)
        let second = try await reader.messages(after: last.position)
        #expect(second.entries.count == 2)
        #expect(!second.hasMore)
        let end = try #require(second.entries.last)
        #expect(try await reader.messages(after: end.position).entries == [])
        try put("Subject: 6\r\n\r\n", into: "bounces")
        #expect(try await reader.messages(after: end.position).entries.map(\.position.uid) == [end.position.uid + 1])
        #expect(try await reader.message(at: MailboxPosition(uidValidity: end.position.uidValidity, uid: 999)) == .gone)

        var stale = end.position
        stale.uidValidity += 1
        let renumbered = try await reader.messages(after: stale)
        #expect(renumbered.isRenumbered)
        #expect(renumbered.entries.count == 6)
        await #expect(throws: MailFailure.self) { try await reader.message(at: stale) }
        await reader.close()
        try bench().servers.forgetUIDs(of: "bounces")
        let fresh = try await reader.messages(after: end.position)
        #expect(fresh.isRenumbered)
        #expect(fresh.uidValidity != end.position.uidValidity)
        #expect(fresh.entries.count == 6)
        do {
            try await reader.markSeen(end.position)
            Issue.record("marked")
        } catch { #expect(error.kind == .renumbered) }
        await reader.close()
    }

    @Test func `a message that is too long is set aside`() async throws {
        let line = String(repeating: "x", count: 998) + "\r\n"
        try put("Subject: long\r\n\r\n" + String(repeating: line, count: 17 << 10), into: "jane")
        try put("Subject: short\r\n\r\n", into: "jane")
        let reader = try bench().reader(of: "jane")
        for entry in try await reader.messages(after: nil).entries {
            let message = try await reader.message(at: entry.position)
            let isLong = entry.size > MailboxReader.maximumSize
            let isAsExpected =
                message == (isLong ? .oversize(entry.size) : .whole(Array("Subject: short\r\n\r\n".utf8)))
            #expect(isAsExpected, "\(entry)")
            #expect(try await reader.message(at: entry.position, maximumSize: 17) == .oversize(entry.size))
        }
        await reader.close()
    }

    @Test func `a long message arrives whole`() async throws {
        let text = "Subject: x\r\n\r\n" + (0..<60_000).map { "\($0) {5}\r\n" }.joined()
        try put(text)
        let reader = try bench().reader(of: "sender")
        let listing = try await reader.messages(after: nil)
        let entry = try #require(listing.entries.first { $0.size == text.utf8.count })
        let isWhole = try await reader.message(at: entry.position) == .whole(Array(text.utf8))
        #expect(isWhole)
        await reader.close()
    }

    @Test func `a wrong password is refused, and not shown`() async throws {
        let reader = try bench().reader(of: "jane", password: "canary-password-7f3a")
        do {
            _ = try await reader.messages(after: nil)
            Issue.record("logged in")
        } catch {
            #expect(error.kind == .loginRefused)
            #expect(!String(reflecting: error).contains("canary"))
        }
    }

    @Test func `a mailbox or a target that isn't there is refused`() async throws {
        let reader = try bench().reader(of: "jane", mailbox: "None")
        do {
            _ = try await reader.messages(after: nil)
            Issue.record("opened")
        } catch { #expect(error.kind == .refused) }
        let odd = try bench().reader(of: "jane", mailbox: "a\r\nw9 DELETE INBOX")
        do {
            _ = try await odd.messages(after: nil)
            Issue.record("opened")
        } catch { #expect(error.kind == .invalid) }
        await reader.close()
    }

    @Test func `a certificate of an unknown authority is not trusted`() async throws {
        var host = try bench().reader(of: "jane").host
        host.certificateAuthorities = nil
        let reader = try MailboxReader(host, on: bench().thread)
        do {
            _ = try await reader.messages(after: nil)
            Issue.record("connected")
        } catch { #expect(error.kind == .untrusted) }
    }
}
