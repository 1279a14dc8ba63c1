// SPDX-License-Identifier: Apache-2.0

import AcmeProvider
import Enrichment
import EnrichmentTesting
import Foundation
import Testing

@Suite struct AcmeTests {
    static let cases: [ProviderCase] = {
        let files = Bundle.module.urls(forResourcesWithExtension: "json", subdirectory: "Cases") ?? []
        return files.sorted { $0.path < $1.path }.compactMap { file in
            try? ProviderCase(json: Array(Data(contentsOf: file)))
        }
    }()

    @Test func `every case is read`() { #expect(Self.cases.count == 9) }

    /// The suite that the built-in providers pass.
    @Test func `Acme conforms`() async {
        #expect(await ProviderConformance(.acme, cases: Self.cases).problems() == [])
    }
}
