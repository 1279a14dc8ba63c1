// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import Enrichment
import Foundation
import Testing

@Suite struct ProviderPageTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `WEIR_WRITE=1` rewrites the pages instead of comparing them.
    @Test(arguments: ProviderCatalog.builtIn.definitions.map(\.id))
    func `a provider's page has the facts of its descriptor`(id: ProviderID) throws {
        let facts = try #require(ProviderCatalog.builtIn[id]).descriptor
        let name = try #require(Self.folder(of: id))
        let file = Self.root.appending(path: "Providers/\(name)/README.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let renewed = try #require(ProviderPage.renewed(page, for: facts), "the page has no generated part")
        if ProcessInfo.processInfo.environment["WEIR_WRITE"] == "1" {
            try renewed.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page == renewed, "run the tests with WEIR_WRITE=1")
        }
        #expect(page.contains("## Quirks"))
        #expect(page.contains("## Sources"))
    }

    @Test func `the list of providers is that of the descriptors`() throws {
        let file = Self.root.appending(path: "docs/providers.md")
        let page = ProviderTable.markdown(for: ProviderCatalog.builtIn.definitions.map(\.descriptor)) { id in
            Self.folder(of: id) ?? ""
        }
        if ProcessInfo.processInfo.environment["WEIR_WRITE"] == "1" {
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == page, "run the tests with WEIR_WRITE=1")
        for definition in ProviderCatalog.builtIn.definitions { #expect(page.contains("`\(definition.id)`")) }
    }

    private static func folder(of id: ProviderID) -> String? {
        let folders = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Providers").path)
        return folders?.first { $0.lowercased() == id.rawValue.replacing("_", with: "") }
    }

    @Test func `a page without marks is not renewed`() throws {
        let facts = try #require(ProviderCatalog.builtIn["hunter"]).descriptor
        #expect(ProviderPage.renewed("# Hunter", for: facts) == nil)
        #expect(ProviderPage.renewed("<!-- /generated --> <!-- generated -->", for: facts) == nil)
    }
}
