// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct FixtureTests {
    private let files = Repository.files(under: "Fixtures", ending: "json")

    /// Domains that stand in fixtures though they are kept for nobody, and why.
    private static let excused: [Substring: String] = [
        "domain.com": "Apollo's placeholder for an address that is not unlocked",
        "exmaple.com": "the misspelling that a verifier corrects",
    ]

    @Test func `every fixture is JSON`() {
        #expect(!files.isEmpty)
        for path in files {
            let data = Data((Repository.text(path) ?? "").utf8)
            #expect(throws: Never.self, "\(path)") { _ = try JSONSerialization.jsonObject(with: data) }
        }
    }

    @Test func `every case of a provider names its source`() throws {
        for path in files where path.hasPrefix("Fixtures/providers/") {
            let data = Data((Repository.text(path) ?? "").utf8)
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(path)")
            #expect((object["source"] as? String)?.isEmpty == false, "\(path)")
            #expect((object["name"] as? String)?.isEmpty == false, "\(path)")
        }
    }

    @Test func `no fixture holds what looks like a live key or a real person`() {
        let paths = files + ["yaml", "csv", "txt", "html"].flatMap { Repository.files(under: "Fixtures", ending: $0) }
        for path in paths {
            for (offset, line) in (Repository.text(path) ?? "").split(separator: "\n").enumerated() {
                #expect(!Self.looksLikeKey(line), "\(path):\(offset + 1)")
                #expect(Self.strangeAddress(in: line) == nil, "\(path):\(offset + 1)")
            }
        }
    }

    // The controls: what the rules above must find.

    @Test(arguments: [
        ("AKIA" + "ABCDEFGHIJKLMNOP", true), ("sk_" + "live_0123456789abcdef0123", true),
        ("ghp_" + String(repeating: "a1", count: 18), true),
        ("\"api_key\": \"" + String(repeating: "0f", count: 20) + "\"", true),
        ("Authorization: Bearer " + String(repeating: "Zz9", count: 10), true),
        ("\"api_key\": \"test-key\"", false), ("Authorization: Bearer ${ACME_TOKEN}", false),
        ("\"id\": \"" + String(repeating: "0f", count: 20) + "\"", false),
    ])
    func `keys are told from other text`(line: String, isKey: Bool) {
        #expect(Self.looksLikeKey(line[...]) == isKey)
    }

    @Test(arguments: [
        ("jane@acme.example", true), ("jane.doe@example.com", true), ("a@labs.example.org", true), ("j@x.test", true),
        ("jane@gmail.com", false), ("jane@acme.io", false), ("no address", true), ("\"@type\": \"Person\"", true),
    ])
    func `addresses are at names kept for examples`(line: String, isFine: Bool) {
        #expect((Self.strangeAddress(in: line[...]) == nil) == isFine)
    }

    private static func looksLikeKey(_ line: Substring) -> Bool {
        guard longestWord(in: line) >= 13 else { return false }
        let shapes = /AKIA[0-9A-Z]{16}|sk_live_[0-9a-zA-Z]{16}|gh[pousr]_[0-9A-Za-z]{36}|xox[abp]-[0-9A-Za-z-]{10}/
        let named = /(?:[kK]ey|[tT]oken|[sS]ecret|Bearer|X-KEY)["']?[:=\s]+["']?[A-Za-z0-9_\-]{24}/
        return line.contains(shapes) || line.contains(named)
    }

    /// Most lines have no word that is long enough for a key, and counting is much cheaper than matching.
    private static func longestWord(in line: Substring) -> Int {
        var (longest, length) = (0, 0)
        for byte in line.utf8 {
            let isWord = byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte >= UInt8(ascii: "0")
            length = isWord && byte != UInt8(ascii: ":") ? length + 1 : 0
            longest = max(longest, length)
        }
        return longest
    }

    /// The domain of the first address that is at none of the names that are kept for examples (RFC 2606, RFC 6761).
    private static func strangeAddress(in line: Substring) -> Substring? {
        guard line.utf8.contains(UInt8(ascii: "@")) else { return nil }
        let kept = ["example", "test", "invalid", "localhost", "example.com", "example.org", "example.net"]
        return line.matches(of: /[A-Za-z0-9._%+\-]@([A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,})/).lazy.map(\.1)
            .first { domain in
                excused[domain] == nil && !kept.contains { domain == $0 || domain.hasSuffix(".\($0)") }
            }
    }
}
