// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `weir credits`: the team's own plan.
struct CreditsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits",
        abstract: "Show the balance, the use and the caps of the team's credits, and add to them.",
        subcommands: [
            Balance.self, Usage.self, Caps.self, History.self, Grants.self, Grant.self, Void.self,
        ], defaultSubcommand: Balance.self)
}
