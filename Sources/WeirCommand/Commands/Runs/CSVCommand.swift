// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Runs
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir csv`: a file of prospects through the waterfall.
struct CSVCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv", abstract: "Find the emails or phones of everybody in a file.",
        discussion: """
            The columns of the file stay as they are, and what was found stands behind them. Rows that can't be used \
            are set aside in a file of their own. A run that was ended, by whatever, goes on with --resume, and comes \
            to the same. Example: weir csv people.csv -o found.csv --access email,mobile
            """)

    @OptionGroup(title: "File") var input: RunFileOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Where the rows go with what was found; - for standard output, in their order as they are ready.",
        completion: .file())
    var destination: String

    @Option(
        help: "Where rows go that are set aside (default: beside the output; with -o - they stay among the others).",
        completion: .file())
    var rejects: String?

    @Flag(help: "A quote before what a spreadsheet would run as a formula, in our columns.")
    var guardFormulas = false

    @Flag(help: "Go on with the unfinished run over this file.")
    var resume = false

    @Flag(help: "Begin a new run though there is an unfinished one; that one is given up.")
    var again = false

    @Flag(
        name: .customLong("allow-changes"),
        help: "With --resume: go on though chains, prices or `accept:` have changed since.")
    var allowChanges = false

    @Option(help: "Rows to ask for at most; --resume goes on with the rest.")
    var limit: Int?

    @Option(help: "Ask for so many rows, chosen at random.")
    var sample: Int64?

    @Option(help: "The number from which --sample chooses: the same one chooses the same rows.")
    var seed: UInt64?

    @Option(help: "Rows in flight at most (default: what the providers' limits can use).")
    var concurrency: Int?

    @Option(name: .customLong("max-credits"), help: "The most credits that the run may cost.")
    var maxCredits: String?

    @Option(name: .customLong("max-cost"), help: "The most that vendors may bill for the run, such as \"12.50 USD\".")
    var maxCost: String?

    @Option(help: "How long to wait for another weir process that has the store open, such as 10m (default: 0s).")
    var wait: String?

    @Flag(name: .customLong("dry-run"), help: "Say what it may cost; ask nobody. As `weir estimate`.")
    var dryRun = false

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1") }
        if let sample, sample < 1 { throw ValidationError("--sample takes a number from 1") }
        if let concurrency, !(1...65_536).contains(concurrency) {
            throw ValidationError("--concurrency takes a number from 1 to 65536")
        }
        if resume, again { throw ValidationError("--resume goes on, --again begins anew: give one of them") }
        if output.json, destination == "-", !dryRun {
            throw ValidationError("with -o - the rows go to standard output: name a file, or leave out --json")
        }
    }

    func run() async throws {
        let session = try Session.load(config, output)
        guard let file = try input.open() else { return session.console.say("nothing came in") }
        if dryRun { return try await EstimateCommand.show(file, input, session, output) }
        if destination != "-" { try RunTarget.check(destination, isNot: input.file) }
        input.show(file.mapping, notes: file.notes, session.console)
        var settings = session.settings
        settings.caps = try caps(settings.caps)
        let work = FileWork(command: self, session: session, file: file, settings: settings)
        let store = try await session.openStore(waitingFor: try patience())
        defer { store.close() }
        try await work.run(store)
    }

    /// The configured caps with the run's own.
    private func caps(_ configured: Caps) throws -> Caps {
        var caps = configured
        if let credits = try ProspectOptions.credits(maxCredits) {
            caps.runCredits = min(credits, caps.runCredits ?? credits)
        }
        guard let maxCost else { return caps }
        let parts = maxCost.split(separator: " ")
        guard parts.count == 2, let cost = Amount(decimal: parts[0], unit: String(parts[1])) else {
            throw CommandFailure(.usage, "--max-cost takes an amount and its unit, such as \"12.50 USD\"")
        }
        if let known = caps.runCost, known.unit != cost.unit {
            throw CommandFailure(
                .usage, "--max-cost is in \(cost.unit), and `caps: run: cost:` is in \(known.unit)",
                hint: "give it in \(known.unit)")
        }
        caps.runCost = caps.runCost.map { $0.micros < cost.micros ? $0 : cost } ?? cost
        return caps
    }

    private func patience() throws -> Duration {
        guard let wait else { return .zero }
        guard let duration = DurationText.parse(wait) else {
            throw CommandFailure(.usage, "--wait takes a duration such as 30s or 10m")
        }
        return duration
    }
}
