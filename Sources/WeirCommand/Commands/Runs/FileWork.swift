// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import Runs
internal import SQLStore
internal import Tables
internal import WaterfallEngine

/// One run over a file, from what is on record of it to what is written.
struct FileWork {
    /// Rows from which on every core has a loop of its own.
    private static let manyRows: Int64 = 20_000
    /// What a row in flight may take, at most, of memory: so many are in flight at most unless the user says more.
    private static let standardBound = 1_024

    let command: CSVCommand
    let session: Session
    let file: ProspectFile
    let settings: EngineSettings

    private var console: Console { session.console }
    private var path: String { command.input.file }

    func run(_ store: SQLiteStore) async throws {
        do {
            var run = try await choose(store)
            let epoch = try await store.takeUp(run.id)
            let sheet = try command.input.sheet(run: run.id, session)
            // Counting what is new on record takes its time: a run that goes on has decided, and needs none of it.
            let history = run.state == .reading ? try await session.orderHistory(in: store) : nil
            let orders = try await orders(of: &run, history, store)
            if let history { try await readFirst(&run, sheet, store, epoch, history, orders) }
            let (end, streamed) = try await ask(run, sheet, store, epoch, orders)
            if case .store(let error) = end.failure { throw error }
            let written = if let streamed { streamed } else { try await write(run, store) }
            if !end.leavesRows {
                run.state = .ended
                run.endedAt = .current
                try await store.update(run)
            }
            try await report(run, end, written, store)
            try await session.tidy(store)
            try stop(on: end)
        } catch let error as JournalError {
            throw CommandFailure(ofRun: error)
        } catch RunError.store(let error) {
            throw CommandFailure(ofRun: error)
        } catch EngineError.store(let error) {
            throw CommandFailure(ofRun: error)
        } catch let error as RunError {
            throw CommandFailure(error, file: path)
        } catch let error as EngineError {
            throw CommandFailure(error)
        }
    }

    // MARK: Which run

    private func choose(_ store: SQLiteStore) async throws -> FileRun {
        let identity: FileIdentity?
        do throws(TableError) { identity = try file.identity() } catch { throw RunError.file(error) }
        guard let digest = identity.flatMap({ FileDigest(hexadecimal: $0.sha256) }) else {
            throw CommandFailure(.usage, "\(path) can't be read more than once", hint: "give a file")
        }
        let place = path == "-" ? "-" : URL(fileURLWithPath: path).standardizedFileURL.path
        let terms = RunTerms.terms(
            settings, access: try ProspectOptions.data(command.input.access), isFresh: command.input.fresh,
            mapping: file.mapping)
        let wish = RunWish(
            resumes: command.resume, beginsAgain: command.again, allowsChanges: command.allowChanges)
        let atPath = place == "-" ? [] : try await store.runs(at: place, team: session.team)
        let choice = RunChoice(
            wish, over: try await store.runs(over: digest, team: session.team), atPath: atPath, terms: terms)
        switch choice {
        case .refused(let refusal): throw CommandFailure(refusal, file: path)
        case .goOn(let run):
            try await store.update(run)
            console.say("going on with run \(run.id), begun on \(run.begunAt.date)")
            return run
        case .begin(let ordinal, let givesUp):
            if var old = givesUp {
                old.state = .givenUp
                old.endedAt = .current
                try await store.update(old)
            }
            let run = FileRun(
                id: RunID(over: digest, team: session.team, ordinal: ordinal), team: session.team,
                user: try session.actor(command.input.actor.user), file: digest, ordinal: ordinal, path: place,
                terms: terms, begunAt: .current)
            try await store.begin(run)
            return run
        }
    }

    /// In which order chains with `order: auto` are asked: decided when the run is begun, and kept to its end.
    private func orders(
        of run: inout FileRun, _ known: OrderHistory?, _ store: SQLiteStore
    ) async throws -> [Capability: DecidedOrder] {
        if let kept = RunTerms.keptOrders(in: run.terms) { return kept }
        let history = if let known { known } else { try await session.neededOrderHistory(in: store) }
        let decided = session.offlineEngine(journal: store, history: history).decidedOrders
        for (capability, order) in decided.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            console.say("\(capability.rawValue): \(order.phrase)")
        }
        RunTerms.keep(decided, in: &run.terms)
        if !decided.isEmpty { try await store.update(run) }
        return decided
    }

    private func readFirst(
        _ run: inout FileRun, _ sheet: RowSheet, _ store: SQLiteStore, _ epoch: Int64, _ history: OrderHistory,
        _ orders: [Capability: DecidedOrder]
    ) async throws {
        try await store.forgetRows(of: run.id)
        let engine = session.offlineEngine(journal: store, history: history, orders: orders)
        var pass = FirstPass(engine, try SQLitePersonIndex(), sheet, contacts: store)
        let id = run.id
        try await pass.read(file) { (rows) throws(JournalError) in
            try await store.note(rows, of: id, epoch: epoch)
        }
        run.rows = pass.rows
        run.rejected = pass.rejected
        run.duplicates = pass.duplicates
        run.estimate = pass.estimate.map { RunForecast($0).text }
        run.state = .open
        try await store.update(run)
        console.say(
            "\(run.rows) rows: \(run.rejected) set aside, \(run.duplicates) named before"
                + (run.forecast.map { "; expected: \($0.credits.phrase), \($0.cost.phrase)" } ?? ""))
    }

    // MARK: Asking

    private func ask(
        _ run: FileRun, _ sheet: RowSheet, _ store: SQLiteStore, _ epoch: Int64,
        _ orders: [Capability: DecidedOrder]
    ) async throws -> (RunDriver.End, WrittenRun?) {
        guard run.state != .ended else { return (RunDriver.End(leavesRows: false), nil) }
        let cores = run.rows >= Self.manyRows ? min(4, ProcessInfo.processInfo.activeProcessorCount) : 1
        let (ends, ended) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let monitor = RunMonitor(LoudObserver(console: console)) { ended.yield() }
        return try await Session.withLanes(count: cores) { lanes in
            let engine = session.engine(
                lanes: lanes, journal: Surroundings.current.journal(store), observer: monitor, orders: orders,
                settings: settings)
            let useful = min(Self.standardBound, max(16, engine.usefulConcurrency(for: sheet.access)))
            let control = RunControl()
            let driver = RunDriver(
                engine, store, clock: lanes[0].clock, monitor: monitor, control: control, sheet: sheet, epoch: epoch,
                settings: RunDriver.Settings(
                    bound: command.concurrency ?? useful, limit: command.limit, sample: sample(run),
                    costCap: settings.caps.runCost, isOneByOne: engine.readsMailboxes))
            let ticker = RunTicker(run: run, monitor: monitor, console: console.withProgressOnErrors())
            return try await Interruption.running(engine, control, on: console) {
                try await engine.running {
                    guard command.destination == "-" else {
                        return (await ticker.ticking { await driver.run(file) }, nil)
                    }
                    async let written = write(run, store, as: ends)
                    let end = await ticker.ticking { await driver.run(file) }
                    ended.finish()
                    return (end, try await written)
                }
            }
        }
    }

    private func sample(_ run: FileRun) -> RowSample? {
        guard let wanted = command.sample else { return nil }
        let seed = command.seed ?? .random(in: 0...9_999_999)
        console.say("a sample of \(wanted) rows: --seed \(seed) chooses the same ones")
        return RowSample(wanted, of: run.rows - run.rejected - run.duplicates, seed: seed)
    }

    // MARK: Writing

    /// Writes the rows in their order.
    ///
    /// - Parameter ends: comes when a row has ended, while the run is under way: rows that are ready are written then.
    private func write(
        _ run: FileRun, _ store: SQLiteStore, as ends: AsyncStream<Void>? = nil
    ) async throws -> WrittenRun {
        let target = try RunTarget(
            output: command.destination, rejects: command.rejects, isJSON: file.layout.isJSON, console)
        let (prefix, guards) = (command.input.prefix, command.guardFormulas)
        do throws(RunError) {
            var output = try RunOutput(
                file, store, run.id, RowWriter(file.layout, prefix: prefix, guardsFormulas: guards),
                RejectWriter(file.layout, prefix: prefix, guardsFormulas: guards),
                write: target.write, writeRejected: target.rejectSink)
            if let ends {
                for await _ in ends {
                    try await output.advance(isLast: false)
                    try target.flush()
                }
            }
            try await output.advance(isLast: true)
            try target.finish()
            return WrittenRun(summary: output.summary, output: target.outputPath, rejects: target.rejectsPath)
        } catch {
            target.abandon()
            throw error
        }
    }

    // MARK: The end

    private func report(
        _ run: FileRun, _ end: RunDriver.End, _ written: WrittenRun, _ store: SQLiteStore
    ) async throws {
        let suspected = try await store.suspectedSpend(of: run.id)
        let told = RunReportText(run: run, end: end, written: written, suspected: suspected)
        if command.output.json { return console.write(told.json.line) }
        for line in told.lines { console.say(line) }
    }

    private func stop(on end: RunDriver.End) throws {
        if let failure = end.failure { throw failure }
        let hint = "`--resume` goes on with the rest"
        switch end.stop {
        case nil, .limit: return
        case .interrupted: throw CommandFailure(.interrupted, "interrupted", isSilent: true)
        case .refused(let refusal):
            throw CommandFailure(.refused, refusal.phrase, hint: hint, isSilent: command.output.json)
        case .nobodyAnswers:
            throw CommandFailure(
                .providersFailed, "no provider answers: \(RunPilot.patience) rows on end got nothing from anybody",
                hint: "`weir providers check` says why; then \(hint)", isSilent: command.output.json)
        }
    }
}

/// What was written of a run.
struct WrittenRun {
    var summary: RunSummary
    /// Nil for standard output.
    var output: String?
    /// Nil where no row was set aside, or they stay among the others.
    var rejects: String?
}

extension CommandFailure {
    /// A full disk pauses a run (`reliability.md`, C: F5).
    fileprivate init(ofRun error: JournalError) {
        guard error.kind == .noSpace else {
            self.init(error)
            return
        }
        self.init(
            .store, "the disk is full: the run is paused, and nothing more was sent",
            hint: "make room, then --resume goes on")
        word = "paused_no_space"
    }

    init(_ refusal: RunChoice.Refusal, file: String) {
        switch refusal {
        case .unfinished(let run):
            self.init(
                .usage, "a run over \(file) is unfinished, begun on \(run.begunAt.date)",
                hint: "--resume goes on with it; --again begins a new one, and gives that one up")
        case .nothingToResume:
            self.init(
                .usage, "there is no run over \(file) to go on with", hint: "leave out --resume to begin one")
        case .fileChanged(let run):
            self.init(
                .usage, "\(file) has changed since its run was begun on \(run.begunAt.date); nobody was asked",
                hint: "put the file back as it was to go on, or leave out --resume to begin a run over what it is now")
        case .otherTerms(let run, let names):
            let ofConfiguration = names.allSatisfy { RunChoice.configurationTerms.contains($0) }
            self.init(
                .usage,
                "the run of \(run.begunAt.date) was begun under other terms: \(names.joined(separator: ", ")); "
                    + "nobody was asked",
                hint: ofConfiguration
                    ? "put them back, or go on all the same with --allow-changes"
                    : "give the same options as then, or begin anew with --again",
                details: names.map { "\($0) was: \(run.terms[$0] ?? "-")" })
        }
    }
}
