// SPDX-License-Identifier: Apache-2.0

import CurlMail
import Enrichment
import Foundation
import SQLStore
import ServersTesting
import Testing
import WaterfallEngine

@testable import WeirCommand

/// From `weir send` over a real mail server and its real bounces, read back over IMAP, to the refund.
@Suite(.disabled(if: OutgoingMailServers.obstacle != nil, Comment(rawValue: OutgoingMailServers.obstacle ?? "")))
struct MailLoopTests {
    /// What a person was charged for, and when.
    private struct Sale {
        var address: String
        var isMobile = false
        var daysAgo = 1
    }

    private static let hard = "nobody@gone.example.org"
    private static let late = "late@gone.example.org"
    private static let mobile = "mobile@gone.example.org"
    private static let elsewhere = "elsewhere@gone.example.org"
    private static let full = "full@gone.example.org"
    private static let there = "jane@gone.example.org"

    @Test func `what bounced hard in time is refunded with the next cycle, and nothing else`() async throws {
        let servers = try OutgoingMailServers.start()
        defer { servers.stop() }
        try await Bench.run { bench in
            try bench.configureMail(servers)
            let sales = [
                // The oldest first: the books go on in time.
                Sale(address: Self.late, daysAgo: 31), Sale(address: Self.hard),
                Sale(address: Self.mobile, isMobile: true), Sale(address: Self.elsewhere), Sale(address: Self.full),
                Sale(address: Self.there),
            ]
            for (number, sale) in sales.enumerated() { try await Self.sell(sale, number, bench) }
            let before = try #require(Int(await bench.balance().available ?? ""))
            for sale in sales where sale.address != Self.elsewhere {
                let run = await bench.command("send", "--to", sale.address, "--subject", "Hello", "--text", "Hello.")
                #expect(run.code == 0, "\(run.errors)")
            }
            try await Self.sendElsewhere(servers, bench)
            try servers.waitForMail(in: "bounces", count: 5)

            let run = await bench.command("bounce", "import", "--imap", "--json")
            #expect(run.code == 0, "\(run.errors)")
            let reports = run.output.split(separator: "\n").map { Answer(Run(code: 0, output: String($0), errors: "")) }
            let decisions = Dictionary(
                uniqueKeysWithValues: reports.map { ($0.text("recipient") ?? "", $0.text("refund.reason") ?? "") })
            #expect(
                decisions == [
                    Self.hard: "hard_bounce", Self.late: "too_late", Self.mobile: "not_charged",
                    Self.elsewhere: "external", Self.full: "soft_bounce",
                ])
            let balance = Answer(await bench.command("credits", "balance", "--json"))
            #expect(balance.text("refund_due") == "1")
            #expect(balance.text("available") == "\(before)")
            // Read again, nothing is new.
            let again = await bench.command("bounce", "import", "--imap", "--json")
            #expect(again.output.isEmpty && again.code == 0)
            // What bounced is not sent to again.
            let refused = await bench.command("send", "--to", Self.hard, "--subject", "Hello", "--text", "Hello.")
            #expect(refused.code == 4)
            try await Self.passIntoNextCycle(bench)
        }
    }

    /// Opens the store when the next cycle has begun.
    private static func passIntoNextCycle(_ bench: Bench) async throws {
        let store = try SQLiteStore(path: bench.folder.path + "/weir.db")
        defer { store.close() }
        let plan = CreditPlan(grant: Credits(10_000))
        let next = BillingCycle(containing: .current, of: plan).endsAt
        let balance = try await store.balance(of: "default", plan: plan, at: next)
        #expect(balance.available == Credits(10_001) && balance.refundDue == .zero)
        #expect(try await store.claims(of: "default", limit: 9).filter { $0.state == .posted }.map(\.address) == [hard])
        #expect(try await store.verify().violations == [])
    }

    /// Buys an address, or a mobile of somebody who is known by that address.
    private static func sell(_ sale: Sale, _ number: Int, _ bench: Bench) async throws {
        let store = try SQLiteStore(path: bench.folder.path + "/weir.db")
        defer { store.close() }
        let plan = CreditPlan(grant: Credits(10_000))
        let gate = CreditGate(prices: PriceList(), accept: AcceptPolicy())
        let moment = Timestamp.current + .days(-sale.daysAgo)
        let prospect = Prospect(
            fullName: "Person \(number)", domain: "example.org", email: sale.isMobile ? sale.address : nil,
            keys: ProspectKeys(nameAtDomain: "person \(number)|example.org"))
        let request = DataRequest(
            id: RequestID(high: 1, low: UInt64(number) + 1), prospect: prospect,
            access: [sale.isMobile ? .phone : .email], createdAt: moment)
        let question = QueryFingerprint(request)
        let intent = AttemptIntent(
            id: AttemptID(high: 1, low: UInt64(number) + 1), request: request.id, team: request.team,
            capability: sale.isMobile ? .mobile : .email, provider: "hunter", fingerprint: question,
            largestCost: Amount(micros: 0, unit: "USD"), startedAt: moment)
        _ = try await store.open(
            RequestOpening(
                request: request, gate: gate, plan: plan, caps: Caps(), holdsExpireAt: moment + .days(2),
                fingerprint: question, firstIntent: intent, rememberSince: moment))
        let finding: Settlement.DatumResult =
            sale.isMobile
            ? .phones([
                PhoneFinding(
                    number: PhoneNumber(e164: "+12025550143"), raw: "+12025550143", type: .mobile,
                    status: .validNumber, provider: "hunter")
            ])
            : .email(
                EmailFinding(address: sale.address, status: .verified, reason: .mailboxExists, provider: "hunter"))
        let attempt = Attempt(
            id: intent.id, capability: intent.capability, provider: "hunter", outcome: .matched, startedAt: moment)
        let settled = try await store.settle(
            Settlement(
                request: request, gate: gate, plan: plan, results: [finding], attempts: [attempt],
                fingerprint: question, outcome: .found, settledAt: moment + .seconds(1)))
        #expect(settled.charges.count == 1)
    }

    /// Another mailer sends, and Weir is told.
    private static func sendElsewhere(_ servers: OutgoingMailServers, _ bench: Bench) async throws {
        let thread = MailThread(name: "weir-test")
        defer { thread.stop() }
        let host = MailHost(
            host: servers.submissionHost, port: servers.submissionPort,
            login: MailHost.Login(
                username: servers.username, password: Secret(servers.password(of: servers.username))),
            certificateAuthorities: servers.authority)
        let message = MailMessage(
            from: MailMessage.Mailbox("sender@example.com"), to: [MailMessage.Mailbox(elsewhere)], subject: "Hello",
            date: .current, messageID: "<elsewhere@example.com>", body: "Hello.")
        let told = await bench.command(
            "send", "--external", "--to", elsewhere, "--message-id", "<elsewhere@example.com>")
        #expect(told.code == 0, "\(told.errors)")
        let outcome = await MailSubmission(host, on: thread).send(
            try message.bytes(), from: "bounces@example.com", to: elsewhere)
        guard case .accepted = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }
}

extension Bench {
    /// Points `mail:` at servers.
    fileprivate func configureMail(_ servers: OutgoingMailServers) throws {
        try edit([
            (
                "\nproviders:\n",
                """

                mail:
                  from: Jane Doe <sender@example.com>
                  return_path: bounces@example.com
                  smtp:
                    host: \(servers.submissionHost)
                    port: \(servers.submissionPort)
                    user: \(servers.username)
                    password: \(servers.password(of: servers.username))
                    ca_file: \(servers.authority)
                  imap:
                    host: \(servers.imapHost)
                    port: \(servers.imapPort)
                    security: starttls
                    user: bounces@example.com
                    password: \(servers.password(of: "bounces@example.com"))
                    ca_file: \(servers.authority)

                providers:

                """
            )
        ])
    }
}
