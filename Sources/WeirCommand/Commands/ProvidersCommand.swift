// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import BuiltInProviders
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir providers`: what can be asked.
struct ProvidersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "Show the providers that are built in, check keys, start a new one.",
        subcommands: [List.self, Show.self, Check.self, NewProviderCommand.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is built in.")

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let descriptors = Surroundings.current.catalog.definitions.map(\.descriptor).sorted { $0.id < $1.id }
            if output.json { return output.console.write(JSONValue.array(descriptors.map(\.json)).line) }
            var table = TextTable("provider", "name", "finds or checks", "price", "facts")
            for descriptor in descriptors {
                let capabilities = descriptor.capabilities.keys.sorted()
                let prices = capabilities.compactMap { descriptor.capabilities[$0]?.price }
                table.add(
                    .init(descriptor.id.rawValue, .bold), .init(descriptor.name),
                    .init(capabilities.map(\.rawValue).joined(separator: ", ")),
                    .init(
                        prices.first.map { $0.amount.micros == 0 ? "free" : "\($0.amount) per \($0.basis.rawValue)" }
                            ?? ""),
                    .init(descriptor.evidence.rawValue))
            }
            for line in table.lines(on: output.console) { output.console.write(line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one provider's inputs, prices, limits and documents, and what it did for the team.")

        @Argument(help: "The provider's id, such as hunter, or that of one which weir.yaml declares.")
        var provider: String

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let descriptor = try ProvidersCommand.descriptor(provider, config)
            let record = await ProviderRecord.read(descriptor.id, config)
            if output.json {
                return output.console.write(descriptor.json(with: [.init("record", record?.json ?? .array([]))]).line)
            }
            output.console.write(output.console.styled("\(descriptor.name) (\(descriptor.id))", .bold))
            if let documentation = descriptor.documentation { output.console.write("documents  \(documentation)") }
            let refuses = descriptor.evidence == .unconfirmed ? ": not asked without allow_unconfirmed: true" : ""
            output.console.write("facts      \(descriptor.evidence.rawValue)\(refuses)")
            let variable = "$\(descriptor.id.rawValue.uppercased())_API_KEY"
            let isDeclared = Surroundings.current.catalog[descriptor.id] == nil
            let none = isDeclared ? "what its templates in weir.yaml hold" : "not needed"
            let form = descriptor.authentication.keyForm
            output.console.write(
                "key        \(form.map { "`\($0)` in \(variable), or api_key: in weir.yaml" } ?? none)")
            output.console.write("repeats    \(descriptor.repeats.word)")
            let limits =
                descriptor.limits.map { "\($0.count) per \($0.window.brief)" } + ["\(descriptor.concurrency) at once"]
            output.console.write("limits     \(limits.joined(separator: ", "))")
            var table = TextTable("capability", "needs", "price", "expected to find")
            for (capability, facts) in descriptor.capabilities.sorted(by: { $0.key < $1.key }) {
                let inputs = facts.inputs.map { $0.sorted().map(\.rawValue).joined(separator: " + ") }
                table.add(
                    .init(capability.rawValue),
                    .init(inputs.isEmpty ? "the candidate" : inputs.joined(separator: " or ")),
                    .init("\(facts.price.amount) per \(facts.price.basis.rawValue)"),
                    .init(facts.expectedHitRate.percent))
            }
            for line in table.lines(on: output.console) { output.console.write(line) }
            guard let record else { return }
            output.console.write("")
            for line in record.table(on: output.console) { output.console.write(line) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look at each configured provider's keys and balances, by calls that are free.",
            aliases: ["balance"])

        static let timeout: Duration = .seconds(15)

        @Argument(help: "Only these (default: all that the chains name).")
        var providers: [String] = []

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let named = session.namedProviders
            let wanted = providers.isEmpty ? named : providers.map { ProviderID(rawValue: $0) }
            if let stranger = wanted.first(where: { !named.contains($0) }) {
                throw CommandFailure(
                    .usage, "no chain names the provider '\(stranger)'",
                    hint: "the chains name \(named.map(\.rawValue).joined(separator: ", "))")
            }
            let store = try session.openStore()
            defer { store.close() }
            let checks = try await Session.withLanes { lanes in
                let engine = session.engine(lanes: lanes, journal: store)
                var checks: [KeyCheck] = []
                for provider in wanted {
                    let all = await engine.checkAccounts(of: provider, on: lanes[0], within: Self.timeout)
                    checks += all.enumerated().map { index, check in
                        KeyCheck(provider: provider, key: all.count > 1 ? index + 1 : nil, check: check)
                    }
                }
                return checks
            }
            show(checks, on: session.console)
            let failed = checks.contains { check in
                if case .failed = check.check { true } else { false }
            }
            if failed { throw CommandFailure(.providersFailed, "a provider failed its check", isSilent: true) }
        }

        /// One key of a provider; its number, from 1, where there are several.
        private struct KeyCheck {
            var provider: ProviderID
            var key: Int?
            var check: AccountCheck

            var words: String { provider.rawValue + (key.map { ", key \($0)" } ?? "") }
        }

        private func show(_ checks: [KeyCheck], on console: Console) {
            if output.json {
                let rows = checks.map { entry in
                    JSONValue.object(
                        compacting: [
                            "provider": .string(entry.provider.rawValue),
                            "key": entry.key.map { .integer(Int64($0)) }, "state": .string(entry.check.word),
                            "remaining": .array(entry.check.remaining.map(\.json)),
                        ])
                }
                return console.write(JSONValue.array(rows).line)
            }
            var table = TextTable("provider", "state", "left")
            for entry in checks {
                table.add(
                    .init(entry.words, .bold), .init(entry.check.sentence, entry.check.style),
                    .init(entry.check.remaining.map(\.description).joined(separator: ", ")))
            }
            for line in table.lines(on: console) { console.write(line) }
        }
    }

    /// Finds a provider among those built in, then among those that the configuration declares, where there is one.
    static func descriptor(_ text: String, _ config: ConfigurationOptions) throws -> ProviderDescriptor {
        let id = ProviderID(rawValue: text)
        let catalog = Surroundings.current.catalog
        if let definition = catalog[id] { return definition.descriptor }
        let file = config.path == nil ? try? ConfigurationFile.find(config) : try ConfigurationFile.find(config)
        if let definition = file?.load(variables: .names).catalog[id] { return definition.descriptor }
        let known = catalog.definitions.map(\.id).sorted().map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(.usage, "no provider is called '\(text)'", hint: "built in are \(known)")
    }
}

extension AccountCheck {
    fileprivate var word: String {
        switch self {
        case .working: "working"
        case .notOffered: "not_offered"
        case .notUsable(let reason): reason.rawValue
        case .failed(let error): error.kind.rawValue
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .working: "the key works"
        case .notOffered: "not checked: there is no call that costs nothing"
        case .notUsable(let reason): "not used: \(Story.why(reason))"
        case .failed(let error): "failed: \(Story.why(error.kind))"
        }
    }

    fileprivate var style: Console.Style {
        switch self {
        case .working: .good
        case .notOffered, .notUsable: .dim
        case .failed: .bad
        }
    }

    fileprivate var remaining: [Amount] {
        if case .working(let account) = self { account.remaining } else { [] }
    }
}

extension ProviderDescriptor {
    var json: JSONValue { json(with: []) }

    fileprivate func json(with more: [JSONValue.Member]) -> JSONValue {
        .object(
            [
                .init("id", .string(id.rawValue)), .init("name", .string(name)),
                .init("documentation", .text(documentation)),
                .init("base_url", .text(baseURL)), .init("needs_key", .bool(authentication != .none)),
                .init("evidence", .string(evidence.rawValue)), .init("repeats", .string(repeats.word)),
                .init("concurrency", .integer(Int64(concurrency))), .init("timeout_ms", .integer(timeout.milliseconds)),
                .init(
                    "limits",
                    .array(
                        limits.map {
                            .object([
                                .init("count", .integer(Int64($0.count))),
                                .init("window_ms", .integer($0.window.milliseconds)),
                            ])
                        })),
                .init(
                    "capabilities",
                    .array(
                        capabilities.sorted { $0.key < $1.key }.map { capability, facts in
                            .object([
                                .init("capability", .string(capability.rawValue)),
                                .init(
                                    "inputs",
                                    .array(facts.inputs.map { .array($0.sorted().map { .string($0.rawValue) }) })),
                                .init("price", facts.price.json),
                                .init("expected_hit_rate", .number(facts.expectedHitRate)),
                            ])
                        })),
            ] + more)
    }
}
