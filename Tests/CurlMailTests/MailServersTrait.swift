// SPDX-License-Identifier: Apache-2.0

import CurlMail
import ServersTesting
import Testing
import WaterfallEngine

/// Postfix, Dovecot and a mail thread, running for the length of a suite.
struct MailServersTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let bench = try MailBench(servers: .start())
        defer { bench.stop() }
        try await MailBench.$current.withValue(bench) { try await function() }
    }
}

extension Trait where Self == MailServersTrait {
    static var mailServers: Self { Self() }
}

extension Trait where Self == ConditionTrait {
    static var canRunMailServers: Self {
        let obstacle = OutgoingMailServers.obstacle
        return .disabled(if: obstacle != nil, Comment(rawValue: obstacle ?? ""))
    }
}

/// What a test works with.
final class MailBench: Sendable {
    @TaskLocal static var current: MailBench?

    let servers: OutgoingMailServers
    let thread = MailThread(name: "weir-mail-test")

    init(servers: OutgoingMailServers) { self.servers = servers }

    func stop() {
        thread.stop()
        servers.stop()
    }

    /// Where mail is handed in.
    func host(
        _ submission: OutgoingMailServers.Submission = .startTLS, _ security: MailHost.Security = .startTLS,
        password: String? = nil
    ) -> MailHost {
        let password = password ?? servers.password(of: servers.username)
        return MailHost(
            host: submission.host, port: servers.submissionPort, security: security,
            login: MailHost.Login(username: servers.username, password: Secret(password)),
            certificateAuthorities: servers.authority)
    }

    func submission(_ host: MailHost? = nil) -> MailSubmission { MailSubmission(host ?? self.host(), on: thread) }

    func reader(
        of user: String, _ security: MailHost.Security = .startTLS, password: String? = nil,
        mailbox: String = "INBOX", address: String? = nil
    ) -> MailboxReader {
        let login = MailHost.Login(
            username: "\(user)@example.com", password: Secret(password ?? servers.password(of: "\(user)@example.com")))
        let host = MailHost(
            host: address ?? (security == .tls ? servers.imapTLSHost : servers.imapHost), port: servers.imapPort,
            security: security, login: login, certificateAuthorities: servers.authority)
        return MailboxReader(host, mailbox: mailbox, on: thread)
    }
}
