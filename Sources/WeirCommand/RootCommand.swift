// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `weir`: the commands in the order in which a newcomer needs them.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "Ask your own data vendors, one after the other, until a verified answer comes.",
        discussion: """
            Start with `weir sandbox` in one terminal and `weir init` in another: no account is needed anywhere.
            """,
        version: Weir.version,
        subcommands: [
            InitCommand.self, EnrichCommand.self, CSVCommand.self, EstimateCommand.self, VerifyCommand.self,
            PlanCommand.self, ProvidersCommand.self,
            ConfigCommand.self, TestCommand.self, CreditsCommand.self, RefundsCommand.self, LedgerCommand.self,
            ContactsCommand.self, AccountsCommand.self, SendCommand.self, BounceCommand.self, SuppressCommand.self,
            BackupCommand.self, RestoreCommand.self, MigrateCommand.self, ListsCommand.self,
            SandboxCommand.self, DoctorCommand.self, ManCommand.self,
        ])
}

/// The options that every command has.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON with stable keys.")
    var json = false

    @Flag(help: "Print data only.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "Print without colours (also: NO_COLOR).")
    var noColor = false

    var console: Console { Surroundings.current.console(isQuiet: quiet, allowsColor: !noColor) }
}

/// The option of every command that reads a configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "The configuration (default: $WEIR_CONFIG, ./weir.yaml, then ~/.config/weir/weir.yaml).",
        completion: .file(extensions: ["yaml", "yml"]))
    var path: String?
}
