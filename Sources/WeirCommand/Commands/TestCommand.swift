// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import ProviderCases
internal import WeirConfiguration

/// `weir test`: the cases of the configuration, and of the providers that it declares.
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the configuration's own test cases; exits 0 or 1.",
        discussion: """
            `tests:` in weir.yaml names a folder. Each case in it is a YAML file: a prospect, what each provider says, \
            and what must come out. It is run by the real engine with your chains, prices and caps, on a store in \
            memory.

            A provider with `type: http` names the folder of its own cases under `cases:`. Each is a JSON file: the \
            query, the request that must be sent, the reply that comes back, and what must come of it.

            Nothing is sent, and no key is needed: in a request ${NAME} stands for itself.

            Example: weir test tests/jane-doe.yaml
            """)

    @Argument(help: "Only these: files with cases, or providers by id (default: all).")
    var wanted: [String] = []

    @Flag(help: "Where a case has no `expect:` yet, add what comes out at the file's end.")
    var write = false

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console
        let loaded = try ConfigurationFile.find(config).load(variables: .names)
        guard !loaded.hasErrors else {
            for diagnostic in loaded.diagnostics where diagnostic.severity == .error {
                console.complain(diagnostic.description)
            }
            throw CommandFailure(
                .configuration, "the configuration has errors", hint: "`weir config check` shows them",
                isSilent: !output.json)
        }
        var results: [CaseResult] = []
        func take(_ result: CaseResult) {
            results.append(result)
            if !output.json { show(result, on: console) }
        }
        let choice = try TestChoice(wanted, of: loaded)
        for result in choice.problems { take(result) }
        for file in choice.files { take(await ConfigurationCaseFile(file, loaded).result(writes: write)) }
        for cases in choice.cases {
            for result in await CaseFolder(cases, path: loaded.path(of: cases.folder)).results() { take(result) }
        }
        let failed = results.count { $0.outcome != .passed }
        if output.json {
            console.write(Self.json(results).line)
        } else {
            console.say("\(results.count - failed) passed, \(failed) failed")
        }
        if failed > 0 { throw ExitCode(1) }
    }

    private func show(_ result: CaseResult, on console: Console) {
        let isPassed = result.outcome == .passed
        let word = console.styled(isPassed ? "passed" : "failed", isPassed ? .good : .bad)
        let provider = result.provider.map { "\($0)  " } ?? ""
        console.write("\(word)  \(provider)\(Self.oneLine(result.name ?? result.file))")
        guard !isPassed else { return }
        // A difference of the configuration's own case begins with its file.
        if result.name != nil, result.provider != nil { console.write("        \(Self.oneLine(result.file))") }
        for difference in result.differences { console.write("        \(Self.oneLine(difference))") }
    }

    /// The text as one line that moves no cursor: it is from a file, or from what a template made.
    private static func oneLine(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    private static func json(_ results: [CaseResult]) -> JSONValue {
        let passed = results.count { $0.outcome == .passed }
        return .object([
            .init("passed", .integer(Int64(passed))), .init("failed", .integer(Int64(results.count - passed))),
            .init(
                "cases",
                .array(
                    results.map { result in
                        .object([
                            .init("provider", .text(result.provider?.rawValue)), .init("file", .string(result.file)),
                            .init("name", .text(result.name)), .init("outcome", .string(result.outcome.rawValue)),
                            .init("differences", .array(result.differences.map { .string($0) })),
                        ])
                    })),
        ])
    }
}

/// What one case came to.
struct CaseResult: Sendable {
    enum Outcome: String, Sendable {
        case passed, failed
        /// It could not be read.
        case malformed
    }

    /// Nil for a case of the whole configuration.
    var provider: ProviderID?
    /// As seen from where the process is.
    var file: String
    /// Nil where the case could not be read.
    var name: String?
    var outcome: Outcome
    var differences: [String] = []
}

/// The cases of one declared provider.
struct CaseFolder {
    private let cases: DeclaredCases
    private let path: String

    init(_ cases: DeclaredCases, path: String) {
        self.cases = cases
        self.path = CaseListing.path(of: path)
    }

    /// Runs every case, by name of file.
    func results() async -> [CaseResult] {
        let listing = CaseListing(path, key: "cases", ending: ".json") { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
        if let problem = listing.problem { return [malformed(path, problem)] }
        var results: [CaseResult] = []
        for file in listing.files { results.append(await result(of: file)) }
        return results
    }

    private func result(of file: String) async -> CaseResult {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            return malformed(file, "the file can't be read")
        }
        let example: ProviderCase
        do {
            example = try ProviderCase(json: Array(bytes))
        } catch {
            return malformed(file, error.description)
        }
        let provider = cases.provider.makeProvider()
        var differences = Self.unfit(example, for: provider.descriptor)
        if differences.isEmpty {
            differences = await CaseRun(example, by: provider, hiding: cases.literals).differences
        }
        return CaseResult(
            provider: provider.descriptor.id, file: file, name: example.name,
            outcome: differences.isEmpty ? .passed : .failed, differences: differences)
    }

    private func malformed(_ file: String, _ problem: String) -> CaseResult {
        CaseResult(
            provider: cases.provider.descriptor.id, file: file, name: nil, outcome: .malformed, differences: [problem])
    }

    /// Why the provider is never asked what the case asks.
    private static func unfit(_ example: ProviderCase, for descriptor: ProviderDescriptor) -> [String] {
        guard let capability = example.capability else {
            return ["the case has neither a `query` nor a `candidate`: a provider written in YAML has no balance"]
        }
        guard let facts = descriptor.capabilities[capability] else {
            let known = descriptor.capabilities.keys.sorted().map(\.rawValue).joined(separator: ", ")
            return ["it is never asked for \(capability.rawValue): its `capabilities` are \(known)"]
        }
        guard case .query(let query) = example.subject, !descriptor.accepts(query) else { return [] }
        if facts.inputs.count > 1 {
            let sets = facts.inputs.map { $0.sorted().map(\.rawValue).joined(separator: " + ") }
            return ["it is never asked this: it needs \(sets.joined(separator: ", or "))"]
        }
        let missing = descriptor.missingInputs(for: query).sorted().map(\.rawValue).joined(separator: ", ")
        return ["it is never asked this: the query lacks \(missing)"]
    }
}
