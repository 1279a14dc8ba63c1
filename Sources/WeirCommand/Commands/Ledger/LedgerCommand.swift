// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// `weir ledger`: the book itself.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Check the ledger, write it out, and list its billing cycles.",
        subcommands: [Verify.self, Export.self, Cycles.self], defaultSubcommand: Verify.self)

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute every invariant; exits 6 where one is broken.",
            discussion: """
                The head that it prints stands for the whole ledger: noted elsewhere and given to --head later, it shows \
                any change of what came before.
                """)

        @Option(help: "A head that was noted before, SEQUENCE:HASH: the chain has to pass through it.")
        var head: String?

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let anchor = try head.map { text in
                guard let head = LedgerHead(text, team: session.team) else {
                    throw CommandFailure(.usage, "--head takes SEQUENCE:HASH, as `weir ledger verify` prints it")
                }
                return head
            }
            let report = try await session.withStore { store throws(JournalError) in
                try await store.verify(anchor: anchor)
            }
            if output.json {
                session.console.write(report.json.line)
            } else {
                for line in Self.lines(report, hasAnchor: anchor != nil, on: session.console) {
                    session.console.write(line)
                }
            }
            if !report.violations.isEmpty {
                throw CommandFailure(.store, "the ledger is damaged", isSilent: true)
            }
        }

        private static func lines(_ report: LedgerReport, hasAnchor: Bool, on console: Console) -> [String] {
            let isSound = report.violations.isEmpty
            return report.violations.map { console.styled($0, .bad) } + [
                "\(report.transfers) transfers, \(report.charges) charges, \(report.attempts) attempts, "
                    + "\(report.openRequests) open requests: "
                    + (isSound
                        ? "all invariants hold" + (hasAnchor ? ", and the chain passes through the head" : "")
                        : "\(report.violations.count) broken")
            ] + report.heads.map { "head of \($0.team)  \($0.text)" }
        }
    }

    struct Cycles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the billing cycles, oldest first.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let cycles = try await session.withStore { store throws(JournalError) in
                _ = try await store.balance(of: session.team, plan: session.settings.plan, at: .current)
                return try await store.cycles(of: session.team)
            }
            if output.json { return session.console.write(JSONValue.array(cycles.map(\.json)).line) }
            var table = TextTable("cycle", "starts", "ends", "plan", "closed with")
            for cycle in cycles {
                table.add(
                    .init("\(cycle.number)", isNumber: true), .init(cycle.startsAt.date), .init(cycle.endsAt.date),
                    .init(cycle.isPlanned ? "yes" : "no"), .init(cycle.head?.text ?? "open", .dim))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }
}

extension LedgerHead {
    /// `sequence:hash`, the hash in hexadecimal.
    var text: String { "\(sequence):\(hash.hexadecimal)" }

    /// Reads the text form; nil where it is not one.
    init?(_ text: String, team: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0, parts[1].utf8.count == 64 else {
            return nil
        }
        let digits = parts[1].compactMap(\.hexDigitValue)
        guard digits.count == 64 else { return nil }
        let hash = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        self.init(team: team, sequence: sequence, hash: hash)
    }
}

extension [UInt8] {
    /// Two digits a byte, lower case.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension BillingCycleRecord {
    fileprivate var json: JSONValue {
        .object([
            .init("cycle", .integer(number)), .init("starts_at", .string(startsAt.iso8601)),
            .init("ends_at", .string(endsAt.iso8601)), .init("planned", .bool(isPlanned)),
            .init("closed", .bool(head != nil)), .init("head", .text(head?.text)),
        ])
    }
}

extension LedgerReport {
    var json: JSONValue {
        .object([
            .init("clean", .bool(violations.isEmpty)), .init("transfers", .integer(Int64(transfers))),
            .init("charges", .integer(Int64(charges))), .init("attempts", .integer(Int64(attempts))),
            .init("open_requests", .integer(Int64(openRequests))),
            .init(
                "heads",
                .array(
                    heads.map { head in
                        .object([.init("team", .string(head.team)), .init("head", .string(head.text))])
                    })),
            .init("violations", .array(violations.map { .string($0) })),
        ])
    }
}
