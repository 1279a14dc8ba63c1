// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation

/// weir(1), made of the definitions that read the command line, so that no command and no option is left out.
struct ManualPage {
    private let root: Command

    /// - Throws: where the definitions can't be read, which a test would see.
    init() throws {
        root = try JSONDecoder().decode(Tool.self, from: Data(RootCommand._dumpHelp().utf8)).command
    }

    /// The page in the man macros of roff.
    var roff: String {
        var page = Roff()
        page.heading("weir", section: 1, source: "weir \(Weir.version)", manual: "Weir")
        page.section("NAME")
        page.line("weir \\- \(Roff.text(Self.lowered(root.abstract ?? "")))")
        page.section("SYNOPSIS")
        page.line("\(Roff.bold("weir")) \(Roff.italic("command")) [\(Roff.italic("options"))]")
        page.section("DESCRIPTION")
        for paragraph in Self.description + Self.paragraphs(root.discussion) { page.paragraph(paragraph) }
        page.section("OPTIONS")
        page.paragraph("These are the same wherever a command takes them; its own are told with it.")
        for argument in common { page.item(Self.spelling(argument), Self.meaning(argument)) }
        page.section("COMMANDS")
        for command in root.subcommands ?? [] { write(command, after: "weir", to: &page) }
        page.section("EXIT STATUS")
        for (code, meaning) in CommandFailure.Code.everyMeaning { page.item(Roff.bold("\(code)"), meaning) }
        page.section("ENVIRONMENT")
        for (name, meaning) in Self.environment { page.item(Roff.bold(name), meaning) }
        page.section("FILES")
        for (name, meaning) in Self.files { page.item(Roff.italic(name), meaning) }
        page.section("EXAMPLES")
        for (text, command) in Self.examples {
            page.paragraph(text)
            page.example(command)
        }
        page.section("SEE ALSO")
        page.line("\(Roff.bold("jq"))(1), whose language reads the answers of providers that weir.yaml declares.")
        return page.text
    }

    private func write(_ command: Command, after parents: String, to page: inout Roff) {
        guard command.shouldDisplay, command.commandName != "help" else { return }
        let name = "\(parents) \(command.commandName)"
        page.subsection(name)
        let own = (command.arguments ?? []).filter(\.shouldDisplay)
        let subcommands = command.subcommands ?? []
        if subcommands.isEmpty { page.line(Self.synopsis(name, own)) }
        page.paragraph(command.abstract ?? "")
        for paragraph in Self.paragraphs(command.discussion) { page.paragraph(paragraph) }
        if let standard = command.defaultSubcommand { page.paragraph("Alone it is `\(name) \(standard)`.") }
        for argument in own where !Self.isCommon(argument) {
            page.item(Self.spelling(argument), Self.meaning(argument))
        }
        let shared = own.filter { Self.isCommon($0) && !["help", "version"].contains($0.preferredName?.name) }
        if subcommands.isEmpty, !shared.isEmpty {
            page.paragraph("Also \(shared.compactMap { $0.preferredName?.spelling }.joined(separator: ", ")).")
        }
        for subcommand in subcommands { write(subcommand, after: name, to: &page) }
    }

    // MARK: Arguments

    private static let commonNames = ["config", "json", "quiet", "no-color", "version", "help"]

    private static func isCommon(_ argument: Argument) -> Bool {
        commonNames.contains(argument.preferredName?.name ?? "")
    }

    /// The options that several commands share, each once, in a fixed order.
    private var common: [Argument] {
        let all = root.everyArgument
        return Self.commonNames.compactMap { name in all.first { $0.preferredName?.name == name } }
    }

    private static func synopsis(_ name: String, _ arguments: [Argument]) -> String {
        var words = [Roff.bold(name)]
        if arguments.contains(where: { $0.kind != .positional }) { words.append("[\(Roff.italic("options"))]") }
        for argument in arguments where argument.kind == .positional {
            let word = Roff.italic(argument.valueName ?? "value") + (argument.isRepeating ? "..." : "")
            words.append(argument.isOptional ? "[\(word)]" : word)
        }
        return words.joined(separator: " ")
    }

    /// `--name NAME`, every name of it.
    private static func spelling(_ argument: Argument) -> String {
        let value = Roff.italic(argument.valueName ?? "value")
        if argument.kind == .positional { return value }
        let names = (argument.names ?? []).map { Roff.bold($0.spelling) }.joined(separator: ", ")
        return argument.kind == .option ? "\(names) \(value)" : names
    }

    private static func meaning(_ argument: Argument) -> String {
        let texts = [argument.abstract, argument.discussion].compactMap(\.self)
        let isKnown = texts.contains { $0.contains("(default: ") }
        let standard = isKnown ? nil : argument.defaultValue.map { "(default: \($0))" }
        return (texts + [standard].compactMap(\.self)).joined(separator: " ")
    }

    /// Paragraphs are apart by an empty line; other line ends mean nothing.
    private static func paragraphs(_ text: String?) -> [String] {
        (text ?? "").split(separator: "\n\n").map { $0.split(separator: "\n").joined(separator: " ") }
    }

    /// A sentence as a name section has it: without a capital, and without its full stop.
    private static func lowered(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    // MARK: What is no definition's

    private static let description = [
        "weir finds a person's verified email or phone with the data vendors that you have accounts with. `weir.yaml` "
            + "says who is asked, in which order, and what that may cost. Before anyone is asked, the most that a request "
            + "can cost is held in a ledger; what was found is charged once, and the rest is freed.",
        "Data goes to standard output, what was done to standard error.",
        "Completions for bash, zsh and fish are printed by `weir --generate-completion-script bash`.",
    ]

    static let environment: [(name: String, meaning: String)] = [
        ("WEIR_CONFIG", "The configuration, where `--config` names none."),
        ("WEIR_USER", "The user who asks, where `--as` names none; else `USER`."),
        ("USER", "The login name, which is the user who asks where nothing else says it."),
        (
            "<ID>_API_KEY",
            "The key of a provider whose `api_key:` is absent, such as `HUNTER_API_KEY`. The configuration may name "
                + "other variables as `${NAME}`."
        ),
        ("XDG_CONFIG_HOME", "The folder of configurations, instead of `~/.config`."),
        ("XDG_DATA_HOME", "The folder of fetched lists, instead of `~/.local/share`."),
        ("HOME", "Where `~/.config` is."),
        ("NO_COLOR", "Any text turns colours off."),
        ("TERM", "`dumb` turns colours off."),
    ]

    private static let files: [(name: String, meaning: String)] = [
        ("weir.yaml", "The configuration, in this folder; `weir init` writes one."),
        ("~/.config/weir/weir.yaml", "The configuration of the user, where there is none in this folder."),
        (".env", "Lines of NAME=value beside the configuration; variables of the environment win."),
        (
            "weir.db",
            "The ledger and the contacts, an SQLite file beside the configuration, unless `store:` names another."
        ),
        ("weir.schema.json", "The JSON Schema of the configuration for editors, written by `weir init`."),
        (
            "cases/",
            "The test cases of a provider that the configuration declares, where its `cases:` names this folder."
        ),
    ]

    private static let examples: [(text: String, command: String)] = [
        (
            "Try it without an account:",
            "weir sandbox &\nweir init\nweir enrich --name \"Jane Doe\" --domain example.com --explain"
        ),
        ("Say what a request may cost, without asking anyone:", "weir plan --name \"Jane Doe\" --domain example.com"),
        ("Check a configuration in a pipeline:", "weir config check --deny-warnings && weir test"),
        ("Read this page:", "weir man | man -l -"),
    ]
}

/// What the argument parser says of the commands, as far as it is needed.
private struct Tool: Decodable { var command: Command }

private struct Command: Decodable {
    var commandName: String
    var shouldDisplay: Bool
    var abstract: String?
    var discussion: String?
    var defaultSubcommand: String?
    var subcommands: [Command]?
    var arguments: [Argument]?

    var everyArgument: [Argument] {
        (arguments ?? []) + (subcommands ?? []).flatMap(\.everyArgument)
    }
}

private struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
        enum Kind: String, Decodable { case long, short, longWithSingleDash }

        var kind: Kind
        var name: String

        var spelling: String { (kind == .long ? "--" : "-") + name }
    }

    var kind: Kind
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var preferredName: Name?
    var valueName: String?
    var defaultValue: String?
    var abstract: String?
    var discussion: String?
}
