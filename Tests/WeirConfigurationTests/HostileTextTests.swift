// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import FixtureFiles
import Testing
import WaterfallEngine
import WeirConfiguration

/// Texts that are made to cost time, to crash, or to bring secrets to light.
struct HostileTextTests {
    private static func bomb(levels: Int, width: Int) -> String {
        var lines = ["version: 1", "chains: {}", "a0: &a0 [x]"]
        for level in 1...levels {
            let aliases = Array(repeating: "*a\(level - 1)", count: width).joined(separator: ", ")
            lines.append("a\(level): &a\(level) [\(aliases)]")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text, and a part of what is said of it.
    struct Hostile: Sendable, CustomTestStringConvertible {
        let name: String
        let yaml: String
        let message: String

        var testDescription: String { name }

        init(_ name: String, _ message: String, _ yaml: String) {
            self.name = name
            self.yaml = yaml
            self.message = message
        }
    }

    private static func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    static let texts = [
        Hostile("aliases of aliases", "aliases that stand for more than", bomb(levels: 9, width: 7)),
        Hostile("two aliases, many levels", "aliases that stand for more than", bomb(levels: 31, width: 2)),
        Hostile("many aliases", "more than 64 aliases", "version: 1\na: &a x\nb: [\(times("*a, ", 100))]\n"),
        Hostile(
            "aliases as keys", "aliases that stand for more than", bomb(levels: 8, width: 6) + "b: {*a8 : 1, *a7 : 2}\n"
        ),
        Hostile(
            "merges of merges", "aliases that stand for more than",
            "version: 1\na: &a {k: v}\n" + (0..<60).map { "b\($0): &a {<<: *a, l\($0): [*a]}\n" }.joined()),
        Hostile("an alias of itself", "an alias without its anchor", "version: 1\nchains: &a\n  email: *a\n"),
        Hostile("flow nesting", "levels of nesting", "version: 1\nchains: \(times("[", 1_500))"),
        Hostile(
            "closed flow nesting", "levels of nesting", "version: 1\nchains: \(times("[", 1_200))\(times("]", 1_200))\n"
        ),
        Hostile("mapping nesting", "levels of nesting", "version: 1\nchains: \(times("{a: ", 1_500))"),
        Hostile("block nesting", "levels of nesting", (0..<1_100).map { times(" ", $0) + "a:\n" }.joined()),
        Hostile("dashes", "levels of nesting", "version: 1\nchains:\n  \(times("- ", 1_500))x\n"),
        Hostile("forty levels", "levels of nesting", "version: 1\nchains: \(times("[", 40))\(times("]", 40))\n"),
        Hostile("complex keys", "levels of nesting", "version: 1\n\(times("? ", 1_500))x\n"),
        Hostile("too many bytes", "more than 1 MiB", "version: 1\n" + times("#", 1_048_577)),
        Hostile("too many values", "more than 100,000 values", "version: 1\nchains: [\(times("x,", 150_000))]\n"),
        Hostile("doubled keys", "twice", "version: 1\n" + times("chains: {}\n", 2_000)),
        Hostile("no text", "can't be seen", "\u{0}\u{1}\u{2}"),
        Hostile("a private character", "can't be seen", "version: 1\nchains: \u{E000}a\n"),
        Hostile("two documents", "a second document", "version: 1\nchains: {}\n---\nversion: 1\n"),
        Hostile("nothing", "is empty", ""), Hostile("a comment", "is empty", "# nothing\n"),
        Hostile("a word", "expected a mapping", "hello"), Hostile("a list", "expected a mapping", "- a\n- b\n"),
        Hostile("an anchor alone", "expected a mapping", "&a"),
        Hostile("tabs", "no value can begin like this", "version: 1\nchains:\n\temail: []\n"),
    ]

    @Test(arguments: texts)
    func `A hostile text is refused, and soon`(hostile: Hostile) throws {
        var read: LoadedConfiguration?
        let time = processorTime { read = TestCatalog.load(hostile.yaml) }
        let loaded = try #require(read)
        #expect(loaded.hasErrors)
        #expect(loaded.diagnostics.contains { $0.message.contains(hostile.message) }, "\(loaded.diagnostics.prefix(3))")
        #expect(loaded.diagnostics.count <= 120)
        // Generous: a debug build. What is exponential takes minutes.
        #expect(time < .seconds(4), "\(time)")
    }

    @Test func `Bytes that are no UTF-8 are refused`() {
        #expect(TestCatalog.load([0x76, 0xFF, 0xFE, 0x3A]).hasErrors)
        #expect(TestCatalog.load([0xEF, 0xBB, 0xBF] + Array("version: 1\nchains: {}\n".utf8)).hasErrors == false)
    }

    @Test func `Anything may be in a text, and nothing traps`() throws {
        let names =
            FixtureFiles.list("configurations/valid").map { "valid/\($0)" }
            + FixtureFiles.list("configurations/invalid").filter { $0.hasSuffix(".yaml") }.map { "invalid/\($0)" }
        let seeds = try names.map { try #require(FixtureFiles.bytes("configurations/\($0)")) }
        let pieces = [
            "*", "&a ", "*a", "<<: ", "? ", ": ", "- ", "[", "]", "{", "}", "\"", "'", "|\n", ">-\n", "#", "\t", "\n",
            "\r",
            "\u{2028}", "${", "${X}", "!!str ", "%YAML 1.2\n", "---\n", "...\n", "\u{0}", "\u{E001}", "é", "🚀", "\\",
            "version: 1\n", "~",
        ]
        var generator = Generator(state: 7_400)
        for round in 0..<800 {
            var bytes = seeds[round % seeds.count]
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
            case 1:
                for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
            case 2:
                let low = Int.random(in: 0...bytes.count, using: &generator)
                bytes.removeSubrange(low..<min(bytes.count, low + Int.random(in: 0...20, using: &generator)))
            default: break
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                bytes.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "").utf8, at: place)
            }
            let loaded = TestCatalog.load(bytes)
            for diagnostic in loaded.diagnostics {
                #expect(diagnostic.position.line >= 1 && diagnostic.position.column >= 1)
                #expect(diagnostic.excerpt.map { $0.offset <= $0.line.unicodeScalars.count } ?? true)
                #expect(!diagnostic.description.contains("\u{E000}") && !diagnostic.description.contains("\u{E001}"))
            }
        }
    }

    /// Every value of a configuration in turn is made a secret, or its text is broken at it: where the text says that
    /// something is a secret, no diagnostic and no configuration in effect shows it.
    @Test func `Secrets show nowhere, wherever the text breaks`() throws {
        let canary = "c4n4ry-5ecret-0123456789"
        let lines = [
            "version: 1", "chains: { email: [hunter], verify_email: [zerobounce] }", "credits: { plan: { grant: 1 } }",
            "providers:", "  hunter:", "    api_key: \(canary)", "    rate: 10/s",
            "  zerobounce: { api_key: '\(canary)', rate: 1/s }",
            "  prospeo:", "    api_key: |", "      \(canary)", "      \(canary)", "    timeout: 4s",
        ]
        let breaks = [
            "x", "[", "]", "{", "}", "\"", "'", ":", "  bad", "\t", "- a", "*x", "&x", "${", "key: ]", "? a",
            "api_kye: 1",
        ]
        for line in 0...lines.count {
            for text in breaks {
                for indent in ["", "  ", "    "] {
                    var broken = lines
                    broken.insert(indent + text, at: line)
                    check(broken, canary)
                    guard lines.indices.contains(line) else { continue }
                    broken = lines
                    broken[line] += text
                    check(broken, canary)
                }
            }
        }
    }

    @Test(arguments: [
        "api_key: [CANARY]", "api_key: { CANARY: CANARY }", "api_kye: CANARY", "token: { a: [CANARY] }",
        "headers: { X: CANARY }",
        "base_url: https://CANARY@example.com", "base_url: https://example.com?key=CANARY", "api_key: ${CANARY",
        "api_key: ${${CANARY}}",
        "api_key: \"CANARY", "api_key: CANARY: CANARY", "rate: 1/s # CANARY", "api_key: ${LONG}${MISSING}",
        "? CANARY CANARY\n    : x",
        "c4n4ry0123456789: x\n    c4n4ry0123456789: y",
    ])
    func `A secret in the wrong place doesn't show`(line: String) {
        let yaml =
            "version: 1\nchains: { email: [hunter], verify_email: [zerobounce] }\nproviders:\n  hunter:\n    \(line)\n"
        let loaded = TestCatalog.load(yaml, environment: ["LONG": "CANARY"])
        let output = loaded.diagnostics.map(\.description).joined() + loaded.effectiveYAML
        // A name of a variable, and an unknown key, are what the message is about.
        if !line.hasPrefix("api_key: ${CANARY"), !line.hasPrefix("api_key: ${${"), !line.hasPrefix("? ") {
            #expect(!output.contains("CANARY"))
        }
        #expect(!output.contains("c4n4ry"))
    }

    private func check(_ lines: [String], _ canary: String) {
        let loaded = TestCatalog.load(lines.joined(separator: "\n") + "\n")
        let output = loaded.diagnostics.map(\.description).joined(separator: "\n") + loaded.effectiveYAML
        #expect(!output.contains("c4n4ry") && !output.contains("5ecret"), "\(lines.joined(separator: "\n"))")
    }
}

/// A small generator that gives the same numbers everywhere (SplitMix64).
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
