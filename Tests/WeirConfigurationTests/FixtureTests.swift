// SPDX-License-Identifier: Apache-2.0

import Enrichment
import FixtureFiles
import Foundation
import Testing
import WaterfallEngine
import WeirConfiguration

/// The configurations of `Fixtures/configurations`: valid ones give no error, invalid ones the diagnostics beside them.
///
/// `WEIR_WRITE=1` writes the diagnostics anew.
struct FixtureTests {
    static func names(_ folder: String) -> [String] {
        FixtureFiles.list("configurations/\(folder)").filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    }

    private func load(_ folder: String, _ name: String) throws -> LoadedConfiguration {
        let text = try #require(FixtureFiles.bytes("configurations/\(folder)/\(name).yaml"))
        let environment = ["HUNTER_KEY": "hunter-CANARY", "PROSPEO_KEY": "CANARY", "ZEROBOUNCE_API_KEY": "CANARY-zb"]
        return TestCatalog.load(text, environment: environment, files: ["keys/findymail": "CANARY-f\n"])
    }

    @Test(arguments: Self.names("valid"))
    func `A valid configuration has no errors`(name: String) throws {
        let loaded = try load("valid", name)
        #expect(!loaded.hasErrors, "\(loaded.diagnostics)")
        #expect(!loaded.effectiveYAML.contains("CANARY"))
    }

    @Test(arguments: Self.names("invalid"))
    func `A broken configuration gives its diagnostics`(name: String) throws {
        let loaded = try load("invalid", name)
        let text = loaded.diagnostics.map { "\($0)\n" }.joined()
        let golden = "configurations/invalid/\(name).diagnostics.txt"
        if ProcessInfo.processInfo.environment["WEIR_WRITE"] == "1" {
            try text.write(to: Golden.source("Fixtures/\(golden)"), atomically: true, encoding: .utf8)
        } else {
            #expect(FixtureFiles.text(golden) == text)
        }
        #expect(!loaded.diagnostics.isEmpty)
        #expect(!text.contains("CANARY"))
        #expect(!loaded.effectiveYAML.contains("CANARY"))
    }

    @Test func `There are configurations of both kinds`() {
        #expect(Self.names("valid").count >= 2)
        #expect(Self.names("invalid").count >= 7)
    }

    @Test func `Ten mistakes are reported in one go`() throws {
        let loaded = try load("invalid", "ten-mistakes")
        #expect(loaded.diagnostics.filter { $0.severity == .error }.count >= 10)
        #expect(loaded.diagnostics.map(\.position) == loaded.diagnostics.map(\.position).sorted())
    }
}

/// Files of the repository that tests compare with.
enum Golden {
    static func source(_ path: String, from file: String = #filePath) -> URL {
        URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(path)
    }
}
