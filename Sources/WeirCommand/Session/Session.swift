// SPDX-License-Identifier: Apache-2.0

internal import CurlTransport
internal import DeclarativeProvider
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import Verification
internal import WaterfallEngine
internal import WeirConfiguration

/// The composition root: a configuration, and what is made of it. The one place that knows every target.
struct Session {
    let configuration: LoadedConfiguration
    let console: Console

    /// Reads the configuration, says what is odd about it, and stops where it is wrong.
    static func load(_ options: ConfigurationOptions, _ output: OutputOptions) throws -> Session {
        let console = output.console
        let loaded = try ConfigurationFile.find(options).load()
        for diagnostic in loaded.diagnostics where !output.quiet {
            console.complain(diagnostic.rendered(color: console.usesColor))
        }
        guard !loaded.hasErrors else {
            throw CommandFailure(
                .configuration, "the configuration has errors", hint: "`weir config check` shows them", isSilent: !output.json)
        }
        return Session(configuration: loaded, console: console)
    }

    var settings: EngineSettings { configuration.settings }

    func openStore() throws -> SQLiteStore {
        do throws(JournalError) {
            return try SQLiteStore(path: configuration.storePath)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// One instance of each provider that the chains name.
    func providers() throws -> [any Provider] {
        let named = Set(settings.chains.values.flatMap { $0.steps.map(\.provider) })
        return try named.sorted().compactMap { id in
            if id == LibPhoneNumber.id { return LibPhoneNumber(defaultRegion: settings.region) }
            if let declared = configuration.declarativeProviders.first(where: { $0.descriptor.id == id }) { return declared }
            return Surroundings.current.catalog[id]?.makeProvider()
        }
    }

    func engine(
        lanes: [Lane], journal: any RequestJournal, observer: any RunObserver = SilentObserver()
    ) throws -> Engine {
        Engine(settings: settings, providers: try providers(), lanes: lanes, journal: journal, observer: observer)
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
