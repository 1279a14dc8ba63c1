// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import WeirConfiguration

/// `weir config`: checking and showing the configuration.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the configuration, show it, print its schema.",
        subcommands: [Check.self, Show.self, Schema.self], defaultSubcommand: Check.self)

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Find every mistake in one go; exits 0 or 1.")

        @Flag(name: .customLong("deny-warnings"), help: "Fail on warnings too.")
        var denyWarnings = false

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let console = output.console
            let loaded = try ConfigurationFile.find(config).load(checksFolders: true)
            let errors = loaded.diagnostics.count { $0.severity == .error }
            let warnings = loaded.diagnostics.count - errors
            if output.json {
                console.write(JSONValue.array(loaded.diagnostics.map(\.json)).line)
            } else {
                for diagnostic in loaded.diagnostics { console.write(diagnostic.description) }
                if errors + warnings == 0 {
                    console.say("no mistakes")
                } else {
                    console.say("\(errors) errors, \(warnings) warnings")
                }
            }
            if errors > 0 || denyWarnings && warnings > 0 {
                throw ExitCode(1)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is in force, defaults included, secrets masked.")

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            session.console.write(session.configuration.effectiveYAML)
        }
    }

    struct Schema: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the JSON Schema that editors read.")

        @OptionGroup var output: OutputOptions

        func run() async throws { output.console.write(ConfigurationSchema.json) }
    }
}

extension Diagnostic {
    var json: JSONValue {
        .object([
            .init("severity", .string(severity.rawValue)), .init("line", .integer(Int64(position.line))),
            .init("column", .integer(Int64(position.column))), .init("message", .string(message)),
            .init("hint", .text(hint)),
        ])
    }
}
