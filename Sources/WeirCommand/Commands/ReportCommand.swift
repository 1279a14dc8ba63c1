// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Report
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir report`: one page that says how many were found, by whom, and for how much.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a page on what was found, by whom, how fast and for how much.",
        discussion: """
            The page is one HTML file that asks for nothing from elsewhere, and holds sums alone: no prospect is \
            named. The moment of a request decides whether it is in the period.

            Example: weir report -o report.html --since 30d
            """)

    @Option(
        name: [.customShort("o"), .customLong("output")], help: "The page's file; - is standard output.",
        completion: .file(extensions: ["html"]))
    var path: String?

    @OptionGroup var period: PeriodOptions

    @Option(help: "What this user asked for.")
    var user: String?

    @Option(help: "What came from there: cli, csv, api or mcp.", transform: OptionWord.read)
    var source: RequestOrigin?

    @Option(help: "What this run of a file asked for, by its id.")
    var run: String?

    @Option(help: "What was asked about the contacts of this list.")
    var list: String?

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let now = Timestamp.current
        let query = try query(at: now)
        guard path != nil || output.json else {
            throw CommandFailure(.usage, "where does the page go?", hint: "`-o report.html`, or `-o -`, or --json")
        }
        guard path == nil || !output.json else { throw CommandFailure(.usage, "give -o or --json, not both") }
        let session = try Session.load(config, output)
        let figures = try await session.withStore { store throws(JournalError) in
            try await store.figures(of: session.team, query)
        }
        let page = ReportPage(figures, context(of: figures, query, session, at: now))
        if output.json { return session.console.write(page.json.line) }
        try write(page, on: session.console)
        guard path != "-" else { return }
        session.console.say("wrote \(path ?? ""): \(figures.requests) requests, \(figures.total.calls) calls")
    }

    private func query(at now: Timestamp) throws -> ReportQuery {
        let period = try period.period(at: now)
        let id = run.flatMap { RunID($0) }
        if let run, id == nil {
            throw CommandFailure(.usage, "'\(run)' is no id of a run", hint: "an id has 36 letters, digits and dashes")
        }
        return ReportQuery(
            since: period.since, until: period.until, user: user, origin: source, run: id, list: list)
    }

    private func context(
        of figures: ReportFigures, _ query: ReportQuery, _ session: Session, at now: Timestamp
    ) -> ReportContext {
        let names = figures.providers.compactMap { line in
            session.configuration.catalog[line.provider].map { (line.provider, $0.descriptor.name) }
        }
        return ReportContext(
            team: session.team, query: query, madeAt: now, program: "weir \(Weir.version)",
            store: session.storePath.split(separator: "/").last.map(String.init) ?? "",
            names: Dictionary(names, uniquingKeysWith: { first, _ in first }))
    }

    private func write(_ page: ReportPage, on console: Console) throws {
        let file = try LineFile(path: path, console: console)
        do throws(JournalError) {
            try file.write(page.html)
            try file.finish()
        } catch {
            file.abandon()
            throw CommandFailure(.usage, "\(path ?? "") can't be written", hint: "is there room on the disk?")
        }
    }
}
