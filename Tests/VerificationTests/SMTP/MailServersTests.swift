// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Identity
import Testing

@testable import Verification

/// Verification against real mail servers and a real name server.
@Suite struct MailServersTests {
    @Test func `the table has every way to behave of every server`() {
        for kind in MailServerKind.allCases {
            #expect(Set(MailServerRow.of(kind).map(\.behaviour)) == Set(MailServerCase.allCases.map(\.rawValue)))
        }
        #expect(MailServerRow.all.count == MailServerKind.allCases.map { MailServerRow.of($0).count }.reduce(0, +))
    }

    @Suite(.canRun(.postfix), .mailServers(.postfix)) struct PostfixTests {
        @Test(arguments: MailServerRow.of(.postfix))
        func `Postfix's mailboxes are known for what they are`(row: MailServerRow) async throws {
            try await row.check()
        }

        @Test func `a greylisting Postfix is waited for`() async throws {
            try await MailServerRow.checkGreylisting(.postfix)
        }
    }

    @Suite(.canRun(.exim), .mailServers(.exim)) struct EximTests {
        @Test(arguments: MailServerRow.of(.exim))
        func `Exim's mailboxes are known for what they are`(row: MailServerRow) async throws {
            try await row.check()
        }

        @Test func `a greylisting Exim is waited for`() async throws {
            try await MailServerRow.checkGreylisting(.exim)
        }

        @Test(arguments: [false, true]) func `a proxy is really gone through`(isHTTP: Bool) async throws {
            let proxy = try ProxyServer(login: isHTTP ? "user:secret" : nil)
            defer { proxy.stop() }
            let bench = try #require(MailBench.current)
            let address = try #require(EmailAddress("jane@\(MailServerCase.normal.domain(.exim))"))
            let way: SMTPSettings.Proxy =
                isHTTP
                ? .http(host: "127.0.0.1", port: proxy.port, credentials: "user:secret")
                : .socks5(host: "127.0.0.1", port: proxy.port)
            let found = await bench.examiner { $0.proxy = way }.examine(address, within: .seconds(60))
            #expect(found.verdict == EmailVerdict(.verified, .mailboxExists), "\(found.steps)")
            #expect(proxy.targets == ["\(MailServerCase.normal.host(.exim)):\(bench.mail.port)"])
        }

        @Test func `a proxy that refuses says nothing of the mailbox`() async throws {
            let proxy = try ProxyServer(login: "user:secret")
            defer { proxy.stop() }
            let bench = try #require(MailBench.current)
            let address = try #require(EmailAddress("jane@\(MailServerCase.normal.domain(.exim))"))
            let found = await bench.examiner {
                $0.proxy = .http(host: "127.0.0.1", port: proxy.port, credentials: "user:wrong")
            }.examine(address, within: .seconds(60))
            #expect(found.verdict == EmailVerdict(.unverified, .connectionFailed), "\(found.steps)")
            #expect(proxy.targets == [])
        }

        @Test func `the way to mail hosts is looked at`() async throws {
            let bench = try #require(MailBench.current)
            let domain = MailServerCase.normal.domain(.exim)
            let open = await bench.readiness(of: [domain, MailServerCase.catchAll.domain(.exim)])
            #expect(open.resolves && open.port == .open)
            #expect(open.address == IPAddress("127.0.0.1"))
            #expect(open.reverseNames == ["verifier.dns.example"] && open.confirmedName == "verifier.dns.example")
            let closed = await bench.readiness(of: [domain]) { $0.port = 1 }
            #expect(closed.resolves && closed.port == .closed && closed.address == nil)
            let nowhere = await bench.readiness(of: ["nothing.dns.example"])
            #expect(!nowhere.resolves && nowhere.port == .unknown)
        }
    }

    @Suite(.canRun(.opensmtpd), .mailServers(.opensmtpd)) struct OpenSMTPDTests {
        @Test(arguments: MailServerRow.of(.opensmtpd))
        func `OpenSMTPD's mailboxes are known for what they are`(row: MailServerRow) async throws {
            try await row.check()
        }

        @Test func `a greylisting OpenSMTPD is waited for`() async throws {
            try await MailServerRow.checkGreylisting(.opensmtpd)
        }
    }
}
