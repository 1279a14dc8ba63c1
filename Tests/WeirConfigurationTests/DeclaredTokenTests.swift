// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine
import WeirConfiguration

/// The key of a declared provider with `token:`.
struct DeclaredTokenTests {
    private static func load(_ key: String?, environment: [String: String] = [:]) -> LoadedConfiguration {
        let written = key.map { "    api_key: \"\($0)\"\n" } ?? ""
        return TestCatalog.load(
            """
            version: 1
            chains: { email: [acme_sso] }
            credits: { plan: { grant: 1 } }
            accept: { trust: [acme_sso] }
            providers:
              acme_sso:
                type: http
            \(written)    capabilities: [email]
                token: { path: /oauth/token, basic: true }
                request: { url: "https://sso.example.com/v1/{domain}" }
                answer: { email: .email }
            """, environment: environment)
    }

    @Test(
        arguments: [
            ("a:b", [:]), ("${ID}:${SECRET}", ["ID": "a", "SECRET": "b"]), ("${BOTH}", ["BOTH": "a:b"]),
            (nil, ["ACME_SSO_API_KEY": "a:b"]),
        ] as [(String?, [String: String])])
    func `It is id and secret, as it is written or from the environment`(key: String?, environment: [String: String]) {
        let loaded = Self.load(key, environment: environment)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.settings.providers["acme_sso"]?.keys.first?.exposed == "a:b")
        let authentication = loaded.catalog["acme_sso"]?.descriptor.authentication
        #expect(authentication == .clientCredentials(.init("/oauth/token", sendsBasic: true)))
    }

    @Test(arguments: [("${BOTH}", "BOTH"), (nil, "ACME_SSO_API_KEY")] as [(String?, String)])
    func `Where there is none, its steps are skipped`(key: String?, variable: String) {
        let loaded = Self.load(key)
        #expect(!loaded.hasErrors)
        #expect(loaded.diagnostics.map(\.message) == ["`acme_sso` has no key: its steps are skipped (`missing_key`)"])
        #expect(loaded.diagnostics.first?.hint?.hasPrefix("set \(variable),") == true)
    }

    @Test(arguments: ["CANARY", ":CANARY", "CANARY:"]) func `A key that is no pair is refused`(key: String) {
        let loaded = Self.load(key)
        #expect(loaded.diagnostics.map(\.message) == ["the key of `acme_sso` is not `id:secret`"])
        #expect(!"\(loaded.diagnostics)".contains("CANARY"))
        #expect(!loaded.effectiveYAML.contains("CANARY"))
    }
}
