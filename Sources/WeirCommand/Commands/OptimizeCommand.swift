// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import Tables
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir optimize`: the order that history says is the cheapest, against today's.
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Say in which order the providers of a chain cost least per hit, by what is on record.",
        discussion: """
            Example: weir optimize --chain email --apply
            Every order finds the same; what differs is what is paid for asking in vain. Credits don't change.
            """)

    @Option(help: "This chain alone, such as email; several by comma.")
    var chain: String?

    @Option(help: "What this order would cost instead, such as hunter,prospeo; of one chain.")
    var order: String?

    @Option(help: "What is on record of these prospects alone: country=FR, or country=none where it wasn't given.")
    var segment: String?

    @Option(help: "Calls since the month of a day such as 2026-01-01, or so long ago, such as 90d.")
    var since = "365d"

    @Option(help: "What the interval is drawn by; the same gives the same.")
    var seed: UInt64 = 1

    @Flag(help: "Write the cheaper order into the configuration; comments stay with their steps.")
    var apply = false

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let since = try DayText.start(since, option: "--since", at: .current)
        let country = try country()
        let session = try Session.load(config, output)
        let capabilities = try capabilities(in: session)
        let store = try session.openStore()
        defer { store.close() }
        let history = try await session.orderHistory(in: store, since: since, country: country)
        let engine = session.offlineEngine(journal: store, history: history)
        var proposals: [OrderProposal] = []
        for capability in capabilities {
            guard let outlook = engine.outlook(of: capability) else { continue }
            proposals.append(OrderProposal(outlook, asked: try asked(of: outlook), seed: seed))
        }
        let countries = try await session.countriesOnRecord(in: store)
        if apply {
            for index in proposals.indices where proposals[index].isWorthApplying { proposals[index].isApplied = true }
            try Self.write(proposals.filter(\.isApplied), to: session.configuration.path)
        }
        let report = OptimizeOutput(proposals: proposals, segment: segment, countries: countries)
        if output.json { return session.console.write(report.json.line) }
        for line in report.lines(on: session.console) { session.console.write(line) }
        guard apply else { return }
        for line in Self.story(of: proposals, in: session.configuration.path) { session.console.say(line) }
    }

    // MARK: What is asked for

    private func country() throws -> String? {
        guard let segment else { return nil }
        let parts = segment.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "country" else {
            throw CommandFailure(
                .usage, "--segment takes country=FR, or country=none",
                hint: "the country that a prospect was given with is on record; mail host and company size are not")
        }
        if parts[1] == "none" { return "" }
        let country = parts[1].uppercased()
        guard country.utf8.count == 2 else {
            throw CommandFailure(.usage, "--segment takes a country of two letters, such as country=FR")
        }
        return country
    }

    private func capabilities(in session: Session) throws -> [Capability] {
        let chains = session.settings.chains.filter { $0.value.steps.count > 1 }.keys.sorted()
        guard let chain else {
            guard order == nil || chains.count == 1 else {
                throw CommandFailure(.usage, "--order is of one chain", hint: "name it, such as --chain email")
            }
            return chains
        }
        let words = chain.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let named = words.map { word in Capability.allCases.first { $0.rawValue == word } }
        guard !named.isEmpty, named.allSatisfy({ $0.map { session.settings.chains[$0] != nil } ?? false }) else {
            let names = session.settings.chains.keys.sorted().map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(.usage, "--chain takes chains of the configuration: \(names)")
        }
        guard order == nil || named.count == 1 else { throw CommandFailure(.usage, "--order is of one chain") }
        return named.compactMap { $0 }
    }

    /// The order that the user asks about, whole; nil where none was.
    private func asked(of outlook: ChainOutlook) throws -> [ProviderID]? {
        guard let order else { return nil }
        let named = order.split(separator: ",").map {
            ProviderID(rawValue: $0.trimmingCharacters(in: .whitespaces))
        }
        guard Set(named).count == named.count, Set(named).isSuperset(of: outlook.usable),
            Set(outlook.written).isSuperset(of: named)
        else {
            throw CommandFailure(
                .usage, "--order takes every step of the chain once",
                hint: "its steps are \(outlook.usable.map(\.rawValue).joined(separator: ","))")
        }
        return outlook.whole(named)
    }

    // MARK: Writing

    private static func write(_ proposals: [OrderProposal], to path: String) throws {
        guard !proposals.isEmpty else { return }
        let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard var bytes = FileManager.default.contents(atPath: path).map(Array.init) else {
            throw CommandFailure(.configuration, "the configuration can't be read again")
        }
        for proposal in proposals {
            do throws(ChainEditError) {
                bytes = try ChainEdit.reorder(bytes, proposal.outlook.capability, to: proposal.order)
            } catch {
                let place = "`\(proposal.outlook.capability.rawValue)`, line \(error.line)"
                throw CommandFailure(
                    .configuration, "nothing is changed: \(error.message) (\(place))",
                    hint: "write the steps in this order by hand: "
                        + proposal.order.map(\.rawValue).joined(separator: ", "))
            }
        }
        let permissions = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        guard let part = PartFile(path, permissions: permissions ?? 0o600) else {
            throw CommandFailure(.configuration, "the configuration can't be written: its folder is read-only")
        }
        do {
            try part.write(Data(bytes))
            try part.close()
        } catch {
            part.abandon()
            throw CommandFailure(.configuration, "the configuration can't be written")
        }
        guard part.takePlace() else {
            part.abandon()
            throw CommandFailure(.configuration, "the configuration can't be written")
        }
    }

    private static func story(of proposals: [OrderProposal], in path: String) -> [String] {
        let applied = proposals.filter(\.isApplied)
        guard !applied.isEmpty else {
            return ["nothing is changed: no chain has another order that is clearly cheaper"]
        }
        return applied.map { proposal in
            "wrote \(proposal.order.map(\.rawValue).joined(separator: ", ")) "
                + "into `\(proposal.outlook.capability.rawValue)` of \(path)"
        }
    }
}
