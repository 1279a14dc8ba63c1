// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension CreditsCommand {
    struct Balance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is left, held, spent and due, and when each lot ends.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let (balance, lots) = try await session.withStore { store throws(JournalError) in
                let now = Timestamp.current
                let balance = try await store.balance(of: session.team, plan: session.settings.plan, at: now)
                let lots = try await store.grants(of: session.team).filter { $0.isSpendable(at: now) }
                return (balance, lots)
            }
            if output.json { return session.console.write(balance.json(lots: lots).line) }
            for line in Self.lines(balance, lots, on: session.console) { session.console.write(line) }
        }

        private static func lines(
            _ balance: CreditBalance, _ lots: [StandingGrant], on console: Console
        ) -> [String] {
            let available = balance.available.map(\.decimal) ?? "not limited (no `credits:` in the configuration)"
            var lines = [
                "available  \(console.styled(available, .bold))", "held       \(balance.held.decimal)",
                "spent      \(balance.spentThisCycle.decimal) this cycle",
            ]
            if balance.refundDue > .zero {
                let day = balance.cycleEndsAt.map { " on \($0.date)" } ?? " with the next cycle"
                lines.append("refund due \(balance.refundDue.decimal)\(day)")
            }
            if let start = balance.cycleStartsAt, let end = balance.cycleEndsAt {
                lines.append("cycle      \(start.date) to \(end.date) (UTC)")
            }
            guard !lots.isEmpty else { return lines }
            var table = TextTable("lot", "free", "ends")
            for lot in lots {
                table.add(
                    .init(lot.source.rawValue), .init(lot.free.decimal, isNumber: true),
                    .init(lot.expiresAt?.date ?? "never"))
            }
            return lines + [""] + table.lines(on: console)
        }
    }
}

extension StandingGrant {
    /// True where something of it can be spent now.
    fileprivate func isSpendable(at moment: Timestamp) -> Bool {
        free > .zero && voidedAt == nil && effectiveAt <= moment && expiresAt.map { moment < $0 } ?? true
    }
}

extension CreditBalance {
    func json(lots: [StandingGrant]) -> JSONValue {
        .object([
            .init("available", .text(available?.decimal)), .init("held", .string(held.decimal)),
            .init("spent_this_cycle", .string(spentThisCycle.decimal)),
            .init("refund_due", .string(refundDue.decimal)),
            .init("cycle_starts_at", .text(cycleStartsAt?.iso8601)),
            .init("cycle_ends_at", .text(cycleEndsAt?.iso8601)), .init("lots", .array(lots.map(\.json))),
        ])
    }
}
