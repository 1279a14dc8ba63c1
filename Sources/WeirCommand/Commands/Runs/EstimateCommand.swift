// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Runs
internal import SQLStore
internal import WaterfallEngine

/// `weir estimate`: what a file may cost, before anybody is asked.
struct EstimateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "Say what the rows of a file may cost; ask nobody.",
        discussion: """
            Reads the whole file: rows that would be set aside, people who are named twice, people who are known \
            already. What is expected is a mean over the rows by what each provider finds of a hundred; the worst case \
            asks every provider for every row. Example: weir estimate people.csv --access email,mobile
            """)

    @OptionGroup(title: "File") var input: RunFileOptions
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        guard let file = try input.open() else { return session.console.say("nothing came in") }
        try await Self.show(file, input, session, output)
    }

    static func show(
        _ file: ProspectFile, _ input: RunFileOptions, _ session: Session, _ output: OutputOptions
    ) async throws {
        input.show(file.mapping, notes: file.notes, session.console)
        let store = try session.openStore()
        defer { store.close() }
        let engine = session.offlineEngine(journal: store, history: try await session.orderHistory(in: store))
        // Ids are made and nothing is put on record: any will do.
        let sheet = try input.sheet(run: RunID(high: 0, low: 0), session)
        var pass: FirstPass
        do throws(JournalError) {
            pass = FirstPass(engine, try SQLitePersonIndex(), sheet, contacts: store)
        } catch {
            throw CommandFailure(error)
        }
        do throws(RunError) {
            try await pass.read(file) { _ throws(JournalError) in }
        } catch {
            throw CommandFailure(error, file: input.file)
        }
        guard let estimate = pass.estimate else { return }
        let told = EstimateText(
            pass: pass, estimate: estimate, duration: estimate.duration(engine),
            answers: engine.answersOnRecord(for: sheet.access))
        if output.json { return session.console.write(told.json.line) }
        for line in told.lines { session.console.write(line) }
    }
}

/// An estimate in words and in JSON.
struct EstimateText {
    let pass: FirstPass
    let estimate: RunEstimate
    let duration: (time: Duration, overQuota: [ProviderID])
    /// Answers on record by which it is expected.
    let answers: Int

    var lines: [String] {
        var lines = [
            "\(pass.rows) rows: \(pass.rejected) set aside, \(pass.duplicates) named before, "
                + "\(estimate.known) known, \(estimate.netNew) net-new",
            "credits: \(estimate.expectedCredits) expected, \(estimate.worstCredits) at most",
            "vendors: \(estimate.expectedCost.phrase) expected, \(estimate.worstCost.phrase) at most",
            "duration: about \(Self.text(duration.time)) by the providers' limits",
            answers == 0
                ? "by the hit rates that providers have on average: no answer is on record yet"
                : "by hit rates of \(answers) answers on record",
        ]
        for provider in duration.overQuota {
            lines.append("note: \(provider) has a quota that these rows use up; the others are asked without it then")
        }
        return lines
    }

    var json: JSONValue {
        let counts: [JSONValue.Member] = [
            .init("rows", .integer(pass.rows)), .init("rejected", .integer(pass.rejected)),
            .init("duplicates", .integer(pass.duplicates)),
        ]
        let limits: [JSONValue.Member] = [
            .init("answers_on_record", .integer(Int64(answers))),
            .init("duration_s", .integer(duration.time.components.seconds)),
            .init("over_quota", .array(duration.overQuota.map { .string($0.rawValue) })),
        ]
        return .object(counts + RunForecast(estimate).members + limits)
    }

    /// `45 s`, `12 min`, `3 h 20 min`.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds < 90 { return "\(max(1, seconds)) s" }
        let minutes = (seconds + 30) / 60
        return minutes < 90 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}

extension RunForecast {
    /// What it has in JSON, wherever it is told.
    var members: [JSONValue.Member] {
        [
            .init("known", .integer(known)), .init("net_new", .integer(netNew)),
            .init("credits", .string(credits.decimal)), .init("worst_credits", .string(worstCredits.decimal)),
            .init("cost", .array(cost.map(\.json))), .init("worst_cost", .array(worstCost.map(\.json))),
        ]
    }
}

extension FileRun {
    /// What it was expected to come to; nil where that is not on record.
    var forecast: RunForecast? { estimate.flatMap { RunForecast($0) } }
}

extension [Amount] {
    /// `1.2 USD + 3 hunter_credits`, or `nothing`.
    var phrase: String { isEmpty ? "nothing" : map(\.description).joined(separator: " + ") }
}
