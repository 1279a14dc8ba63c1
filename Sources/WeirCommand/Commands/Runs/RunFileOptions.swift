// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Runs
internal import Tables
internal import WaterfallEngine

/// Which file of prospects, how it is read, and what is asked for its rows.
struct RunFileOptions: ParsableArguments {
    @Argument(help: "The file; - for standard input.", completion: .file())
    var file: String

    @Option(help: "csv or jsonl (default: by the name of the file, else by its beginning).")
    var format: ExportFormat?

    @Option(
        help: "Which column says what: first_name=\"Given Name\",domain=3. A column that is not named is found.")
    var map: [String] = []

    @Option(help: "What the names of our columns begin with.")
    var prefix = RowColumn.defaultPrefix

    @Option(help: "What to get: email, mobile, or email,mobile.")
    var access = "email"

    @Flag(help: "Ask again what is had or remembered; vendors bill it.")
    var fresh = false

    @OptionGroup var actor: ActorOptions

    /// Opens the file. What came through a pipe is kept in a file without a name, since it is read more than once.
    ///
    /// - Returns: nil where nothing came through a pipe, which is no mistake of whoever holds its other end.
    func open() throws -> ProspectFile? {
        let format: TableFormat? =
            switch format {
            case .csv: .csv()
            case .jsonl: .jsonLines
            case nil: nil
            }
        let options = ProspectFileOptions(format: format, map: map, prefix: prefix)
        let piped = file == "-" ? try PipeSpool.path() : nil
        guard piped?.isEmpty != true else { return nil }
        let path = piped?.path ?? file
        do throws(ProspectFileError) {
            return try ProspectFile(opening: path, options)
        } catch {
            throw CommandFailure(error, file: file)
        }
    }

    func sheet(run: RunID, _ session: Session) throws -> RowSheet {
        RowSheet(
            run: run, team: session.team, user: try session.actor(actor.user), access: try ProspectOptions.data(access),
            isFresh: fresh)
    }

    /// Shows which column says what.
    func show(_ mapping: ColumnMapping, notes: [String], _ console: Console) {
        for entry in mapping.entries {
            let place = entry.number.map { "column \($0) " } ?? ""
            let certainty = entry.reason.certainty == "certain" ? "" : ", \(entry.reason.certainty)"
            console.say("\(entry.field.rawValue): \(place)`\(entry.name)` (\(entry.reason.phrase)\(certainty))")
        }
        if !mapping.unused.isEmpty {
            console.say("kept and not read: \(mapping.unused.map { "`\($0)`" }.joined(separator: ", "))")
        }
        for note in notes { console.say("note: \(note)") }
    }
}

extension CommandFailure {
    init(_ error: ProspectFileError, file: String) {
        self.init(
            .usage, "\(file == "-" ? "standard input" : file) can't be used", hint: "nobody was asked",
            details: error.problems.map { problem in
                (problem.line.map { "line \($0): " } ?? "") + problem.message
            })
    }

    init(_ error: RunError, file: String) {
        switch error {
        case .store(let error): self.init(error)
        case .file(let error): self.init(ProspectFileError(error), file: file)
        case .output(let message):
            self.init(
                .store, message, hint: "make room or choose another place, then --resume: nothing is asked again")
        case .notConfigured(let error): self.init(error)
        }
    }
}
