// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import Testing
import WeirConfiguration

@testable import WeirCommand

/// The vendors of `docs/examples/yaml`: they stand the same tests as those that are built in.
@Suite struct ExampleProviderTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/examples/yaml")

    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
        .filter { !$0.hasSuffix(".md") && !$0.hasPrefix(".") }.sorted() ?? []

    static func path(_ name: String) -> String { folder.appendingPathComponent("\(name)/weir.yaml").path }

    static func cases(_ name: String) throws -> [ProviderCase] {
        let cases = folder.appendingPathComponent("\(name)/cases")
        return try FileManager.default.contentsOfDirectory(atPath: cases.path).sorted().map { file in
            try ProviderCase(json: Array(try Data(contentsOf: cases.appendingPathComponent(file))))
        }
    }

    static func declared(_ name: String) throws -> ProviderDefinition {
        let loaded = ConfigurationLoader.load(
            path: path(name), environment: [:], catalog: .builtIn, variables: .names
        ) { FileManager.default.contents(atPath: $0).map { Array($0) } }
        #expect(!loaded.hasErrors, "\(loaded.diagnostics)")
        return try #require(loaded.cases.first).provider
    }

    @Test func `there are at least five, and the page lists each`() throws {
        #expect(Self.names.count >= 5)
        let page = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
        for name in Self.names { #expect(page.contains("[\(name)](\(name)/weir.yaml)")) }
    }

    @Test(arguments: names) func `an example passes the conformance suite`(name: String) async throws {
        let definition = try Self.declared(name)
        #expect(definition.id.rawValue == "\(name)_yaml")
        let cases = try Self.cases(name)
        #expect(cases.count >= 8)
        let conformance = ProviderConformance(definition, cases: cases, carriesCredentials: true)
        #expect(await conformance.problems() == [])
        let kinds = cases.compactMap { example in
            if case .error(let kind, _) = example.expected { kind } else { nil }
        }
        #expect(Set(kinds).isSuperset(of: [.outOfCredits, .unauthorized, .throttled, .malformedReply]))
    }

    @Test(arguments: names) func `weir test runs the cases of an example`(name: String) async throws {
        let recorder = Console.Recorder()
        let code = await Weir.run(
            ["test", "--config", Self.path(name)], providers: .builtIn, environment: ["HOME": "/nonexistent"],
            recorder: recorder)
        #expect(code == 0, "\(recorder.output)\(recorder.errors)")
        #expect(recorder.errors == "\(try Self.cases(name).count) passed, 0 failed\n")
    }

    @Test(arguments: names) func `an example has no mistakes, and is shown`(name: String) async throws {
        let variables = [
            "\(name.uppercased())_YAML_API_KEY": "s3cret-0123456789", "SNOV_CLIENT_ID": "id",
            "SNOV_CLIENT_SECRET": "s3cret-0123456789", "HOME": "/nonexistent",
        ]
        func weir(_ arguments: String...) async -> Run {
            let recorder = Console.Recorder()
            let code = await Weir.run(
                arguments + ["--config", Self.path(name)], providers: .builtIn, environment: variables,
                recorder: recorder)
            return Run(code: code, output: recorder.output, errors: recorder.errors)
        }
        let check = await weir("config", "check")
        #expect(check.errors == "no mistakes\n", "\(check.output)")
        let shown = await weir("providers", "show", "\(name)_yaml")
        #expect(shown.code == 0)
        #expect(shown.output.contains("(\(name)_yaml)"))
        let isPolled = ["fullenrich", "icypeas", "snov"].contains(name)
        #expect(shown.output.contains("repeats    async_id") == isPolled)
        let effective = await weir("config", "show")
        #expect(effective.code == 0)
        #expect(effective.output.contains("    poll:\n") == isPolled)
        #expect(effective.output.contains("    repeat: async_id  # default\n") == isPolled)
        #expect(effective.output.contains("    token:\n") == (name == "snov"))
        #expect(!(effective.output + shown.output + check.output).contains("s3cret"))
    }
}
