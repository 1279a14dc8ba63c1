// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension CreditsCommand {
    struct Caps: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show each cap of a user and the team, what is used of it, and when it renews.")

        @OptionGroup var acting: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let (user, settings) = (try session.actor(acting.user), session.settings)
            let states = try await session.withStore { store throws(JournalError) in
                try await store.caps(of: session.team, user: user, settings.caps, plan: settings.plan, at: .current)
            }
            if output.json { return session.console.write(JSONValue.array(states.map(\.json)).line) }
            guard !states.isEmpty else { return session.console.say("there are no `caps:` in the configuration") }
            var table = TextTable("cap", "at most", "used", "left", "renews")
            for state in states {
                let isUsedUp = state.left.map(\.isNothing) ?? false
                table.add(
                    .init(state.key), .init(state.cap.text, isNumber: true),
                    .init(state.used?.text ?? "", isNumber: true),
                    .init(state.left?.text ?? "", isUsedUp ? .bad : .plain, isNumber: true),
                    .init(state.renewsAt?.date ?? ""))
            }
            for line in table.lines(on: session.console) { session.console.write(line) }
        }
    }
}

extension CapState.Quantity {
    var text: String { amount + (unit == "credits" ? "" : " \(unit)") }

    var isNothing: Bool { amount == "0" }

    fileprivate var amount: String {
        switch self {
        case .credits(let credits): credits.decimal
        case .cost(let cost): cost.decimal
        case .calls(let count): "\(count)"
        }
    }

    fileprivate var unit: String {
        switch self {
        case .credits: "credits"
        case .cost(let cost): cost.unit
        case .calls: "calls"
        }
    }
}

extension CapState {
    fileprivate var json: JSONValue {
        .object([
            .init("cap", .string(key)), .init("unit", .string(cap.unit)), .init("limit", .string(cap.amount)),
            .init("used", .text(used?.amount)), .init("left", .text(left?.amount)),
            .init("renews_at", .text(renewsAt?.iso8601)),
        ])
    }
}
