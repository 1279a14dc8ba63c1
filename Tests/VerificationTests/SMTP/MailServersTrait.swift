// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Identity
import ServersTesting
import Testing

@testable import Verification

/// A mail server and a name server that knows it, running for the length of a suite.
struct MailServersTrait: SuiteTrait, TestScoping {
    let kind: MailServerKind

    /// Why none can run here; nil where they can.
    static func obstacle(_ kind: MailServerKind) -> String? {
        MailServer.obstacle(kind) ?? (NameServer.path == nil ? "unbound is not there: make servers" : nil)
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let bench = try MailBench(mail: .start(kind), names: .start())
        defer { bench.stop() }
        try await MailBench.$current.withValue(bench) { try await function() }
    }
}

extension Trait where Self == MailServersTrait {
    static func mailServers(_ kind: MailServerKind) -> Self { Self(kind: kind) }
}

extension Trait where Self == ConditionTrait {
    static func canRun(_ kind: MailServerKind) -> Self {
        let obstacle = MailServersTrait.obstacle(kind)
        return .disabled(if: obstacle != nil, Comment(rawValue: obstacle ?? ""))
    }
}

/// What a test of a mail server works with.
final class MailBench: Sendable {
    @TaskLocal static var current: MailBench?

    let mail: MailServer
    let names: NameServer
    private let server: DNSServer
    private let resolver: AresResolver

    init(mail: MailServer, names: NameServer) throws {
        self.mail = mail
        self.names = names
        server = try #require(DNSServer("\(names.host):\(names.port)"))
        resolver = AresResolver(AresResolver.Options(servers: [server]))
    }

    func stop() {
        resolver.close()
        mail.stop()
        names.stop()
    }

    func settings(sender: String = "verify@probe.example", greylistWait: Duration? = nil) -> SMTPSettings {
        SMTPSettings(
            helo: "probe.example", sender: sender, port: mail.port, nameServers: [server], greylistWait: greylistWait,
            concurrencyPerHost: 4, pausePerHost: .zero, allowsPrivateAddresses: true)
    }

    func examiner(
        clock: any EngineClock = TestSystemClock(), sender: String = "verify@probe.example",
        greylistWait: Duration? = nil, change: (inout SMTPSettings) -> Void = { _ in }
    ) -> MailboxExaminer {
        var settings = settings(sender: sender, greylistWait: greylistWait)
        change(&settings)
        return MailboxExaminer(settings, resolver: resolver, clock: clock)
    }

    func readiness(
        of domains: [String], change: (inout SMTPSettings) -> Void = { _ in }
    ) async -> MailReadiness {
        var settings = settings()
        change(&settings)
        return await MailReadinessCheck(settings, resolver: resolver).run(domains: domains)
    }
}

/// A row of `Resources/mail-servers.json`.
struct MailServerRow: Decodable, Sendable, CustomTestStringConvertible {
    let server: String
    let behaviour: String
    let address: String
    let status: String
    let reason: String

    enum CodingKeys: String, CodingKey {
        case server, address, status, reason
        case behaviour = "case"
    }

    var testDescription: String { address }

    static let all: [MailServerRow] = {
        let file = URL(filePath: TestServers.resource("mail-servers.json"))
        return (try? JSONDecoder().decode([MailServerRow].self, from: Data(contentsOf: file))) ?? []
    }()

    static func of(_ kind: MailServerKind) -> [MailServerRow] { all.filter { $0.server == kind.rawValue } }

    /// Asks the server, and compares.
    func check() async throws {
        let bench = try #require(MailBench.current)
        let address = try #require(EmailAddress(address))
        let found = await bench.examiner().examine(address, within: .seconds(60))
        let verdict = "\(found.verdict.status.rawValue) \(found.verdict.reason.rawValue)"
        #expect(verdict == "\(status) \(reason)", "\(found.steps)")
        // No message was begun.
        for case .sent(let command) in found.steps { #expect(!command.hasPrefix("DATA")) }
    }

    /// A greylisting host is waited for, and lets the second question through.
    static func checkGreylisting(_ kind: MailServerKind) async throws {
        let bench = try #require(MailBench.current)
        let address = try #require(EmailAddress("jane@\(MailServerCase.greylisting.domain(kind))"))
        let clock = HastyClock()
        // Not the table's sender: it is new to the server.
        let examiner = bench.examiner(clock: clock, sender: "wait@probe.example", greylistWait: .seconds(300))
        let found = await examiner.examine(address, within: .seconds(600))
        #expect(found.verdict.status == .verified, "\(found.steps)")
        #expect(found.verdict.reason == .mailboxExists)
        #expect(clock.sleeps == [GreylistWaits.pauses[0]])
    }
}
