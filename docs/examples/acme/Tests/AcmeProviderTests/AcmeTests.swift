// SPDX-License-Identifier: Apache-2.0

import AcmeProvider
import Enrichment
import EnrichmentTesting
import Foundation
import Testing

@Suite struct AcmeTests {
    static let cases: [ProviderCase] = {
        let folder = Bundle.module.bundleURL.appendingPathComponent("Cases")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.sorted().compactMap { name in
            let bytes = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
            return bytes.flatMap { try? ProviderCase(json: Array($0)) }
        }
    }()

    @Test func `every case is read`() { #expect(Self.cases.count == 9) }

    /// The suite that the built-in providers pass.
    @Test func `Acme conforms`() async {
        #expect(await ProviderConformance(.acme, cases: Self.cases).problems() == [])
    }
}
