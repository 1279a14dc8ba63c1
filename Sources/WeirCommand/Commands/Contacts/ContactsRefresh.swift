// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension ContactsCommand {
    struct Refresh: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask providers anew for data that are old. Vendors bill it; what is had costs no credits.",
            discussion: "Example: weir contacts refresh --older-than 90d --access email --limit 500")

        /// Requests that run at once.
        private static let atOnce = 8

        @OptionGroup(title: "Filter") var filter: ContactFilterOptions

        @Option(help: "What to get: email, mobile, or email,mobile.")
        var access = "email"

        @Option(help: "How many contacts at most.")
        var limit = 1_000

        @Option(name: .customLong("max-credits"), help: "The most credits that one contact may cost.")
        var maxCredits: String?

        @Flag(name: .customLong("dry-run"), help: "Say who would be asked about; ask nobody.")
        var dryRun = false

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        /// What a refresh came to.
        struct Summary {
            var outcomes: [RequestOutcome: Int] = [:]
            var captured = Credits.zero
            var cost: [String: Amount] = [:]
            var skipped = 0
            var asked: Int { outcomes.values.reduce(0, +) }
        }

        func run() async throws {
            guard filter.olderThan != nil else {
                throw CommandFailure(.usage, "--older-than is missing", hint: "weir contacts refresh --older-than 90d")
            }
            guard (1...1_000_000).contains(limit) else {
                throw CommandFailure(.usage, "--limit takes a number from 1 to 1000000")
            }
            let data = try ProspectOptions.data(access)
            let credits = try ProspectOptions.credits(maxCredits)
            let session = try Session.load(config, output)
            let store = try session.openStore()
            defer { store.close() }
            let (requests, skipped) = try await requests(for: data, credits, session, store)
            var summary = Summary()
            summary.skipped = skipped
            if dryRun {
                show(summary, wouldAsk: requests.count, session.console)
                return
            }
            let wasInterrupted = try await run(requests, session, store, &summary)
            show(summary, wouldAsk: nil, session.console)
            if wasInterrupted { throw CommandFailure(.interrupted, "interrupted", isSilent: true) }
            if summary.asked > 0, summary.outcomes[.failed] == summary.asked {
                throw CommandFailure(.providersFailed, "every provider failed", isSilent: true)
            }
            if summary.asked > 0, summary.outcomes[.refused] == summary.asked {
                throw CommandFailure(.refused, "refused", isSilent: true)
            }
        }

        /// Who is asked about, oldest data or not: those whose every datum that is asked for is older, a miss too.
        private func requests(
            for data: Set<Datum>, _ credits: Credits?, _ session: Session, _ store: SQLiteStore
        ) async throws -> (requests: [DataRequest], skipped: Int) {
            let moment = Timestamp.current
            var wanted = try filter.filter(at: moment)
            // The age is that of the data asked for, which the filter does not tell apart.
            guard let before = wanted.foundBefore else { return ([], 0) }
            wanted.foundBefore = nil
            let (filter, team, user) = (wanted, session.team, try session.actor(actor.user))
            var requests: [DataRequest] = []
            var skipped = 0
            do throws(JournalError) {
                var pages = session.contacts(in: store, where: filter)
                while let cards = try await pages.next() {
                    for card in cards where requests.count < limit {
                        var old: Set<Datum> = []
                        for datum in data {
                            let asked = try await store.lastAsked(
                                datum, of: card.contact.id, team: team)
                            if let asked, asked < before { old.insert(datum) }
                        }
                        guard !old.isEmpty else { continue }
                        guard let prospect = card.prospect, prospect.keys.identifies else {
                            skipped += 1
                            continue
                        }
                        var random = SystemRandomNumberGenerator()
                        requests.append(
                            DataRequest(
                                id: RequestID(at: moment, using: &random), prospect: prospect, access: old, team: team,
                                user: user, origin: .cli, isFresh: true, maximumCredits: credits, createdAt: moment))
                    }
                }
            } catch {
                throw CommandFailure(error)
            }
            return (requests, skipped)
        }

        private func run(
            _ requests: [DataRequest], _ session: Session, _ store: SQLiteStore, _ summary: inout Summary
        ) async throws -> Bool {
            guard !requests.isEmpty else { return false }
            let observer: any RunObserver = output.quiet ? SilentObserver() : LoudObserver(console: session.console)
            let history = try await session.neededOrderHistory(in: store)
            let (results, wasInterrupted) = try await Session.withLanes { lanes in
                let engine = session.engine(lanes: lanes, journal: store, observer: observer, history: history)
                do {
                    let ended = try await Interruption.running(engine, on: session.console) {
                        try await engine.running { try await Self.ask(requests, engine, session.console) }
                    }
                    return (ended.value, ended.wasInterrupted)
                } catch let error as EngineError {
                    throw CommandFailure(error)
                }
            }
            for result in results {
                summary.outcomes[result.outcome, default: 0] += 1
                summary.captured = summary.captured + result.captured
                for cost in result.cost {
                    let sum = (summary.cost[cost.unit]?.micros ?? 0) + cost.micros
                    summary.cost[cost.unit] = Amount(micros: sum, unit: cost.unit)
                }
            }
            return wasInterrupted
        }

        /// Asks for several at once; a refusal of one is no reason to stop the others.
        private static func ask(
            _ requests: [DataRequest], _ engine: Engine, _ console: Console
        ) async throws -> [EnrichmentResult] {
            try await withThrowingTaskGroup(of: EnrichmentResult.self) { group in
                var results: [EnrichmentResult] = []
                for (index, request) in requests.enumerated() {
                    if Task.isCancelled { break }
                    if index >= atOnce, let result = try await group.next() { results.append(result) }
                    console.progress("\(results.count) of \(requests.count)")
                    group.addTask { try await engine.enrich(request) }
                }
                for try await result in group { results.append(result) }
                console.progress("")
                return results
            }
        }

        private func show(_ summary: Summary, wouldAsk: Int?, _ console: Console) {
            let cost = summary.cost.values.sorted { $0.unit < $1.unit }
            if output.json {
                let outcomes = summary.outcomes.sorted { $0.key.rawValue < $1.key.rawValue }
                return console.write(
                    JSONValue.object([
                        .init("would_ask", wouldAsk.map { .integer(Int64($0)) } ?? .null),
                        .init("asked", .integer(Int64(summary.asked))),
                        .init("outcomes", .object(outcomes.map { .init($0.key.rawValue, .integer(Int64($0.value))) })),
                        .init("skipped", .integer(Int64(summary.skipped))),
                        .init("credits", .string(summary.captured.decimal)),
                        .init("cost", .array(cost.map(\.json))),
                    ]).line)
            }
            let skipped = summary.skipped > 0 ? ", \(summary.skipped) that nothing identifies left out" : ""
            if let wouldAsk { return console.write("\(wouldAsk) would be asked about\(skipped)") }
            let outcomes = RequestOutcome.allCases.compactMap { outcome in
                summary.outcomes[outcome].map { "\($0) \(outcome.rawValue)" }
            }
            let text = outcomes.isEmpty ? "nobody is old enough" : outcomes.joined(separator: ", ")
            let vendors = cost.map(\.description).joined(separator: " + ")
            console.write(text + skipped)
            console.write("charged \(summary.captured.phrase), vendors bill \(vendors.isEmpty ? "nothing" : vendors)")
        }
    }
}

extension ContactCard {
    /// The person to ask about again; nil where nothing names one. A known address goes along only where nothing else
    /// identifies: it is what is asked for.
    var prospect: Prospect? {
        let hasParts = contact.firstName != nil || contact.lastName != nil
        var input = ProspectInput(
            name: hasParts ? nil : contact.fullName, firstName: contact.firstName, lastName: contact.lastName,
            companyName: account?.name, domain: account?.domain, linkedInURL: contact.linkedInURL,
            title: contact.title)
        if let prospect = try? input.normalised(), prospect.keys.identifies { return prospect }
        input.email = contact.emails.first { [.verified, .userManaged].contains($0.status) }?.address
        return try? input.normalised()
    }
}
