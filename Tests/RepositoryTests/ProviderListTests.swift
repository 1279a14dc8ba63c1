// SPDX-License-Identifier: Apache-2.0

import BuiltInProviders
import Enrichment
import Testing

/// Folders, manifest, catalogue and fixtures name the same providers.
@Suite struct ProviderListTests {
    private let folders = Repository.folders(in: "Providers")
    private let ids = ProviderCatalog.builtIn.definitions.map(\.id.rawValue)

    @Test func `the manifest lists every folder`() {
        #expect(Repository.manifest.providers == folders)
    }

    @Test func `the catalogue lists every folder`() {
        // `PeopleDataLabs` is `people_data_labs`, `ZeroBounce` is `zerobounce`: the vendors' own ways.
        #expect(ids.map(Self.folded).sorted() == folders.map(Self.folded).sorted())
        #expect(ids.filter { !ProviderID(rawValue: $0).isWellFormed } == [])
    }

    @Test func `every provider has fixtures, and no fixtures are without a provider`() {
        #expect(Repository.folders(in: "Fixtures/providers") == ids.sorted())
        for id in ids {
            #expect(!Repository.files(under: "Fixtures/providers/\(id)", ending: "json").isEmpty, "\(id) has no case")
        }
    }

    @Test func `every folder has its page and its main file`() {
        for folder in folders {
            #expect(Repository.exists("Providers/\(folder)/README.md"), "\(folder)")
            #expect(Repository.exists("Providers/\(folder)/\(folder).swift"), "\(folder)")
        }
    }

    @Test func `a provider's module has one public symbol`() {
        for source in Repository.sources where source.path.hasPrefix("Providers/") {
            let publicLines = source.code.filter { $0.contains("public ") && !$0.contains("public import") }
            let isMain = source.path.hasSuffix("/\(folder(of: source)).swift")
            #expect(publicLines.count == (isMain ? 1 : 0), "\(source.path): \(publicLines)")
        }
    }

    private func folder(of source: SwiftSource) -> Substring { source.path.split(separator: "/")[1] }

    private static func folded(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
}
