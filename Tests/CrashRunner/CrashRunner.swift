// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import CurlTransport
import Enrichment
import Foundation
import GRDB
import SQLStore
import Sandbox
import Verification
import WaterfallEngine
import WeirCommand
import WeirConfiguration

/// Enriches the people of `CrashPeople` over a sandbox, a bounded number at once, with a line for each.
///
/// It is made to be killed: started again with the same arguments, it settles what was left open and goes on with
/// those that have no settled request on record.
@main struct CrashRunner {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        // `weir csv` whose intents are late.
        if arguments.first == "csv" { exit(await Weir.run(Array(arguments), journal: { LateJournal($0) })) }
        guard let order = Order(arguments) else {
            complain("usage: CrashRunner csv ... | CrashRunner STORE PORT COUNT CONCURRENCY on-time|late")
            exit(2)
        }
        do {
            try await run(order)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    /// What the command line says.
    struct Order {
        var store: String
        var port: Int
        var count: Int
        var concurrency: Int
        /// True writes each intent with its settlement, after the call: what must be seen to fail.
        var isLate: Bool

        init?(_ arguments: ArraySlice<String>) {
            let words = Array(arguments)
            guard words.count == 5, let port = Int(words[1]), let count = Int(words[2]),
                let concurrency = Int(words[3]), ["on-time", "late"].contains(words[4])
            else { return nil }
            self.store = words[0]
            self.port = port
            self.count = count
            self.concurrency = concurrency
            isLate = words[4] == "late"
        }
    }

    private static func run(_ order: Order) async throws {
        let configuration = try configuration(port: order.port)
        let store = try SQLiteStore(path: order.store)
        defer { store.close() }
        let loop = CurlLoop(name: "crash")
        defer { loop.stop() }
        let named = Set(configuration.settings.chains.values.flatMap { $0.steps.map(\.provider) })
        let engine = Engine(
            settings: configuration.settings,
            providers: named.sorted().compactMap { configuration.catalog[$0]?.makeProvider() },
            lanes: [Lane(executor: loop, transport: loop, clock: loop)],
            journal: order.isLate ? LateJournal(store) : store)
        report("open")
        try await engine.running {
            report("recovered")
            let settled = try settledIndices(at: order.store)
            let waiting = (0..<order.count).filter { !settled.contains($0) }
            try await enrich(waiting, order.concurrency, engine, loop)
        }
        report("end")
    }

    private static func enrich(_ indices: [Int], _ concurrency: Int, _ engine: Engine, _ clock: CurlLoop) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = indices[...]
            func addNext() throws {
                guard let index = waiting.popFirst() else { return }
                let request = try CrashPeople.request(index, at: clock.now)
                group.addTask {
                    let result = try await engine.enrich(request)
                    report("done \(index) \(result.outcome.rawValue)")
                }
            }
            for _ in 0..<concurrency { try addNext() }
            while try await group.next() != nil { try addNext() }
        }
    }

    /// Reads which requests have ended, through a connection of its own.
    private static func settledIndices(at path: String) throws -> Set<Int> {
        let database = try DatabaseQueue(path: path)
        let ids = try database.read { try Data.fetchAll($0, sql: "SELECT uid FROM request WHERE outcome IS NOT NULL") }
        return Set(ids.compactMap { RequestID(bytes: $0).map(CrashPeople.index) })
    }

    /// What `weir init` writes, with limits that are out of the way.
    private static func configuration(port: Int) throws -> LoadedConfiguration {
        let entries = SandboxVendor.all.map { vendor in
            InitialConfiguration.Entry(
                ProviderID(rawValue: vendor.id), baseURL: vendor.baseURL(port: port), key: vendor.key)
        }.filter { !slow.contains($0.id) }
        let catalog = ProviderCatalog.builtIn.adding(.libphonenumber)
        let limited = entries.reduce(InitialConfiguration.yaml(entries: entries, catalog: catalog)) { text, entry in
            text.replacing("\n  \(entry.id):\n", with: "\n  \(entry.id):\n    rate: 50000/s\n    concurrency: 64\n")
        }
        let loaded = ConfigurationLoader.load(path: "weir.yaml", environment: [:], catalog: catalog) { path in
            path == "weir.yaml" ? Array(limited.utf8) : nil
        }
        guard !loaded.hasErrors else { throw CrashError(loaded.diagnostics.map(\.description).joined(separator: "\n")) }
        return loaded
    }

    /// Vendors that take a job and are polled take their documented time, which a short run has not.
    private static let slow: Set<ProviderID> = ["apollo", "dropcontact"]

    private static func report(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    private static func complain(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}

/// Why the runner can't start.
struct CrashError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
