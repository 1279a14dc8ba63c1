// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Testing
import WaterfallEngine
import WeirConfiguration

/// What is made from the declarations of the keys.
struct GeneratedTests {
    @Test func `The reference is current`() throws {
        let file = Golden.source("docs/configuration.md")
        let page = ConfigurationPage.markdown
        if ProcessInfo.processInfo.environment["WEIR_WRITE"] == "1" {
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        // Written anew by WEIR_WRITE=1.
        #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }

    @Test func `The schema is JSON, and names every key`() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.json.utf8))
        let schema = try #require(object as? [String: Any])
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(
            properties.keys.sorted() == [
                "accept", "caps", "chains", "credits", "mail", "providers", "region", "remember", "store", "team",
                "tests", "timeouts", "version",
            ])
        #expect((schema["required"] as? [String]) == ["version", "chains"])
        #expect(schema["additionalProperties"] as? Bool == false)
    }

    @Test func `The first configuration works at once`() throws {
        let entries = ["hunter", "prospeo", "findymail", "dropcontact", "zerobounce"].map { id in
            InitialConfiguration.Entry(
                ProviderID(rawValue: id), baseURL: "http://127.0.0.1:7400/\(id)", key: "sandbox-\(id)-key")
        }
        let website = InitialConfiguration.Entry("website", baseURL: "http://127.0.0.1:7400/website", key: nil)
        let yaml = InitialConfiguration.yaml(entries: entries + [website], catalog: TestCatalog.catalog, region: "FR")
        let loaded = TestCatalog.load(yaml)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.settings.region == "FR")
        #expect(loaded.settings.chains[.email] == Chain("hunter", "prospeo", "findymail"))
        #expect(loaded.settings.chains[.officePhone] == Chain("account_store", "website"))
        #expect(loaded.settings.chains[.verifyEmail] == Chain("zerobounce"))
        #expect(loaded.settings.chains[.verifyPhone] == Chain("libphonenumber"))
        #expect(loaded.settings.plan?.grant == Credits(10_000))
        // What no chain asks is not set up: it would be warned of.
        #expect(loaded.settings.providers["dropcontact"] == nil)
        for entry in entries where entry.id != "dropcontact" {
            let settings = try #require(loaded.settings.providers[entry.id])
            #expect(settings.baseURL == entry.baseURL)
            #expect(settings.keys.first?.exposed == entry.key)
            #expect(settings.allowsPrivateAddresses)
        }
    }

    @Test(
        arguments: [
            ("chians", "chains"), ("api-key", "api_key"), ("apiKey", "api_key"), ("catchall", "catch_all"),
            ("xyz", nil),
            ("hutner", "hunter"), ("provider", nil),
        ] as [(String, String?)])
    func `A word that is nearly right is recognised`(word: String, meant: String?) {
        let providers = "{ hunter: { \(word): 1 }, \(word): {} }"
        let yaml = "version: 1\nchains: {}\n\(word): 1\nproviders: \(providers)\naccept: { \(word): 1 }\n"
        let hints = TestCatalog.load(yaml).diagnostics.compactMap(\.hint)
        if let meant { #expect(hints.contains("did you mean `\(meant)`?")) }
    }
}
