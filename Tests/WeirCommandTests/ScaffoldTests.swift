// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import Testing
import WeirConfiguration

@testable import WeirCommand

@Suite struct ScaffoldTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: [
        ("Acme CRM", "acme_crm", "AcmeCRM", "acmeCRM"), ("acme", "acme", "Acme", "acme"),
        ("AcmeData", "acme_data", "AcmeData", "acmeData"), ("acme-data_2", "acme_data_2", "AcmeData2", "acmeData2"),
    ])
    func `a name has its spellings`(text: String, id: String, folder: String, member: String) throws {
        let name = try #require(ProviderName(text))
        #expect((name.id.rawValue, name.folder, name.member) == (id, folder, member))
    }

    @Test(arguments: ["", " ", "1st", "Acme/CRM", "Äcme", "acme;", String(repeating: "a", count: 65)])
    func `what can't be a module's name is refused`(text: String) { #expect(ProviderName(text) == nil) }

    @Test func `the manifest and the catalogue take the provider in its order`() throws {
        let scaffold = ProviderScaffold(name: try #require(ProviderName("Acme CRM")))
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let listed = try #require(scaffold.manifest(manifest))
        #expect(listed.contains("    \"AccountStore\",\n    \"AcmeCRM\",\n    \"AnymailFinder\","))
        #expect(listed.count == manifest.count + "    \"AcmeCRM\",\n".count)
        let path = "Sources/BuiltInProviders/BuiltInProviders.swift"
        let catalogue = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        let known = try #require(scaffold.catalogue(catalogue))
        #expect(
            known.contains(
                "import AccountStoreProvider\ninternal import AcmeCRMProvider\ninternal import AnymailFinderProvider"))
        #expect(known.contains("        .accountStore,\n        .acmeCRM,\n        .anymailFinder,"))
        #expect(scaffold.manifest("let package = Package()") == nil)
    }

    @Test func `eight cases can be read`() throws {
        let scaffold = ProviderScaffold(name: try #require(ProviderName("Acme CRM")))
        let cases = scaffold.builtIn.filter { $0.path.hasSuffix(".json") }
        #expect(cases.count >= 8)
        for file in cases { _ = try ProviderCase(json: Array(file.text.utf8)) }
    }

    @Test func `the block of YAML is a configuration without mistakes`() throws {
        let scaffold = ProviderScaffold(name: try #require(ProviderName("Acme CRM")))
        let yaml = """
            version: 1
            chains: { email: [acme_crm], verify_email: [zerobounce] }
            credits: { plan: { grant: 10 } }
            providers:
            \(scaffold.yaml)
              zerobounce: { api_key: key }

            """
        let loaded = ConfigurationLoader.load(
            path: "weir.yaml", environment: ["ACME_CRM_API_KEY": "key"], catalog: .builtIn
        ) { $0 == "weir.yaml" ? Array(yaml.utf8) : nil }
        #expect(loaded.diagnostics.map(\.description) == [])
        #expect(loaded.catalog["acme_crm"]?.descriptor.capabilities[.email]?.price.amount.unit == "acme_crm_credits")
    }
}
