// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import FixtureFiles
import Testing
import WaterfallEngine
import WeirConfiguration

struct ChainEditTests {
    private static func reorder(_ text: String, _ order: ProviderID..., chain: Capability = .email) throws -> String {
        String(decoding: try ChainEdit.reorder(Array(text.utf8), chain, to: order), as: UTF8.self)
    }

    @Test func `comments, quotes and indentation go with their step`() throws {
        let text = """
            # The file.
            chains:
              email:   # asked in this order
                # Cheap.
                - hunter   # 0.034 a hit

                # This comment stands apart.

                # Dear, but good:
                # see the contract.
                -   provider: "prospeo"
                    when: { country: [US, CA] }   # for now
                    # timeout: 4s
                - 'findymail'
                # Nobody else.
              mobile: [prospeo]
            """
        let expected = """
            # The file.
            chains:
              email:   # asked in this order
                - 'findymail'

                # This comment stands apart.

                # Dear, but good:
                # see the contract.
                -   provider: "prospeo"
                    when: { country: [US, CA] }   # for now
                    # timeout: 4s
                # Cheap.
                - hunter   # 0.034 a hit
                # Nobody else.
              mobile: [prospeo]
            """
        #expect(try Self.reorder(text, "findymail", "prospeo", "hunter") == expected)
        #expect(try Self.reorder(expected, "hunter", "prospeo", "findymail") == text)
    }

    @Test func `steps in brackets change places, and nothing between`() throws {
        let prospeo = "{ provider: prospeo, when: { has: [title, domain] } }"
        let text = "chains: { email: [ hunter,\(prospeo) ,\n  \"findymail\" ] }\n"
        let expected = "chains: { email: [ \"findymail\",hunter ,\n  \(prospeo) ] }\n"
        #expect(try Self.reorder(text, "findymail", "hunter", "prospeo") == expected)
    }

    @Test func `a chain with its order keeps its other keys`() throws {
        let head = "chains:\n  email:\n    order: auto # by cost\n    steps:\n"
        let text = head + "    - hunter\n    - prospeo\n    worth: 1 USD\n"
        let expected = head + "    - prospeo\n    - hunter\n    worth: 1 USD\n"
        #expect(try Self.reorder(text, "prospeo", "hunter") == expected)
    }

    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}"])
    func `line ends, a byte order mark and a last line without an end stay`(_ end: String, _ mark: String) throws {
        let lines = ["chains:", "  email:", "    - hunter # é", "    - prospeo"]
        let expected = ["chains:", "  email:", "    - prospeo", "    - hunter # é"]
        let result = try Self.reorder(mark + lines.joined(separator: end), "prospeo", "hunter")
        #expect(result == mark + expected.joined(separator: end))
    }

    @Test(arguments: [
        ("chains:\n  email: &all [hunter, prospeo]\n  mobile: *all\n", "anchor"),
        (
            "chains:\n  email:\n  - { provider: hunter, when: &w { has: title } }\n"
                + "  - { provider: prospeo, when: *w }\n",
            "something else"
        ),
        ("chains:\n  email: [hunter, # cheap\n    prospeo]\n", "comment"),
        ("chains:\n  email: [hunter, prospeo, hunter]\n", "twice"),
        ("chains:\n  email: [hunter, findymail]\n", "other steps"),
        ("chains:\n  mobile: [hunter]\n", "no chain"),
        ("chains: [", "can't be read"),
        ("base: &base [hunter, prospeo]\nchains:\n  email: *base\n  mobile: *base\n", ""),
    ])
    func `what can't be edited safely is left alone`(_ text: String, _ message: String) {
        let error = #expect(throws: ChainEditError.self) { try Self.reorder(text, "prospeo", "hunter") }
        #expect(error?.message.contains(message) ?? false, "\(String(describing: error))")
    }

    /// Every chain of every valid configuration, in random orders and back: only the steps' order changes.
    @Test(arguments: FixtureTests.names("valid"))
    func `the fixtures' chains change nothing but the order of their steps, and change back`(_ name: String) throws {
        let bytes = try #require(FixtureFiles.bytes("configurations/valid/\(name).yaml"))
        let environment = ["HUNTER_KEY": "k", "PROSPEO_KEY": "k", "ZEROBOUNCE_API_KEY": "k"]
        let load = { (bytes: [UInt8]) in
            TestCatalog.load(bytes, environment: environment, files: ["keys/findymail": "f\n"])
        }
        let before = load(bytes)
        var generator = SeededGenerator(seed: 11)
        let chains = before.settings.chains.filter { $0.value.steps.count > 1 }
        for (capability, chain) in chains.sorted(by: { $0.key < $1.key }) {
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.contains("\(capability.rawValue):") else { continue }
            let order = chain.steps.map(\.provider)
            let shuffled = order.shuffled(using: &generator)
            let edited = try ChainEdit.reorder(bytes, capability, to: shuffled)
            let after = load(edited)
            #expect(after.settings.chains[capability]?.steps.map(\.provider) == shuffled)
            for (other, chain) in before.settings.chains where other != capability {
                #expect(after.settings.chains[other] == chain)
            }
            #expect(
                Set(after.settings.chains[capability]?.steps ?? []) == Set(chain.steps)
                    && after.settings.caps == before.settings.caps && !after.hasErrors)
            #expect(try ChainEdit.reorder(edited, capability, to: order) == bytes)
        }
    }
}
