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
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Providers").path)
        let squeezed = id.rawValue.replacing("_", with: "")
        let name = try #require(folders.first { $0.lowercased() == squeezed })
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

    @Test func `a page without marks is not renewed`() throws {
        let facts = try #require(ProviderCatalog.builtIn["hunter"]).descriptor
        #expect(ProviderPage.renewed("# Hunter", for: facts) == nil)
        #expect(ProviderPage.renewed("<!-- /generated --> <!-- generated -->", for: facts) == nil)
    }
}
