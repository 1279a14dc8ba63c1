// SPDX-License-Identifier: Apache-2.0

internal import Bounces
internal import Enrichment
internal import WaterfallEngine

/// Reports on their way through: read one after the other, told as they come, and summed up at the end.
struct BounceRun {
    /// Keeps a report, and says what was decided; nil where there is nothing to decide.
    typealias Keep = (BounceReport, Timestamp) async throws -> RefundClaim?

    private let console: Console
    private let isJSON: Bool
    private let isDry: Bool
    private var counts: [BounceClass: Int] = [:]
    private var claims: [RefundClaim.State: Int] = [:]
    private var refusals: [RefundClaim.Reason: Int] = [:]
    private var setAside = 0
    private var table = TextTable("file", "recipient", "class", "status", "code", "reason", "refund")

    init(console: Console, isJSON: Bool, isDry: Bool) {
        self.console = console
        self.isJSON = isJSON
        self.isDry = isDry
    }

    /// Reads what a path holds.
    mutating func read(_ path: String, _ keep: Keep) async throws {
        for item in BounceSource(path: path) { try await take(item, keep) }
    }

    /// Reads a mail that was fetched.
    mutating func take(_ bytes: [UInt8], from mail: String, _ keep: Keep) async throws {
        for item in BounceSource.items(of: bytes, name: mail) { try await take(item, keep) }
    }

    /// Says that a mail was not read, and why; the rest goes on.
    mutating func setAside(_ mail: String, _ reason: String) {
        setAside += 1
        console.complain("\(mail): \(reason)")
    }

    /// Says something of the run itself.
    func note(_ line: String) { console.say(line) }

    private mutating func take(_ item: BounceSource.Item, _ keep: Keep) async throws {
        switch item.result {
        case .failure(let problem): setAside(item.name, problem.description)
        case .success(let reports):
            for report in reports {
                let claim = try await keep(report, .current)
                counts[report.bounceClass, default: 0] += 1
                if let claim {
                    claims[claim.state, default: 0] += 1
                    if claim.state == .refused { refusals[claim.reason, default: 0] += 1 }
                }
                tell(report, claim, of: item.name)
            }
        }
    }

    private mutating func tell(_ report: BounceReport, _ claim: RefundClaim?, of file: String) {
        guard isJSON else {
            let decision = claim.map { $0.state == .refused ? $0.reason.rawValue : $0.credits.phrase } ?? ""
            return table.add(
                .init(file, .dim), .init(report.recipient ?? ""), .init(report.bounceClass.rawValue, report.style),
                .init(report.status ?? ""), .init(report.code.map(String.init) ?? ""), .init(report.reason.rawValue),
                .init(decision))
        }
        console.write(report.json(file: file, claim, isDry: isDry).line)
    }

    /// Writes the table and says what came of it all.
    func finish() throws {
        if !isJSON, !table.isEmpty {
            for line in table.lines(on: console) { console.write(line) }
        }
        let read = "\(counts[.hard] ?? 0) hard, \(counts[.soft] ?? 0) soft, \(counts[.none] ?? 0) no bounces"
        let aside = setAside == 0 ? "" : ", \(setAside) set aside"
        console.say(read + aside)
        guard !isDry else { return }
        let refunded = (claims[.accepted] ?? 0) + (claims[.posted] ?? 0)
        let reasons = refusals.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
        let rest = reasons.isEmpty ? "" : ", not refunded: " + reasons.joined(separator: ", ")
        console.say("\(refunded) refunded\(rest)")
    }
}

extension BounceReport {
    fileprivate var style: Console.Style {
        switch bounceClass {
        case .hard: .bad
        case .soft: .notice
        case .none: .dim
        }
    }

    /// `file`, `recipient`, `class`, `status`, `code` and `reason`; and what was decided, where something was.
    func json(file: String, _ claim: RefundClaim?, isDry: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("file", .string(file)), .init("recipient", .text(recipient)),
            .init("class", .string(bounceClass.rawValue)), .init("status", .text(status)),
            .init("code", code.map { .integer(Int64($0)) } ?? .null), .init("reason", .string(reason.rawValue)),
        ]
        if !isDry { members.append(.init("refund", claim?.json ?? .null)) }
        return .object(members)
    }
}
