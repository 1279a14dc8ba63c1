// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir credits`: the team's own plan.
struct CreditsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits", abstract: "Show the balance and the history of the team's credits, and add to them.",
        subcommands: [Balance.self, Grant.self, History.self], defaultSubcommand: Balance.self)

    static let team = "default"

    struct Balance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what is left, held and spent.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let balance = try await session.withStore { store throws(JournalError) in
                try await store.balance(of: team, plan: session.settings.plan, at: .current)
            }
            if output.json { return session.console.write(balance.json.line) }
            for line in lines(balance, on: session.console) { session.console.write(line) }
        }

        private func lines(_ balance: CreditBalance, on console: Console) -> [String] {
            let available = balance.available.map(\.decimal) ?? "not limited (no `credits:` in the configuration)"
            var lines = [
                "available  \(console.styled(available, .bold))", "held       \(balance.held.decimal)",
                "spent      \(balance.spentThisCycle.decimal) this cycle",
            ]
            if let start = balance.cycleStartsAt, let end = balance.cycleEndsAt {
                lines.append("cycle      \(start.date) to \(end.date) (UTC)")
            }
            return lines
        }
    }

    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add credits beside the plan's.")

        @Argument(help: "How many, such as 500 or 0.25.")
        var amount: String

        @Option(help: "Why.")
        var note: String?

        @Option(help: "How long they last, such as 90d (default: for ever).")
        var expires: String?

        @Option(name: .customLong("as"), help: "The user who grants.")
        var user: String?

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let credits = Credits(decimal: amount), credits > .zero else {
                throw CommandFailure(
                    .usage, "credits are a number above 0 with at most three places, such as 500 or 0.25")
            }
            let lifetime = try expires.map { text in
                guard let duration = DurationText.parse(text), duration > .zero else {
                    throw CommandFailure(.usage, "--expires takes a duration such as 90d")
                }
                return duration
            }
            let session = try Session.load(config, output)
            let now = Timestamp.current
            var random = SystemRandomNumberGenerator()
            let grant = CreditGrant(
                id: Identifier(at: now, using: &random), team: team, user: ProspectOptions.user(user),
                credits: credits, note: note, expiresAt: lifetime.map { now + $0 }, grantedAt: now)
            let balance = try await session.withStore { store throws(JournalError) in
                try await store.grant(grant, plan: session.settings.plan)
                return try await store.balance(of: team, plan: session.settings.plan, at: now)
            }
            if output.json { return session.console.write(balance.json.line) }
            session.console.say("granted \(credits.phrase)")
            session.console.write("available  \(balance.available?.decimal ?? "not limited")")
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the ledger's entries, newest first.")

        @Option(help: "How many entries.")
        var limit = 50

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...100_000).contains(limit) else {
                throw CommandFailure(.usage, "--limit takes a number from 1 to 100000")
            }
            let session = try Session.load(config, output)
            let entries = try await session.withStore { store throws(JournalError) in
                try await store.history(of: team, limit: limit)
            }
            if output.json { return session.console.write(JSONValue.array(entries.map(\.json)).line) }
            var table = TextTable("when", "entry", "credits", "for", "user", "request", "note")
            for entry in entries {
                table.add(
                    .init(entry.at.iso8601), .init(entry.kind.rawValue), .init(entry.credits.decimal, isNumber: true),
                    .init(entry.datum?.rawValue ?? ""), .init(entry.user), .init(entry.request?.description ?? ""),
                    .init(entry.note ?? ""))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }
}

extension CreditBalance {
    var json: JSONValue {
        .object([
            .init("available", .text(available?.decimal)), .init("held", .string(held.decimal)),
            .init("spent_this_cycle", .string(spentThisCycle.decimal)),
            .init("cycle_starts_at", .text(cycleStartsAt?.iso8601)),
            .init("cycle_ends_at", .text(cycleEndsAt?.iso8601)),
        ])
    }
}

extension LedgerEntry {
    var json: JSONValue {
        .object([
            .init("sequence", .integer(sequence)), .init("kind", .string(kind.rawValue)),
            .init("credits", .string(credits.decimal)), .init("datum", .text(datum?.rawValue)),
            .init("request_id", .text(request?.description)), .init("attempt_id", .text(attempt?.description)),
            .init("contact_id", .text(contact?.description)), .init("user", .string(user)),
            .init("source", .text(origin?.rawValue)), .init("note", .text(note)), .init("at", .string(at.iso8601)),
        ])
    }
}
