// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import Testing
import WaterfallEngine

@testable import Report

@Suite struct PageTests {
    private static let page = ReportPage(ReportTally.ten.report, .plain()).html

    @Test func `nothing is asked for from elsewhere, and nothing runs`() {
        for page in [Self.page, ReportPage(ReportFigures(), .plain()).html] {
            for part in [
                "http:", "https:", "//", "url(", "@import", "<script", "<link", "<img", "<iframe", "javascript:",
            ] {
                #expect(!page.contains(part), "\(part)")
            }
            #expect(page.matches(of: /\s(?:src|href|srcset|on[a-z]+)=/).isEmpty)
        }
    }

    @Test func `every chart has a title, a description and a table`() throws {
        let svgs = Self.page.matches(of: /<svg[^>]*aria-labelledby="([a-z0-9-]+) ([a-z0-9-]+)"[^>]*>/)
        #expect(svgs.count == Self.page.split(separator: "<svg").count - 1 && svgs.count >= 16)
        for svg in svgs {
            for id in [svg.1, svg.2] {
                #expect(Self.page.split(separator: "id=\"\(id)\"").count == 2, "\(id) is there once")
            }
        }
        #expect(Self.page.matches(of: /<title id=/).count == svgs.count)
        #expect(Self.page.matches(of: /<desc id=/).count == svgs.count)
        let figures = Self.page.matches(of: /<figure id="[a-z-]+">/).count
        #expect(figures * 2 == svgs.count && Self.page.matches(of: /<details>/).count == figures)
        #expect(Self.page.matches(of: /role="img"/).count == svgs.count)
    }

    @Test func `headings are in order, ids are unique, and elements are closed`() throws {
        let levels = Self.page.matches(of: /<h([1-6])[ >]/).compactMap { Int($0.1) }
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        for (before, after) in zip(levels, levels.dropFirst()) { #expect(after <= before + 1) }
        let ids = Self.page.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
        #expect(ids.count == Set(ids).count)
        let void: Set<Substring> = ["meta"]
        var open: [Substring] = []
        for tag in Self.page.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*>/) where !void.contains(tag.2) {
            if tag.1.isEmpty { open.append(tag.2) } else { #expect(open.popLast() == tag.2) }
        }
        #expect(open.isEmpty && Self.page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    }

    @Test func `it says what was found`() {
        let text = Self.text(of: Self.page)
        for sentence in [
            "Of 11 prospects, 7 have a verified email (78% of the 9 asked for one) and 1 has a phone number (50% of the 2 "
                + "asked for one). "
                + "It took 15 credits, and vendors bill 0.22 USD.",
            "9 requests asked for one; 89% ended with a verified email. Hunter supplied 71% of those that were found.",
            "The first provider found 63%. Those after it added 2, which is 29% of all that were found.",
            "14% of the 7 charged emails bounced, and 1 was refunded. 1 credit is due with the next billing cycle.",
            "1 of 13 calls failed (7.7%), most of them at Hunter.", "3 requests did not pass the credit gate.",
            "Refused: sent elsewhere", "10 Mar 2026 to 12 Mar 2026", "13 Mar 2026, 12:00 UTC by weir 0.1.0",
        ] { #expect(text.contains(sentence), "\(sentence)") }
    }

    @Test func `an empty store is told kindly`() {
        let text = Self.text(of: ReportPage(ReportFigures(), .plain()).html)
        #expect(text.contains("Nothing was asked yet. Once prospects were enriched, this page says"))
        #expect(!text.contains("NaN") && !text.contains("0 credits"))
        let narrowed = ReportPage(ReportFigures(), .plain(query: ReportQuery(user: "ann"))).html
        #expect(Self.text(of: narrowed).contains("A wider one may show more."))
    }

    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "</style><style>",
        "</title></svg><b>", "&lt;b&gt;", "<!--", "]]>", "\u{202E}txt.exe", "a\u{0}b\u{1B}[31m", "&#x3C;script&#x3E;",
    ]

    @Test(arguments: hostile) func `a name is text, whatever is in it`(name: String) {
        var tally = ReportTally.ten
        tally.add(.email(.verified, [.turn(ProviderID(rawValue: name), .matched, cost: Amount(1, name))]))
        tally.add(.email(.exhausted, [.turn(ProviderID(rawValue: name), .failed(.throttled))]))
        tally.addRefusals(1, by: name)
        tally.addRefusedClaims(1, reason: name)
        let query = ReportQuery(user: name, list: name)
        let context = ReportContext(
            team: name, query: query, madeAt: noon, program: name, store: name,
            names: [ProviderID(rawValue: name): name])
        let html = ReportPage(tally.report, context).html
        let plain = ReportPage(tally.report, .plain(query: ReportQuery(user: "u", list: "l"))).html
        #expect(Self.tags(of: html) == Self.tags(of: plain), "the same elements, whatever the names are")
        #expect(!html.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{0}" || $0 == "\u{1B}" })
        let shown = name.replacing("\u{202E}", with: "\u{FFFD}").replacing("\u{0}", with: "\u{FFFD}")
            .replacing("\u{1B}", with: "\u{FFFD}")
        #expect(Self.text(of: html).contains("user \(shown)"))
    }

    @Test(arguments: UInt64(1)...10) func `any figures make a page`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let providers: [ProviderID] = ["hunter", "prospeo", "findymail", "lusha"]
        let outcomes: [AttemptOutcome] =
            [.matched, .noMatch, .rejected, .notRun] + ProviderError.Kind.allCases.map { .failed($0) }
            + SkipReason.allCases.map { .skipped($0) }
        var tally = ReportTally()
        for _ in 0..<Int.random(in: 1...200, using: &random) {
            let turns = providers.prefix(Int.random(in: 0...4, using: &random)).map { provider in
                let outcome = outcomes.randomElement(using: &random) ?? .matched
                return ReportTally.Turn.turn(
                    provider, outcome, Capability.allCases.randomElement(using: &random) ?? .email,
                    cost: Amount(
                        micros: Int64.random(in: 0...5_000_000, using: &random),
                        unit: Bool.random(using: &random) ? "USD" : "hunter_credits"))
            }
            tally.add(
                ReportTally.Request(
                    createdAt: noon + .days(Int.random(in: 0...700, using: &random)),
                    isVerification: Int.random(in: 0...9, using: &random) == 0,
                    outcome: RequestOutcome.allCases.randomElement(using: &random),
                    stopped: [
                        .email: StopReason.allCases.randomElement(using: &random) ?? .had,
                        .phone: StopReason.allCases.randomElement(using: &random) ?? .had,
                    ], captured: Credits(millis: Int64.random(in: 0...9_000, using: &random)), turns: Array(turns)))
        }
        let page = ReportPage(tally.report, .plain())
        #expect(!page.html.contains("nan") && page.html.contains("</html>"), "seed \(seed)")
        #expect(!page.json.serialized().isEmpty)
    }

    @Test func `JSON has the same figures under stable keys`() throws {
        let page = ReportPage(ReportTally.ten.report, .plain())
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(page.json.serialized())) as? [String: Any])
        #expect(
            json.keys.sorted() == [
                "bounces", "chains", "days", "list", "made_at", "open", "outcomes", "prospects", "providers", "refused",
                "requests", "run", "since", "source", "team", "total", "until", "user", "verifications",
            ])
        let total = try #require(json["total"] as? [String: Any])
        #expect(total["credits"] as? String == "15" && total["emails"] as? Int == 7)
        let chains = try #require(json["chains"] as? [[String: Any]])
        #expect(chains.map { $0["capability"] as? String } == ["email", "mobile"])
        #expect(
            (chains[0]["steps"] as? [[String: Int]])?.first == ["reached": 8, "found": 5, "missed": 2, "failed": 1])
        #expect(json["made_at"] as? String == "2026-03-13T12:00:00Z" && json["since"] is NSNull)
    }

    // MARK: Reading

    /// What is read, without elements.
    private static func text(of html: String) -> String {
        let body = html.replacing(/<style>[^<]*<\/style>/, with: "").replacing(/<[^>]*>/, with: "")
        return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(body) { $0.replacing($1.0, with: $1.1) }
    }

    /// The elements and the names of their attributes, in order. Names that are longer or shorter move bars and ticks.
    private static func tags(of html: String) -> [String] {
        html.matches(of: /<\/?[a-zA-Z!][^>]*>/).map { tag in
            let names = String(tag.output).replacing(/="[^"]*"/, with: "")
            return names.hasPrefix("<text") ? "<text>" : names
        }.filter { $0 != "<text>" && $0 != "</text>" && $0 != "<line x1 y1 x2 y2>" }
    }
}
