// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import WebsiteProvider

@Suite struct RobotsRulesTests {
    func rules(_ text: String) -> RobotsRules { RobotsRules(Array(text.utf8), agent: "weir") }

    @Test(arguments: [
        ("", "/", true),
        ("User-agent: *\nDisallow: /", "/", false),
        ("User-agent: *\nDisallow:", "/", true),
        ("User-agent: *\nDisallow: /\nAllow: /contact", "/contact", true),
        ("User-agent: *\nDisallow: /\nAllow: /contact", "/", false),
        // The longest match wins, whatever the order; Allow where both are as long.
        ("User-agent: *\nAllow: /contact\nDisallow: /contact/team", "/contact/team", false),
        ("User-agent: *\nDisallow: /contact\nAllow: /contact", "/contact", true),
        ("User-agent: *\nAllow: /contact\nDisallow: /contact", "/contact", true),
        ("User-agent: *\nDisallow: /*.php$", "/contact.php", false),
        ("User-agent: *\nDisallow: /*.php$", "/contact.php?x=1", true),
        ("User-agent: *\nDisallow: /*/contact", "/en/contact", false),
        ("User-agent: *\nDisallow: /*/contact", "/contact", true),
        ("User-agent: *\nDisallow: /$", "/", false),
        ("User-agent: *\nDisallow: /$", "/contact", true),
        ("User-agent: *\nDisallow: *contact", "/en/contact", false),
        // A group of its own counts alone, and several are one.
        ("User-agent: weir\nAllow: /\n\nUser-agent: *\nDisallow: /", "/", true),
        ("User-agent: WEIR/2.0\nDisallow: /", "/", false),
        ("User-agent: weird\nDisallow: /", "/", true),
        ("User-agent: weir\nDisallow: /a\n\nUser-agent: weir\nDisallow: /b", "/b", false),
        ("User-agent: other\nUser-agent: weir\nDisallow: /", "/", false),
        ("User-agent: weir\nUser-agent: *\nDisallow: /a\nUser-agent: other\nDisallow: /", "/b", true),
        ("User-agent: other\nDisallow: /", "/", true),
        // Comments, case, blanks, line ends, marks and rules without a group.
        ("\u{FEFF}user-AGENT : * # all\r\nDISALLOW:/contact#not this\r\n", "/contact", false),
        ("User-agent: *\rDisallow: /\r", "/", false),
        ("Disallow: /\nUser-agent: *\nAllow: /", "/", true),
        ("User-agent: *\nCrawl-delay: 10\nSitemap: https://example.com/s.xml\nDisallow: /x", "/x", false),
        // Escapes are compared in one form.
        ("User-agent: *\nDisallow: /%63ontact", "/contact", false),
        ("User-agent: *\nDisallow: /caf%c3%a9", "/caf%C3%A9", false),
        ("User-agent: *\nDisallow: /café", "/caf%C3%A9", false),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", true),
    ])
    func `a site's rules are obeyed`(text: String, path: String, isAllowed: Bool) {
        #expect(rules(text).allow(path) == isAllowed)
    }

    @Test func `more rules than are read allow nothing`() {
        let many = (0...RobotsRules.maximumRules).map { "Disallow: /\($0)" }.joined(separator: "\n")
        #expect(!rules("User-agent: *\n\(many)").allow("/contact"))
    }

    @Test func `stars cost little`() {
        let pattern = "/" + String(repeating: "*a", count: 400) + "b"
        let path = "/" + String(repeating: "a", count: 250)
        #expect(rules("User-agent: *\nDisallow: \(pattern)").allow(path))
    }
}

@Suite struct WebPageTests {
    func page(_ html: String, charset: String? = nil) -> WebPage { WebPage(html: Array(html.utf8), charset: charset) }

    @Test func `what a page says is found, and nesting is no matter`() {
        let html =
            String(repeating: "<div>", count: 200)
            + #"<a href=" tel:+1-202-555-0100 ">x</a><a href='/kontakt?a=1&amp;b=2'>Kontakt</a>"#
            + #"<span itemprop="name telephone"> <b>+1 202</b> 555 0101 </span>"#
            + #"<script type="application/ld+json; charset=utf-8">{"a": "<b>"}</script>"#
        let found = page(html)
        #expect(found.dialed == ["+1-202-555-0100"])
        #expect(found.links == ["/kontakt?a=1&b=2"])
        #expect(found.marked == ["+1 202 555 0101"])
        #expect(found.documents == [#"{"a": "<b>"}"#])
    }

    @Test func `a page of another encoding is read in it`() {
        let start = Array("<meta charset=iso-8859-1><span itemprop=telephone>Tel.".utf8)
        let html = start + [0xE9] + Array(" +1 202 555 0100</span>".utf8)
        #expect(WebPage(html: html, charset: "iso-8859-1").marked == ["Tel.é +1 202 555 0100"])
    }

    @Test func `ten thousand open elements are no trouble`() {
        let html = String(repeating: "<div><p><b>", count: 10_000) + "<a href=tel:+12025550100>x</a>"
        _ = page(html)
    }

    @Test func `an empty page has nothing`() {
        #expect(page("") == page("   "))
        #expect(page("\u{0}\u{1}").dialed.isEmpty)
    }

    @Test(arguments: [
        ("/contact", "/contact"), ("contact.html", "/contact.html"), ("https://example.com/contact#top", "/contact"),
        ("//www.example.com/contact", "/contact"), ("HTTPS://EXAMPLE.COM/contact", "/contact"),
        ("?page=contact", "/?page=contact"),
        ("https://example.com", "/"), ("https://example.org/contact", nil), ("mailto:contact@example.com", nil),
        ("javascript:contact()", nil), ("/contact/../admin", nil), ("/con tact", nil), ("/contact\r\nX: y", nil),
        ("https://example.com@example.org/contact", nil), ("ftp://example.com/contact", nil),
    ])
    func `a link leads to a path of the same host, or nowhere`(link: String, path: String?) {
        #expect(PageLink.path(of: link, on: "example.com") == path)
    }
}

/// A site that answers at some hosts alone, and with one page.
private actor Site: ProviderExchange {
    let hosts: Set<String>
    let robots: String
    var asked: [String] = []

    init(_ hosts: Set<String>, robots: String = "") {
        self.hosts = hosts
        self.robots = robots
    }

    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply {
        guard case .page(let host, let path) = request.target else { throw ProviderError(.rejectedQuery) }
        asked.append(host + path)
        guard hosts.contains(host) else { throw ProviderError(.unavailable, "no such host") }
        let body = path == "/robots.txt" ? robots : "<a href=tel:+12025550100>Call</a>"
        let headers = ReplyHeaders([("Content-Type", "text/html")])
        return ProviderReply(status: 200, headers: headers, body: Array(body.utf8))
    }

    func keep(_ ticket: PollTicket) async throws(ProviderError) {}
    func wait(_ duration: Duration) async throws(ProviderError) {}
    nonisolated var timeLeft: Duration { .seconds(15) }
}

@Suite struct WebsiteFlowTests {
    static let query = ContactQuery(capability: .officePhone, domain: "example.com")

    @Test func `a company that answers under www alone is found`() async throws {
        let site = Site(["www.example.com"])
        let answer = try await Website().find(Self.query, using: ProviderClient(site))
        #expect(answer.officePhones.map(\.raw) == ["+12025550100"])
        #expect(
            await site.asked == [
                "example.com/robots.txt", "www.example.com/robots.txt", "www.example.com/", "www.example.com/contact",
            ])
    }

    @Test func `a company that can't be reached is not a miss`() async {
        await #expect(throws: ProviderError(.unavailable, "no such host")) {
            try await Website().find(Self.query, using: ProviderClient(Site([])))
        }
    }

    @Test func `a contact page may be read where the home page may not`() async throws {
        let site = Site(["example.com"], robots: "User-agent: *\nDisallow: /$")
        #expect(try await Website().find(Self.query, using: ProviderClient(site)).officePhones.count == 1)
        #expect(await site.asked == ["example.com/robots.txt", "example.com/contact"])
    }

    @Test(arguments: ["localhost", "exa mple.com", "example.com/x", "example.com:80", "Example.com", ""])
    func `what is not a domain is not asked`(domain: String) async {
        let site = Site([domain])
        await #expect(throws: ProviderError(.rejectedQuery, "needs a domain")) {
            let query = ContactQuery(capability: .officePhone, domain: domain)
            return try await Website().find(query, using: ProviderClient(site))
        }
        #expect(await site.asked.isEmpty)
    }
}
