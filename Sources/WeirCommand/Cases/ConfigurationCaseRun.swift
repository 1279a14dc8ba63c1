// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import ProviderCases
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// Runs a case by the real engine with the configuration's own chains, prices and caps, on a store in memory, without a
/// network and without a key.
struct ConfigurationCaseRun {
    private let example: ConfigurationCase
    private let loaded: LoadedConfiguration
    private let gaps = CaseGaps()
    /// Where the case is, without a slash at its end.
    private let folder: String

    init(_ example: ConfigurationCase, _ loaded: LoadedConfiguration, folder: String) {
        self.example = example
        self.loaded = loaded
        self.folder = folder
    }

    /// Why a case could not be run.
    struct Problem: Error, Sendable {
        var text: String
    }

    /// What came out, and what the case has no answer to.
    func run() async throws(Problem) -> (observed: ObservedCase, gaps: [String]) {
        let request = try request()
        let settings = Self.settings(of: loaded)
        let transport = CaseTransport(try replies(), gaps: gaps)
        let providers = providers(of: settings)
        let local = Set(providers.filter(\.descriptor.isLocal).map(\.descriptor.id))
        let observed: ObservedCase
        do {
            let store = try SQLiteStore()
            defer { store.close() }
            let engine = Engine(
                settings: settings, providers: providers,
                lanes: [Lane(executor: nil, transport: transport, clock: CaseClock())], journal: store)
            let result = try await engine.running { try await engine.enrich(request) }
            observed = ObservedCase(result, isLocal: local.contains)
        } catch let error as EngineError {
            if case .store = error { throw Problem(text: "the store in memory can't be used") }
            observed = ObservedCase(error)
        } catch {
            throw Problem(text: "the store in memory can't be used")
        }
        return (observed, gaps.all)
    }

    private func request() throws(Problem) -> DataRequest {
        let prospect: Prospect
        do {
            prospect = try example.prospect.normalised()
        } catch {
            let problems = error.problems.map { "\($0.field.rawValue): \($0.message)" }
            throw Problem(text: "the prospect can't be read: \(problems.joined(separator: "; "))")
        }
        return DataRequest(
            id: RequestID(high: 0x019B_7000_0000_7000, low: 0x8000_0000_0000_0001), prospect: prospect,
            access: example.access, team: loaded.settings.team.name, user: example.user ?? "tester", origin: .cli,
            maximumCredits: example.maximumCredits, createdAt: CaseClock.start)
    }

    /// The configuration's own, but that every provider has a key.
    private static func settings(of loaded: LoadedConfiguration) -> EngineSettings {
        var settings = loaded.settings
        for step in settings.chains.values.flatMap(\.steps) {
            settings.providers[step.provider, default: ProviderSettings()].keys = [Secret("key:secret")]
        }
        return settings
    }

    private func providers(of settings: EngineSettings) -> [any Provider] {
        Set(settings.chains.values.flatMap { $0.steps.map(\.provider) }).sorted().compactMap { id in
            guard let definition = loaded.catalog[id] else { return nil }
            let script = example.scripts[id]
            let readsReplies = script?.replies.isEmpty == false
            return readsReplies || script == nil && definition.descriptor.isLocal
                ? definition.makeProvider() : CaseProvider(definition.descriptor, script, gaps: gaps)
        }
    }

    private func replies() throws(Problem) -> [ProviderID: [ProviderReply]] {
        var replies: [ProviderID: [ProviderReply]] = [:]
        for (id, script) in example.scripts {
            for file in script.replies {
                let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    throw Problem(text: "\(path) can't be read")
                }
                do throws(ProviderCase.Malformed) {
                    replies[id, default: []] += try ProviderCase.replies(json: Array(bytes))
                } catch {
                    throw Problem(text: "\(path): \(error.description)")
                }
            }
        }
        return replies
    }
}
