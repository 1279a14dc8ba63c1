// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import WaterfallEngine

/// What is read of the headers in which vendors say what is left.
struct QuotaHeaderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var headers: [(String, String)]
        var windows: [QuotaWindow]
        var declared: [QuotaHeader] = []
        var status = 200

        init(
            _ headers: [(String, String)], _ windows: [QuotaWindow] = [], declared: [QuotaHeader] = [],
            status: Int = 200
        ) {
            self.headers = headers
            self.windows = windows
            self.declared = declared
            self.status = status
        }

        var testDescription: String { headers.map { "\($0): \($1)" }.joined(separator: ", ") }

        var read: [QuotaWindow] {
            let reply = ProviderReply(status: status, headers: ReplyHeaders(headers))
            return QuotaHeaders(declared).windows(in: reply, now: noon)
        }
    }

    private static func window(_ name: String, _ remaining: Int, after seconds: Int) -> QuotaWindow {
        QuotaWindow(name: name, remaining: remaining, reset: .after(.seconds(seconds)))
    }

    private static func window(_ name: String, _ remaining: Int, within seconds: Int) -> QuotaWindow {
        QuotaWindow(name: name, remaining: remaining, reset: .within(.seconds(seconds)))
    }

    // MARK: The IETF's

    @Test(arguments: [
        Example([("RateLimit", #""default";r=50;t=30"#)], [window("ratelimit default", 50, after: 30)]),
        Example([("ratelimit", "default;t=30;r=0")], [window("ratelimit default", 0, after: 30)]),
        Example(
            [("RateLimit", #""burst";r=2;t=1, "day";r=7;t=3600;pk=:Y2RkNHF3:"#)],
            [window("ratelimit burst", 2, after: 1), window("ratelimit day", 7, after: 3_600)]),
        Example(
            [("RateLimit", #""a,b;c";r=1;t=2"#), ("RateLimit", #""d";r=3;t=4"#)],
            [window("ratelimit a,b;c", 1, after: 2), window("ratelimit d", 3, after: 4)]),
        // Without a reset the policy's length is all that is known.
        Example(
            [("RateLimit", #""hour";r=9"#), ("RateLimit-Policy", #""min";q=10;w=60,"hour";q=100;w=3600"#)],
            [window("ratelimit hour", 9, within: 3_600)]),
        Example([("RateLimit", #""hour";r=9"#)]),
        // What isn't counted in requests says nothing of calls.
        Example([("RateLimit", #""size";r=0;t=60"#), ("RateLimit-Policy", #""size";q=1000;w=60;qu="content-bytes""#)]),
        Example(
            [("RateLimit", #""n";r=0;t=60"#), ("RateLimit-Policy", #""n";q=10;w=60;qu="requests""#)],
            [window("ratelimit n", 0, after: 60)]),
        Example(
            [("RateLimit-Limit", "100"), ("RateLimit-Remaining", "12"), ("RateLimit-Reset", "8")],
            [window("ratelimit-remaining", 12, after: 8)]),
    ])
    func `the headers of the standard are read`(example: Example) { #expect(example.read == example.windows) }

    // MARK: The common ones

    @Test(arguments: [
        // Seconds, Unix time in seconds, Unix time in milliseconds: `noon` is 1,773,144,000.
        ("30", 30), ("0", 0), ("29.2", 30), ("1773144090", 90), ("1773144090000", 90), ("1773143000", 0),
        (" 45 ", 45),
    ])
    func `a reset is told by its size`(text: String, seconds: Int) {
        for prefix in ["X-RateLimit", "x-ratelimit", "X-Rate-Limit", "RateLimit"] {
            let example = Example([("\(prefix)-Remaining", "3"), ("\(prefix)-Reset", text)])
            #expect(example.read == [Self.window("\(prefix.lowercased())-remaining", 3, after: seconds)])
        }
    }

    @Test func `a moment is compared with the vendor's own clock`() {
        let headers = [
            ("Date", "Tue, 10 Mar 2026 12:10:00 GMT"), ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", "1773144630"),
        ]
        #expect(Example(headers).read == [Self.window("x-ratelimit-remaining", 0, after: 30)])
    }

    @Test func `the wait that a vendor asks for stands where no reset is named`() {
        let left = [QuotaHeader("x-hourly-requests-left", per: .seconds(3_600))]
        let headers = [("x-hourly-requests-left", "0"), ("Retry-After", "120")]
        let name = "x-hourly-requests-left"
        #expect(
            Example(headers, declared: left, status: 429).read == [Self.window(name, 0, after: 120)])
        #expect(Example(Array(headers.prefix(1)), declared: left).read == [Self.window(name, 0, within: 3_600)])
        #expect(
            Example([("X-RateLimit-Remaining", "0"), ("Retry-After", "9")]).read.map(\.reset) == [.after(.seconds(9))])
        #expect(Example([("X-RateLimit-Remaining", "1"), ("Retry-After", "9")]).read.isEmpty)
    }

    // MARK: What is not believed

    @Test(arguments: [
        "-1", "", " ", "none", "1e9", "0x10", "12 34", "1.", ".5", "1,5", "99999999999999999999", "\u{661}", "NaN",
        #"{"minute":5}"#,
    ])
    func `a number that is none is as if it were not there`(text: String) {
        #expect(Example([("X-RateLimit-Remaining", text), ("X-RateLimit-Reset", "30")]).read.isEmpty)
        #expect(Example([("X-RateLimit-Remaining", "5"), ("X-RateLimit-Reset", text)]).read.isEmpty)
        #expect(Example([("RateLimit", "default;r=\(text);t=30")]).read.isEmpty)
    }

    @Test(arguments: ["2678401", "90000000", "9999999999", "99999999999", "999999999999999", "1780000000000"])
    func `a reset that is more than 31 days away is not believed`(text: String) {
        #expect(Example([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", text)]).read.isEmpty)
        #expect(Example([("RateLimit", "default;r=0;t=\(text)")]).read.isEmpty)
    }

    @Test(arguments: [
        "x-ratelimit-remainin", "x-ratelimit-remaining-", "xratelimit-remaining", "ratelimi", "y-ratelimit-remaining",
        "x-ratelimit-remaining ", "retry-after",
    ])
    func `other names are not read`(name: String) {
        #expect(Example([(name, "0"), ("x-ratelimit-reset", "30")]).read.isEmpty)
    }

    @Test func `a reply has at most so many windows`() {
        let list = (0..<100).map { "p\($0);r=\($0);t=1" }.joined(separator: ",")
        #expect(Example([("RateLimit", list)]).read.count == QuotaHeaders.maximumWindows)
    }

    @Test(arguments: [UInt64](1...20))
    func `no bytes break it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let headers = QuotaHeaders([
            QuotaHeader("x-left", member: "minute", per: .seconds(60)), QuotaHeader("x-day-left", reset: "x-day-reset"),
        ])
        let names = [
            "RateLimit", "RateLimit-Policy", "X-RateLimit-Remaining", "X-RateLimit-Reset", "x-left", "x-day-reset", "x",
        ]
        let alphabet = Array("0123456789\";=,:{} rtqw.-\r\n\u{7f}minute".utf8) + [0, 0xff]
        for _ in 0..<400 {
            var block: [UInt8] = []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                if Bool.random(using: &random) {
                    block += Array((names.randomElement(using: &random) ?? "").utf8) + [58]
                }
                for _ in 0..<Int.random(in: 0...24, using: &random) {
                    block.append(alphabet.randomElement(using: &random) ?? 0)
                }
                if Bool.random(using: &random) { block += [13, 10] }
            }
            let reply = ProviderReply(status: 200, headers: ReplyHeaders(block: block))
            for window in headers.windows(in: reply, now: noon) {
                #expect(window.remaining >= 0, "seed \(seed)")
                guard case .after(let time) = window.reset else { continue }
                #expect(time >= .zero && time <= QuotaHeaders.longestReset, "seed \(seed)")
            }
        }
    }

    // MARK: A vendor's own

    private static let own = [
        QuotaHeader("x-minute-request-left", reset: "x-minute-reset-seconds"),
        QuotaHeader("x-24-hour-requests-left", per: .seconds(86_400)),
        QuotaHeader("x-ratelimit-remaining", member: "minute", per: .seconds(60)),
    ]

    @Test(arguments: [
        Example(
            [("X-Minute-Request-Left", "4"), ("X-Minute-Reset-Seconds", "42")],
            [window("x-minute-request-left", 4, after: 42)], declared: own),
        Example([("x-minute-request-left", "4")], declared: own),
        Example(
            [("x-24-hour-requests-left", "0")], [window("x-24-hour-requests-left", 0, within: 86_400)], declared: own),
        // An unlimited window's header is empty.
        Example([("x-24-hour-requests-left", "")], declared: own),
        Example(
            [("x-ratelimit-remaining", #"{"second": 1, "minute": 99}"#), ("x-ratelimit-reset", "2026-11-22 12:31:00")],
            [window("x-ratelimit-remaining", 99, within: 60)], declared: own),
        Example([("x-ratelimit-remaining", #"{"hour": 99}"#)], declared: own),
        Example([("x-ratelimit-remaining", "[99]")], declared: own),
    ])
    func `the headers that a provider declares are read`(example: Example) {
        #expect(example.read == example.windows)
    }
}
