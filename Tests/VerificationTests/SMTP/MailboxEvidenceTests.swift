// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import ServersTesting
import Testing

@testable import Verification

@Suite struct MailboxEvidenceTests {
    static let rows: [VerdictRow] = {
        let page = TestServers.root.appending(path: "docs/verification.md")
        let lines = (try? String(contentsOf: page, encoding: .utf8))?.split(separator: "\n") ?? []
        let table = lines.drop { !$0.hasPrefix("| route |") }.prefix { $0.hasPrefix("|") }
        return table.dropFirst(2).map { VerdictRow($0) }
    }()

    private static let answers: [MailboxEvidence.Answer?] =
        [nil, .accepted]
        + VerdictReason.allCases.flatMap { [.refused($0), .deferred($0), .unheard($0)] as [MailboxEvidence.Answer?] }
    private static let routes: [MailboxEvidence.Route] = [
        .hosts, .nullMX, .noMX, .noSuchDomain, .unknown(.timeout), .unknown(.temporaryError),
    ]
    private static let habits: [MailboxEvidence.Habit] = [.answers, .acceptsAll, .refusesProbes]

    /// Every recipient's answer with every answer of the made-up address would be many; each is met with some.
    private static let fewAnswers: [MailboxEvidence.Answer?] = [
        nil, .accepted, .refused(.mailboxNotFound), .deferred(.greylisted), .unheard(.timeout),
    ]

    private static let evidence: [MailboxEvidence] = routes.flatMap { route in
        [false, true].flatMap { isDisposable in
            habits.flatMap { habit in
                let pairs = answers.flatMap { one in fewAnswers.flatMap { [(one, $0), ($0, one)] } }
                return pairs.map { recipient, stranger in
                    MailboxEvidence(
                        route: route, isDisposable: isDisposable, habit: habit, recipient: recipient,
                        stranger: stranger)
                }
            }
        }
    }

    @Test func `the table is read`() {
        #expect(Self.rows.count == 19)
        #expect(Self.rows.allSatisfy { $0.cells.count == 7 })
    }

    @Test(arguments: rows.indices)
    func `a row of the documented table is what the program says`(index: Int) {
        let row = Self.rows[index]
        let fitting = Self.evidence.filter { one in Self.rows.firstIndex { $0.fits(one) } == index }
        #expect(!fitting.isEmpty, "no evidence comes to this row: \(row.cells)")
        for evidence in fitting {
            #expect(evidence.verdict == row.verdict(of: evidence), "\(evidence)")
        }
    }

    @Test func `every evidence has a row`() {
        #expect(Self.evidence.allSatisfy { one in Self.rows.contains { $0.fits(one) } })
    }

    @Test func `only an accepted address beside a refused one is verified`() {
        for evidence in Self.evidence where evidence.verdict.status == .verified {
            #expect(evidence.recipient == .accepted && evidence.route == .hosts && evidence.habit == .answers)
            #expect([.refused(.mailboxNotFound), .refused(.unverifiableHost)].contains(evidence.stranger))
        }
        #expect(Self.evidence.contains { $0.verdict.status == .verified })
    }
}

/// A row of the table in `docs/verification.md`.
struct VerdictRow: Sendable {
    let cells: [String]

    init(_ line: some StringProtocol) {
        cells = line.split(separator: "|").map { cell in
            String(cell.filter { $0 != "`" }).trimmingCharacters(in: .whitespaces)
        }
    }

    func fits(_ evidence: MailboxEvidence) -> Bool {
        Self.fits(cells[0], evidence.route.word) && Self.fits(cells[1], evidence.isDisposable ? "yes" : "no")
            && Self.fits(cells[2], evidence.habit.word) && Self.fits(cells[3], evidence.recipient)
            && Self.fits(cells[4], evidence.stranger)
    }

    func verdict(of evidence: MailboxEvidence) -> EmailVerdict? {
        let reason: VerdictReason? =
            switch cells[6] {
            case "the route's": if case .unknown(let reason) = evidence.route { reason } else { nil }
            case "the recipient's": evidence.recipient?.reason
            case "the made-up one's": evidence.stranger?.reason
            default: VerdictReason(rawValue: cells[6])
            }
        guard let status = EmailStatus(rawValue: cells[5]), let reason else { return nil }
        return EmailVerdict(status, reason)
    }

    private static func fits(_ cell: String, _ word: String) -> Bool { cell == "any" || cell == word }

    private static func fits(_ cell: String, _ answer: MailboxEvidence.Answer?) -> Bool {
        let parts = cell.split(separator: ": ", maxSplits: 1)
        guard fits(String(parts[0]), answer?.word ?? "none") else { return false }
        guard parts.count == 2 else { return true }
        return answer?.reason.map { parts[1].split(separator: ", ").contains(Substring($0.rawValue)) } ?? false
    }
}

extension MailboxEvidence.Route {
    fileprivate var word: String {
        switch self {
        case .hosts: "hosts"
        case .nullMX: "null_mx"
        case .noMX: "no_mx"
        case .noSuchDomain: "no_such_domain"
        case .unknown: "unknown"
        }
    }
}

extension MailboxEvidence.Habit {
    fileprivate var word: String {
        switch self {
        case .answers: "answers"
        case .acceptsAll: "accepts_all"
        case .refusesProbes: "refuses_probes"
        }
    }
}

extension MailboxEvidence.Answer {
    fileprivate var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .deferred: "deferred"
        case .unheard: "unheard"
        }
    }

    fileprivate var reason: VerdictReason? {
        switch self {
        case .accepted: nil
        case .refused(let reason), .deferred(let reason), .unheard(let reason): reason
        }
    }
}
