// SPDX-License-Identifier: Apache-2.0

internal import CurlTransport
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import Verification
internal import WaterfallEngine
internal import WeirConfiguration

/// The composition root: a configuration, and what is made of it. The one place that knows every target.
struct Session {
    var configuration: LoadedConfiguration
    let console: Console
    /// How mail hosts are asked, where it is to be shown.
    var examinations: MailExaminations?
    /// The lists of mail domains, where they were read already.
    var lists: MailLists?

    /// Reads the configuration, says what is odd about it, and stops where it is wrong.
    static func load(_ options: ConfigurationOptions, _ output: OutputOptions) throws -> Session {
        let console = output.console
        let loaded = try ConfigurationFile.find(options).load()
        for diagnostic in loaded.diagnostics where !output.quiet {
            console.complain(diagnostic.description)
        }
        guard !loaded.hasErrors else {
            throw CommandFailure(
                .configuration, "the configuration has errors", hint: "`weir config check` shows them",
                isSilent: !output.json)
        }
        return Session(configuration: loaded, console: console)
    }

    var settings: EngineSettings { configuration.settings }

    /// The store's file: beside the configuration, unless its path is absolute.
    var storePath: String {
        configuration.store.hasPrefix("/") ? configuration.store : "\(configuration.folder)/\(configuration.store)"
    }

    func openStore() throws -> SQLiteStore {
        do throws(JournalError) {
            return try SQLiteStore(path: storePath)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// How often it is looked whether a store is free.
    private static let lockPause = Duration.milliseconds(100)

    /// Opens the store, and waits where another process has it open: one takes its turn after the other.
    func openStore(waitingFor patience: Duration) async throws -> SQLiteStore {
        let clock = SystemClock()
        let end = clock.uptime + patience
        while true {
            do throws(JournalError) {
                return try SQLiteStore(path: storePath)
            } catch {
                guard error.kind == .locked, clock.uptime < end else { throw CommandFailure(error) }
            }
            await clock.sleep(for: Self.lockPause)
        }
    }

    /// Opens the store for one piece of work.
    func withStore<T>(_ body: (SQLiteStore) async throws(JournalError) -> T) async throws -> T {
        let store = try openStore()
        defer { store.close() }
        do throws(JournalError) {
            return try await body(store)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Drops raw replies that are older than they may be: little to do, after work that a user waited for.
    func tidy(_ store: SQLiteStore) async throws {
        let life = settings.memory.payloadLife.microseconds
        do throws(JournalError) {
            try await store.dropPayloads(before: Timestamp(microseconds: Timestamp.current.microseconds - life))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What must not be written of a prospect, and of the keys.
    func redaction(for prospect: Prospect) -> Redaction {
        let stands: [(String?, String)] = [
            (prospect.fullName, "Jane Doe"), (prospect.firstName, "Jane"), (prospect.lastName, "Doe"),
            (prospect.domain, "example.com"),
            (prospect.domain?.split(separator: ".").first.map(String.init), "example"),
            (prospect.companyName, "Example"), (prospect.email, "jane.doe@example.com"),
            (prospect.linkedInURL.flatMap { $0.split(separator: "/").last.map(String.init) }, "jane-doe"),
            (prospect.title, "Head of Examples"),
            // What vendors make of it: the company by its domain, and the name in another order or spelling.
            (prospect.domain.flatMap { $0.split(separator: ".").first.map(String.init) }, "example"),
        ]
        let keys = settings.providers.values.flatMap(\.keys).map { ($0.exposed, "REDACTED") }
        let names = (prospect.fullName ?? "").split { !$0.isLetter }.filter { $0.count > 2 }
        let words = names.enumerated().map { (String($1), $0 == 0 ? "Jane" : "Doe") }
        return Redaction(stands.compactMap { text, stand in text.map { ($0, stand) } } + words + keys)
    }

    /// One instance of each provider that the chains name.
    var providers: [any Provider] {
        namedProviders.compactMap { id in
            id == SMTPVerifier.descriptor.id
                ? SMTPVerifier(.standard(configuration.smtp, lists: lists)) { [examinations] address, examination in
                    examinations?.keep(examination, of: address)
                } : configuration.catalog[id]?.makeProvider()
        }
    }

    /// The providers that the chains name.
    var namedProviders: [ProviderID] {
        Set(settings.chains.values.flatMap { $0.steps.map(\.provider) }).sorted()
    }

    /// - Parameters:
    ///   - orders: those that were decided before.
    ///   - ownSettings: where they are not the configuration's; nil for those.
    func engine(
        lanes: [Lane], journal: any RequestJournal, observer: any RunObserver = SilentObserver(),
        history: OrderHistory = OrderHistory(), orders: [Capability: DecidedOrder] = [:],
        settings ownSettings: EngineSettings? = nil
    ) -> Engine {
        Engine(
            settings: ownSettings ?? settings, providers: providers, lanes: lanes, journal: journal, observer: observer,
            history: history, orders: orders)
    }

    /// Runs `body` with lanes of curl loops, stopped at its end.
    ///
    /// - Parameter wrap: what stands between the engine and the network.
    static func withLanes<T>(
        count: Int = 1, wrap: (any HTTPTransport) throws -> any HTTPTransport = { $0 },
        _ body: ([Lane]) async throws -> T
    ) async throws -> T {
        let loops = (0..<count).map { CurlLoop(name: "weir-\($0)") }
        defer { for loop in loops { loop.stop() } }
        let lanes = try loops.map { Lane(executor: $0, transport: try wrap($0), clock: $0) }
        return try await body(lanes)
    }
}
