// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// `weir ledger`: checking the book.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Check the ledger.", subcommands: [Verify.self], defaultSubcommand: Verify.self
    )

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute every invariant; exits 6 where one is broken.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let report = try await session.withStore { store throws(JournalError) in try await store.verify() }
            if output.json {
                session.console.write(report.json.line)
            } else {
                for violation in report.violations { session.console.write(session.console.styled(violation, .bad)) }
                session.console.write(
                    "\(report.transfers) transfers, \(report.charges) charges, \(report.attempts) attempts, "
                        + "\(report.openRequests) open requests: "
                        + (report.violations.isEmpty ? "all invariants hold" : "\(report.violations.count) broken"))
            }
            if !report.violations.isEmpty {
                throw CommandFailure(.store, "the ledger is damaged", isSilent: true)
            }
        }
    }
}

extension LedgerReport {
    var json: JSONValue {
        .object([
            .init("clean", .bool(violations.isEmpty)), .init("transfers", .integer(Int64(transfers))),
            .init("charges", .integer(Int64(charges))), .init("attempts", .integer(Int64(attempts))),
            .init("open_requests", .integer(Int64(openRequests))),
            .init("violations", .array(violations.map { .string($0) })),
        ])
    }
}
