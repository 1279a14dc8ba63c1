// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

/// `weir refunds`: what became of bounces.
struct RefundsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refunds", abstract: "Show which bounces are refunded, which are not, and why.",
        subcommands: [List.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List claims, newest first.")

        @OptionGroup var limit: LimitOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let limit = try limit.checked()
            try await RefundList.show(try Session.load(config, output), limit: limit, isJSON: output.json)
        }
    }
}

/// The list that `refunds list` and `credits history --refunds` print.
enum RefundList {
    static func show(_ session: Session, limit: Int, isJSON: Bool) async throws {
        let claims = try await session.withStore { store throws(JournalError) in
            _ = try await store.balance(of: session.team, plan: session.settings.plan, at: .current)
            return try await store.claims(of: session.team, limit: limit)
        }
        if isJSON { return session.console.write(JSONValue.array(claims.map(\.json)).line) }
        var table = TextTable("when", "contact", "address", "provider", "bounce", "state", "why", "credits", "due")
        for claim in claims {
            table.add(
                .init(claim.claimedAt.iso8601), .init(claim.contact?.description ?? "", .dim), .init(claim.address),
                .init(claim.provider?.rawValue ?? ""),
                .init("\(claim.bounceClass.rawValue) (\(claim.bounceReason))"),
                .init(claim.state.rawValue, style(of: claim.state)), .init(claim.reason.rawValue),
                .init(claim.credits.decimal, isNumber: true), .init(claim.dueAt?.date ?? ""))
        }
        for line in table.lines(on: session.console) { session.console.write(line) }
    }

    private static func style(of state: RefundClaim.State) -> Console.Style {
        switch state {
        case .accepted, .posted: .good
        case .refused: .notice
        }
    }
}

extension RefundClaim {
    var json: JSONValue {
        .object([
            .init("id", .string(bounce.description)), .init("state", .string(state.rawValue)),
            .init("reason", .string(reason.rawValue)), .init("credits", .string(credits.decimal)),
            .init("contact_id", .text(contact?.description)), .init("address", .string(address)),
            .init("provider", .text(provider?.rawValue)), .init("class", .string(bounceClass.rawValue)),
            .init("bounce_reason", .string(bounceReason)), .init("sent_at", .text(sentAt?.iso8601)),
            .init("bounced_at", .string(bouncedAt.iso8601)), .init("claimed_at", .string(claimedAt.iso8601)),
            .init("due_at", .text(dueAt?.iso8601)),
        ])
    }
}
