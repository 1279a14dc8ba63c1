// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct ImportsTests {
    @Test func `every import is declared in the manifest`() {
        // The examples, the benchmarks and the fuzzers are packages of their own.
        let others = ["docs/", "Tests/Benchmarks/", "Tests/Fuzzers/"]
        let own = Repository.sources.filter { source in !others.contains { source.path.hasPrefix($0) } }
        let violations = own.flatMap { source in
            target(of: source).map { Imports.violations(in: source, of: $0) } ?? ["\(source.path) is in no target"]
        }
        #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
    }

    @Test func `every dependency follows the directions of the architecture`() {
        let ours = Set(Repository.manifest.targets.keys)
        let violations = Repository.manifest.targets.values.flatMap { Imports.violations(in: $0, ours: ours) }
        #expect(violations.sorted() == [])
    }

    @Test func `the manifest is read whole`() {
        let targets = Repository.manifest.targets
        #expect(targets["WebsiteProvider"]?.dependencies == ["Enrichment", "HTTPTypes", "CLibXML2"])
        #expect(targets["SQLStore"]?.dependencies.contains("GRDB") == true)
        #expect(targets["BuiltInProviders"]?.dependencies.contains("HunterProvider") == true)
        #expect(targets["FixtureFiles"]?.path == "Fixtures")
        #expect(targets["weir"]?.dependencies == ["WeirCommand"])
        let folders = Set(Repository.folders(in: "Sources") + Repository.folders(in: "Tests")).subtracting([
            "Benchmarks", "Clients", "Fuzzers",
        ])
        #expect(folders.subtracting(targets.keys) == [], "a folder that is no target is not built")
    }

    @Test func `nothing that the program links depends on the testing kit`() {
        let targets = Repository.manifest.targets
        var (linked, waiting): (Set<String>, [String]) = ([], ["weir"])
        while let name = waiting.popLast() {
            guard linked.insert(name).inserted else { continue }
            waiting += targets[name]?.dependencies.sorted() ?? []
        }
        #expect(linked.contains("Enrichment"))
        #expect(linked.isDisjoint(with: ["EnrichmentTesting", "Testing"]))
    }

    // The controls: what the rules above must find.

    @Test(arguments: [
        ("internal import WaterfallEngine", "does not declare it"),
        ("@testable import WaterfallEngine", "does not declare it"),
        ("import struct WaterfallEngine.Waterfall", "does not declare it"),
        ("internal import Foundation", "has no I/O"),
        ("public import CSimdJSON", "no C type"),
    ])
    func `a planted import is found`(line: String, problem: String) throws {
        let source = SwiftSource(path: "Planted.swift", "// SPDX\n\npublic import Enrichment\n\(line)\n")
        let target = Manifest.Target(
            name: "HunterProvider", path: "Providers/Hunter", dependencies: ["Enrichment", "CSimdJSON"], isTest: false)
        let violations = Imports.violations(in: source, of: target)
        try #require(violations.count == 1)
        #expect(violations[0].hasPrefix("Planted.swift:4:"))
        #expect(violations[0].contains(problem))
    }

    @Test(arguments: [
        "// import WaterfallEngine", "/* \n import WaterfallEngine\n*/",
        "let text = \"\"\"\n    import WaterfallEngine\n    \"\"\"",
        "internal import Synchronization",
    ])
    func `what is no import is let through`(text: String) {
        let target = Manifest.Target(name: "HunterProvider", path: "Providers/Hunter", dependencies: [], isTest: false)
        #expect(Imports.violations(in: SwiftSource(path: "Fine.swift", text), of: target) == [])
    }

    @Test func `a planted dependency is found`() {
        let target = Manifest.Target(
            name: "Enrichment", path: "Sources/Enrichment", dependencies: ["CSimdJSON", "SQLStore"], isTest: false)
        let violations = Imports.violations(in: target, ours: ["Enrichment", "CSimdJSON", "SQLStore"])
        #expect(violations == ["Enrichment may not depend on SQLStore"])
        let stranger = Manifest.Target(name: "Extra", path: "Sources/Extra", dependencies: [], isTest: false)
        #expect(Imports.violations(in: stranger, ours: []) == ["Extra is not in the table of directions"])
    }

    /// The target in whose folder a file is.
    private func target(of source: SwiftSource) -> Manifest.Target? {
        Repository.manifest.targets.values.first { source.path.hasPrefix("\($0.path)/") }
    }
}
