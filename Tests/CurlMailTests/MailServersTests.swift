// SPDX-License-Identifier: Apache-2.0

import CurlMail
import Foundation
import ServersTesting
import Testing

/// What real servers do: Postfix and Dovecot.
@Suite(.serialized, .canRunMailServers, .mailServers) struct MailServersTests {
    private static let canary = "canary-password-7f3a"

    private func bench() throws -> MailBench { try #require(MailBench.current) }

    private func send(
        _ bytes: [UInt8]? = nil, from sender: String = "bounces+t1@example.com", to recipient: String,
        _ host: MailHost? = nil
    ) async throws -> SubmissionOutcome {
        let message = try bytes ?? MailMessageTests.message().bytes()
        return try await bench().submission(host).send(message, from: sender, to: recipient)
    }

    /// The last message of a mailbox.
    private func last(of user: String) async throws -> [UInt8] {
        let reader = try bench().reader(of: user)
        let listing = try await reader.messages(after: nil)
        let entry = try #require(listing.entries.last)
        guard case .whole(let bytes) = try await reader.message(at: entry.position) else {
            throw MailFailure(.malformed, "not whole")
        }
        await reader.close()
        return bytes
    }

    /// How many messages a mailbox has.
    private func count(_ user: String) async throws -> Int {
        let reader = try bench().reader(of: user)
        let listing = try await reader.messages(after: nil)
        await reader.close()
        return listing.entries.count
    }

    @Test(arguments: [
        (OutgoingMailServers.Submission.startTLS, MailHost.Security.startTLS), (.implicitTLS, .tls), (.noTLS, .none),
    ])
    func `a message is taken, by name`(
        submission: OutgoingMailServers.Submission, security: MailHost.Security
    ) async throws {
        let before = try await count("jane")
        let outcome = try await send(to: "jane@example.com", bench().host(submission, security))
        guard case .accepted(let reply) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reply.code == 250)
        #expect(reply.enhancedStatus == "2.0.0")
        #expect(reply.text.hasPrefix("Ok: queued as "))
        let mail = try bench().servers.waitForMail(in: "jane", count: before + 1)
        #expect(mail.contains { $0.firstRange(of: Data("Return-Path: <bounces+t1@example.com>".utf8)) != nil })
    }

    @Test func `a wrong password is refused, and not shown`() async throws {
        let outcome = try await send(to: "jane@example.com", bench().host(password: Self.canary))
        guard case .refused(let reply, .login) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reply.code == 535)
        #expect(reply.enhancedStatus == "5.7.8")
        var dumped = ""
        dump(outcome, to: &dumped)
        dump(try bench().host(password: Self.canary), to: &dumped)
        let encoded = Data(Self.canary.utf8).base64EncodedString()
        for text in [dumped, "\(outcome)", String(reflecting: outcome)] {
            #expect(!text.contains(Self.canary) && !text.contains(encoded))
        }
    }

    @Test func `without TLS nothing goes on`() async throws {
        let outcome = try await send(to: "jane@example.com", bench().host(.noTLS, .startTLS))
        guard case .failed(let failure, at: _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.kind == .noTLS)
        let implicit = try await send(to: "jane@example.com", bench().host(.noTLS, .tls))
        guard case .failed(let failure, at: .connection) = implicit else {
            Issue.record("\(implicit)")
            return
        }
        #expect(failure.kind == .noTLS)
        #expect(try !bench().servers.log.contains("127.26.0.3: AUTH"))
    }

    @Test func `a server without AUTH isn't used by who must log in`() async throws {
        let outcome = try await send(to: "jane@example.com", bench().host(.noAuthentication))
        guard case .failed(let failure, at: .login) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.kind == .noLogin)
    }

    @Test(arguments: [OutgoingMailServers.Submission.expiredCertificate, .unknownCertificate])
    func `a certificate that can't be trusted is not`(submission: OutgoingMailServers.Submission) async throws {
        let outcome = try await send(to: "jane@example.com", bench().host(submission))
        guard case .failed(let failure, .startTLS) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.kind == .untrusted)
        var host = try bench().host()
        host.certificateAuthorities = nil
        let unknown = try await send(to: "jane@example.com", host)
        guard case .failed(let failure, .startTLS) = unknown else {
            Issue.record("\(unknown)")
            return
        }
        #expect(failure.kind == .untrusted)
    }

    @Test func `a recipient that isn't there is refused with code and status`() async throws {
        let outcome = try await send(to: "nobody@example.com")
        guard case .refused(let reply, .recipient) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reply.code == 550)
        #expect(reply.enhancedStatus == "5.1.1")
        #expect(reply.text.contains("User unknown"))
    }

    @Test(arguments: [
        "Grüße, 日本語 and ✉\nsecond\n", String(repeating: "long ", count: 2_000), ".dot\n..two\n.\n...\nafter\n",
        "From here\n.\n", "tab\tend \n\n\n", String(repeating: "语言", count: 3_000),
    ])
    func `a body arrives as it was`(body: String) async throws {
        let before = try await count("jane")
        let outcome = try await send(MailMessageTests.message(body: body).bytes(), to: "jane@example.com")
        guard case .accepted = outcome else {
            Issue.record("\(outcome)")
            return
        }
        try bench().servers.waitForMail(in: "jane", count: before + 1)
        let received = try #require(ReceivedMail(try await last(of: "jane")))
        let expected = body.replacing("\n", with: "\r\n") + (body.hasSuffix("\n") ? "" : "\r\n")
        #expect(received.body == Array(expected.utf8))
    }

    @Test func `bytes arrive as they were, leading dots too, where libcurl's buffer ends`() async throws {
        let before = try await count("jane")
        // Every offset of a leading dot near the ends of buffers of 16 and 64 KiB.
        let lines = (0..<9_000).map {
            String(repeating: ".", count: 1 + $0 % 3) + String(repeating: "x", count: $0 % 17)
        }
        let text =
            "Subject: dots\r\nMessage-ID: <d@example.com>\r\n\r\n" + lines.joined(separator: "\r\n") + "\r\né\r\n"
        guard case .accepted = try await send(Array(text.utf8), to: "jane@example.com") else {
            Issue.record("not accepted")
            return
        }
        try bench().servers.waitForMail(in: "jane", count: before + 1)
        let received = try #require(ReceivedMail(try await last(of: "jane")))
        #expect(received.body == Array((lines.joined(separator: "\r\n") + "\r\né\r\n").utf8))
    }

    @Test func `what bounces comes back to its return path`() async throws {
        let before = try await count("bounces")
        let path = try ReturnPath(base: "bounces@example.com")
        let sent = [
            ("hard1", "nobody@gone.example.org"), ("soft1", "full@gone.example.org"), ("soft2", "full@example.com"),
            ("none", "jane@gone.example.org"),
        ]
        for (token, recipient) in sent {
            let outcome = try await send(from: path.address(for: token), to: recipient)
            guard case .accepted = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
        try bench().servers.waitForMail(in: "bounces", count: before + 3)
        let reader = try bench().reader(of: "bounces")
        var statuses: [String: String] = [:]
        for entry in try await reader.messages(after: nil).entries {
            guard case .whole(let bytes) = try await reader.message(at: entry.position) else { continue }
            let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
            let to = lines.first { $0.hasPrefix("Delivered-To: ") }?.dropFirst("Delivered-To: ".count) ?? ""
            guard let token = path.token(in: String(to)) else { continue }
            statuses[token] = lines.first { $0.hasPrefix("Status: ") }
        }
        #expect(statuses == ["hard1": "Status: 5.1.1", "soft1": "Status: 5.2.2", "soft2": "Status: 5.2.2"])
        await reader.close()
    }

    @Test(arguments: ["\r\nRCPT TO:<jane@example.com>", "\n", "\0", ">", " x", "\u{1}"])
    func `nothing is sent of an envelope or a host with more in it`(more: String) async throws {
        let bench = try bench()
        func isInvalid(_ outcome: SubmissionOutcome) -> Bool {
            if case .failed(let failure, .connection) = outcome { failure.kind == .invalid } else { false }
        }
        #expect(isInvalid(try await send(to: "jane@example.com\(more)")))
        #expect(isInvalid(try await send(from: "a\(more)@example.com", to: "jane@example.com")))
        var host = bench.host()
        host.host += more
        #expect(isInvalid(try await send(to: "jane@example.com", host)))
        let named = MailSubmission(bench.host(), clientName: "x\(more)", on: bench.thread)
        #expect(isInvalid(await named.send(try MailMessageTests.message().bytes(), from: "", to: "jane@example.com")))
        for text in ["a\nb\r\n", "a\rb\r\n", "a", "a\0\r\n", String(repeating: "x", count: 999) + "\r\n"] {
            #expect(isInvalid(try await send(Array(text.utf8), to: "jane@example.com")), "\(text)")
        }
    }

    @Test func `mail without a return path is taken`() async throws {
        let before = try await count("jane")
        guard case .accepted = try await send(from: "", to: "jane@example.com") else {
            Issue.record("not accepted")
            return
        }
        let mail = try bench().servers.waitForMail(in: "jane", count: before + 1)
        #expect(mail.contains { $0.starts(with: Data("Return-Path: <>".utf8)) })
    }
}
