// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing

@testable import Verification

struct DomainSuggestionTests {
    private func suggestion(_ domain: String) -> String? { DomainSuggestion(for: domain)?.domain }

    @Test(arguments: [
        ("gmial.com", "gmail.com", 0.7), ("gmai.com", "gmail.com", 1), ("gmal.com", "gmail.com", 1),
        ("gmaill.com", "gmail.com", 0.6), ("gnail.com", "gmail.com", 0.8), ("gamil.com", "gmail.com", 0.7),
        ("gmail.con", "gmail.com", 0.8), ("gmail.cmo", "gmail.com", 0.7), ("gmail.comm", "gmail.com", 0.6),
        ("gmail.co", "gmail.com", 1), ("gmail.cm", "gmail.com", 1), ("gmail.om", "gmail.com", 1),
        ("gmailc.om", "gmail.com", 0.7), ("gmailcom", "gmail.com", 1), ("gmial.con", "gmail.com", 1.5),
        ("hotmial.com", "hotmail.com", 0.7), ("hotmil.com", "hotmail.com", 1), ("hptmaol.com", "hotmail.com", 1.6),
        ("yaho.com", "yahoo.com", 0.6), ("yaho.con", "yahoo.com", 1.4), ("yhaoo.com", "yahoo.com", 0.7),
        ("outlok.com", "outlook.com", 0.6), ("outloook.com", "outlook.com", 0.6), ("ilcoud.com", "icloud.com", 0.7),
        ("wbe.de", "web.de", 0.7), ("gmx.d", "gmx.de", 1), ("hotmail.co.k", "hotmail.co.uk", 1),
        ("acme.con", "acme.com", 0.8), ("acme.nte", "acme.net", 0.7), ("acme.ogr", "acme.org", 0.7),
        ("mail.acme.cmo", "mail.acme.com", 0.7), ("hitmail.con", "hitmail.com", 0.8),
    ])
    func `a slip of the hand is undone`(typed: String, meant: String, distance: Double) {
        #expect(suggestion(typed) == meant)
        #expect(DomainSuggestion(for: typed)?.distance == distance)
        #expect(DomainSuggestion(for: typed, hasMailRecords: true) == nil)
    }

    @Test(arguments: [
        "gmail.com", "acme.com", "example.com", "", ".", ".con", "com", "con",
        // Other hosts, and companies with names like those of hosts.
        "mail.com", "email.com", "ymail.com", "cloud.com", "kahoot.com", "love.com", "five.com", "aon.com", "key.com",
        "zoom.com", "msc.com", "orange.com", "proton.com", "orange.fi", "web.dk", "free.it", "libero.com",
        // Two slips in a short name, and a first letter that is another.
        "yaho.co", "gmi.com", "amail.com", "bmail.com", "mail.gmial.com",
        // Names that a large host is known by elsewhere.
        "hotmail.co", "yahoo.co", "outlook.cz",
    ])
    func `what may be meant is left alone`(domain: String) {
        #expect(suggestion(domain) == nil)
    }

    @Test func `a domain that is too long is not looked at`() {
        func long(_ count: Int) -> String { String(repeating: "a", count: count - 4) + ".con" }
        #expect(suggestion(long(DomainSuggestion.maximumLength)) != nil)
        #expect(suggestion(long(DomainSuggestion.maximumLength + 1)) == nil)
        #expect(suggestion(String(repeating: "a", count: 1_000_000)) == nil)
    }

    @Test func `no listed domain is taken for another, but for mistyped names that are squatted`() {
        var suggested: Set<String> = []
        for list in [DomainList.disposable, .freeMail] {
            let domains = String(decoding: list.contents, as: UTF8.self).split(separator: "\n").map(String.init)
            suggested.formUnion(domains.filter { suggestion($0) != nil })
            #expect(domains.count > 5_000)
        }
        #expect(suggested == DomainSuggestion.squatted)
        #expect(DomainSuggestion.squatted.count == 6)
    }

    /// Of the slips at the twenty largest hosts 484 of 519 are undone, and none is taken for another host.
    @Test func `nine of ten slips at the largest hosts are undone, and none wrongly`() {
        var (right, wrong, all) = (0, 0, 0)
        for host in DomainSuggestion.hosts.prefix(20) {
            for slip in slips(in: host) {
                let suggested = suggestion(slip)
                all += 1
                if suggested == host { right += 1 }
                if let suggested, suggested != host { wrong += 1 }
            }
        }
        #expect(all == 519)
        #expect(Double(right) / Double(all) >= 0.93)
        #expect(wrong == 0)
    }

    /// Each letter left out, typed twice, and swapped with the one before it.
    private func slips(in host: String) -> [String] {
        let letters = Array(host)
        var slips: Set<String> = []
        for index in letters.indices {
            slips.insert(String(letters[..<index] + letters[(index + 1)...]))
            slips.insert(String(letters[...index] + letters[index...]))
            guard index > 0 else { continue }
            var swapped = letters
            swapped.swapAt(index - 1, index)
            slips.insert(String(swapped))
        }
        slips.remove(host)
        return slips.filter { !$0.contains("..") && !$0.hasPrefix(".") && !$0.hasSuffix(".") }.sorted()
    }

    @Test func `the tables hold what they say`() {
        #expect(Set(DomainSuggestion.hosts).count == DomainSuggestion.hosts.count)
        #expect(DomainSuggestion.hosts.count >= 60)
        for top in DomainSuggestion.topLevels.keys.sorted() {
            #expect(!PublicSuffixList.hasTopLevel(top), "\(top)")
            #expect(suggestion("acme-industries.\(top)") != nil)
        }
        #expect(TypingDistance.areNeighbours(UInt8(ascii: "n"), UInt8(ascii: "m")))
        #expect(TypingDistance.areNeighbours(UInt8(ascii: "a"), UInt8(ascii: "q")))
        #expect(TypingDistance.areNeighbours(UInt8(ascii: "g"), UInt8(ascii: "b")))
        #expect(!TypingDistance.areNeighbours(UInt8(ascii: "a"), UInt8(ascii: "e")))
        #expect(!TypingDistance.areNeighbours(UInt8(ascii: "a"), UInt8(ascii: "l")))
    }

    @Test(arguments: [
        ("", "", 0), ("a", "a", 0), ("", "ab", 23), ("ab", "", 23), ("abc", "acb", 7), ("abcd", "abd", 10),
        ("aabc", "abc", 6),
        ("abc", "abbc", 6), ("xbc", "bc", 13), ("ca", "abc", 33), ("abc", "abl", 10), ("abn", "abm", 8),
        ("qbc", "abc", 11), ("aab", "aab", 0), ("ba", "ab", 7),
    ])
    func `the distance counts what the hand did`(typed: String, meant: String, tenths: Int) {
        #expect(TypingDistance.tenths(from: Array(typed.utf8), to: Array(meant.utf8), limit: 100) == tenths)
        let lower = TypingDistance.tenths(from: Array(typed.utf8), to: Array(meant.utf8), limit: tenths - 1)
        #expect(lower == nil)
    }
}
