// SPDX-License-Identifier: Apache-2.0

import BenchVendors
import CurlTransport
import Enrichment
import SQLStore
import WaterfallEngine

/// The engine on the same calls: extraction, limits, breakers, cancellation and events, with the durable ledger where a
/// database is given.
struct EngineBench {
    private let options: Options
    private let tally: Tally

    init(_ options: Options) {
        self.options = options
        tally = Tally(prospects: options.prospects)
    }

    func run() async throws -> Report {
        let loops = (0..<options.lanes).map { CurlLoop(name: "bench-\($0)") }
        defer { for loop in loops { loop.stop() } }
        guard let path = options.database else {
            let start = ProcessUsage.now
            try await run(on: loops, UnrecordedJournal())
            return tally.report(ProcessUsage.since(start))
        }
        let store = try SQLiteStore(path: path)
        let start = ProcessUsage.now
        try await run(on: loops, store)
        let usage = ProcessUsage.since(start)
        store.close()
        return tally.report(usage)
    }

    private func run(on loops: [CurlLoop], _ journal: any RequestJournal) async throws {
        let lanes = loops.map { Lane(executor: $0, transport: $0, clock: $0) }
        let engine = Engine(
            settings: settings, providers: BenchVendor.all, lanes: lanes, journal: journal, observer: tally)
        try await engine.running {
            await withDiscardingTaskGroup { group in
                for number in 0..<options.inFlight {
                    let loop = loops[number % loops.count]
                    group.addTask(executorPreference: loop) { await enrich(by: engine, on: loop) }
                }
            }
        }
    }

    private func enrich(by engine: Engine, on clock: CurlLoop) async {
        var random = SystemRandomNumberGenerator()
        while let number = tally.takeNext() {
            guard let prospect = prospect(number) else {
                tally.countProspect(calls: 0, isFound: false, errors: 1)
                continue
            }
            let now = clock.now
            let request = DataRequest(
                id: RequestID(at: now, using: &random), prospect: prospect, origin: .csv, createdAt: now)
            do {
                let result = try await engine.enrich(request)
                tally.count(result)
            } catch {
                tally.countProspect(calls: 0, isFound: false, errors: 1)
            }
        }
    }

    private func prospect(_ number: Int) -> Prospect? {
        let domain = "example\(number).com"
        if options.parsesInput {
            return try? ProspectInput(firstName: "Jane", lastName: "Doe", domain: domain).normalised()
        }
        return Prospect(
            firstName: "Jane", lastName: "Doe", domain: domain, keys: ProspectKeys(nameAtDomain: "jane doe|\(domain)"))
    }

    /// Limits that are looked at on every call and never reached; credits that are limited and never run out.
    private var settings: EngineSettings {
        let ids = BenchVendor.all.map(\.descriptor.id)
        let provider = ProviderSettings(
            baseURL: options.origin, allowsPrivateAddresses: true, limits: [RateLimit(60_000, per: .seconds(1))],
            concurrency: options.inFlight, timeout: .seconds(30))
        return EngineSettings(
            chains: [.email: Chain(ids.map { ChainStep($0) }), .officePhone: Chain([])],
            accept: AcceptPolicy(trusted: Set(ids)), plan: CreditPlan(grant: Credits(10_000_000)),
            providers: Dictionary(uniqueKeysWithValues: ids.map { ($0, provider) }))
    }
}

extension Tally {
    fileprivate func count(_ result: EnrichmentResult) {
        var (calls, errors) = (0, 0)
        for attempt in result.attempts {
            calls += attempt.tries
            if case .failed = attempt.outcome { errors += 1 }
        }
        countProspect(calls: calls, isFound: result.outcome == .found, errors: errors)
    }
}
