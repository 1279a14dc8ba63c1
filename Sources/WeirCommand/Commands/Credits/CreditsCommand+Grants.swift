// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension CreditsCommand {
    struct Grants: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was granted, newest first, and what has become of it.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let grants = try await session.withStore { store throws(JournalError) in
                _ = try await store.balance(of: session.team, plan: session.settings.plan, at: .current)
                return try await store.grants(of: session.team)
            }
            if output.json { return session.console.write(JSONValue.array(grants.map(\.json)).line) }
            var table = TextTable(
                "id", "source", "priority", "granted", "spent", "held", "gone", "free", "from", "until", "by", "note")
            for grant in grants {
                table.add(
                    .init(grant.id?.description ?? "", .dim),
                    .init(grant.source.rawValue + (grant.voidedAt == nil ? "" : " (voided)")),
                    .init("\(grant.priority)", isNumber: true), .init(grant.granted.decimal, isNumber: true),
                    .init(grant.captured.decimal, isNumber: true), .init(grant.held.decimal, isNumber: true),
                    .init((grant.expired + grant.adjusted).decimal, isNumber: true),
                    .init(grant.free.decimal, .bold, isNumber: true), .init(grant.effectiveAt.date),
                    .init(grant.expiresAt?.date ?? "ever"), .init(grant.user ?? ""), .init(grant.note ?? ""))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }

    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add credits beside the plan's (admins).")

        @Argument(help: "How many, such as 500 or 0.25.")
        var amount: String

        @Option(help: "Where they come from: purchase or promo.", transform: OptionWord.read)
        var source = GrantSource.purchase

        @Option(help: "Lots of a lower number are spent first; a plan's is 100.")
        var priority = CreditGrant.usualPriority

        @Option(help: "From which day they can be spent, such as 2026-12-01 (default: now).")
        var effective: String?

        @Option(help: "How long they last, such as 90d, or until which day (default: for ever).")
        var expires: String?

        @Option(help: "Why.")
        var note: String?

        @OptionGroup var acting: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let now = Timestamp.current
            let grant = try grant(by: try session.actor(acting.user, needs: .admin), in: session, at: now)
            let balance = try await session.withStore { store throws(JournalError) in
                try await store.grant(grant, plan: session.settings.plan)
                return try await store.balance(of: session.team, plan: session.settings.plan, at: now)
            }
            if output.json {
                return session.console.write(
                    JSONValue.object([
                        .init("id", .string(grant.id.description)), .init("credits", .string(grant.credits.decimal)),
                        .init("available", .text(balance.available?.decimal)),
                    ]).line)
            }
            session.console.say("granted \(grant.credits.phrase) as \(grant.id)")
            session.console.write("available  \(balance.available?.decimal ?? "not limited")")
        }

        private func grant(by user: String, in session: Session, at now: Timestamp) throws -> CreditGrant {
            guard let credits = Credits(decimal: amount), credits > .zero else {
                throw CommandFailure(
                    .usage, "credits are a number above 0 with at most three places, such as 500 or 0.25")
            }
            guard source == .purchase || source == .promo else {
                throw CommandFailure(.usage, "--source takes purchase or promo")
            }
            guard (0...1_000_000).contains(priority) else {
                throw CommandFailure(.usage, "--priority takes a number from 0 to 1000000")
            }
            let start = try effective.map { try DayText.later($0, option: "--effective", at: now) }
            let end = try expires.map { try DayText.later($0, option: "--expires", at: start ?? now) }
            if let end, end <= max(start ?? now, now) {
                throw CommandFailure(.usage, "the credits would have expired before they could be spent")
            }
            var random = SystemRandomNumberGenerator()
            return CreditGrant(
                id: Identifier(at: now, using: &random), team: session.team, user: user, credits: credits,
                source: source, priority: priority, note: note, effectiveAt: start, expiresAt: end, grantedAt: now)
        }
    }

    struct Void: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back what is free of a grant, and what comes free of it later (admins).")

        @Argument(help: "The grant's id, as `weir credits grants` shows it.")
        var grant: String

        @Option(help: "Why.")
        var note: String?

        @OptionGroup var acting: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let id = Identifier<CreditGrant>(grant) else {
                throw CommandFailure(.usage, "that is not a grant's id", hint: "`weir credits grants` shows them")
            }
            let session = try Session.load(config, output)
            let voiding = GrantVoiding(
                grant: id, team: session.team, user: try session.actor(acting.user, needs: .admin), note: note,
                at: .current)
            let voided = try await session.withStore { store throws(JournalError) -> StandingGrant? in
                guard try await store.void(voiding, plan: session.settings.plan) else { return nil }
                return try await store.grants(of: session.team).first { $0.id == id }
            }
            guard let voided else {
                throw CommandFailure(.usage, "no grant has this id", hint: "`weir credits grants` shows them")
            }
            if output.json { return session.console.write(voided.json.line) }
            session.console.say("voided \(id)")
            session.console.write("taken back \(voided.adjusted.decimal), still held \(voided.held.decimal)")
        }
    }
}

extension StandingGrant {
    var json: JSONValue {
        .object([
            .init("id", .text(id?.description)), .init("source", .string(source.rawValue)),
            .init("priority", .integer(Int64(priority))), .init("user", .text(user)), .init("note", .text(note)),
            .init("effective_at", .string(effectiveAt.iso8601)), .init("expires_at", .text(expiresAt?.iso8601)),
            .init("granted", .string(granted.decimal)), .init("spent", .string(captured.decimal)),
            .init("held", .string(held.decimal)), .init("expired", .string(expired.decimal)),
            .init("adjusted", .string(adjusted.decimal)), .init("free", .string(free.decimal)),
            .init("voided_at", .text(voidedAt?.iso8601)),
        ])
    }
}
