// SPDX-License-Identifier: Apache-2.0

/// The websites of the fictional companies: `/website/<domain>/<path>`.
///
/// No key, no credits. A page costs nothing, so that "hit" here means a page that exists.
struct WebsiteVendor: Vendor {
    let facts = SandboxVendor(id: "website", name: "Company websites", needsKey: false)

    func refusal(of call: Call) -> Reply? { nil }

    func throttled(_ call: Call, at desk: Desk) -> Reply {
        html(429, .throttled, "Too Many Requests", "<p>Please come back later.</p>")
            .with([("retry-after", "1")])
    }

    func broken() -> Reply {
        html(502, .failed, "Bad Gateway", "<p>The server is not well.</p>")
    }

    func answer(_ call: Call, at desk: Desk) -> Reply {
        guard call.method == "GET" || call.method == "HEAD" else {
            return html(405, .rejected, "Method Not Allowed", "")
        }
        let host = String(call.path.dropFirst().prefix { $0 != "/" })
        let rest = call.path.dropFirst(host.count + 1)
        let path = rest.isEmpty ? "/" : String(rest)
        guard let company = desk.world.company(Folding.domain(host)), company.site != .absent else {
            return missing()
        }
        guard company.site != .down else { return broken() }
        return page(path, of: company) ?? missing()
    }

    // MARK: - Pages

    private func page(_ path: String, of company: Company) -> Reply? {
        switch path {
        case "/": home(company)
        case "/robots.txt": Reply(200, .hit, text: robots(company), type: "text/plain; charset=utf-8")
        case "/contact": contact(company)
        case "/contact-us":
            company.site == .redirect
                ? html(200, .hit, "Contact \(company.name)", telephoneLink(company)) : nil
        case "/about":
            html(200, .hit, "About \(company.name)", "<p>Founded in 2001, order no. 2001-555-0000.</p>")
        default: nil
        }
    }

    private func home(_ company: Company) -> Reply {
        let body =
            switch company.site {
            case .jsonLD: organization(company, isGraph: false)
            case .graph: organization(company, isGraph: true)
            case .microdata:
                "<div itemscope itemtype=\"https://schema.org/Organization\">"
                    + "<span itemprop=\"telephone\">\(Page.escaped(company.phone ?? ""))</span></div>"
            case .brokenJSONLD:
                "<script type=\"application/ld+json\">{\"@type\":\"Organization\",\"telephone\":,}</script>"
                    + telephoneLink(company)
            case .telLink, .noPhone, .robots, .redirect, .absent, .down: "<p>We make fine examples.</p>"
            }
        return html(200, .hit, company.name, body + "<p><a href=\"/contact\">Contact</a></p>")
    }

    private func contact(_ company: Company) -> Reply {
        switch company.site {
        case .redirect:
            html(302, .hit, "Moved", "")
                .with([("location", "/website/\(company.domain)/contact-us")])
        case .telLink, .robots: html(200, .hit, "Contact \(company.name)", telephoneLink(company))
        default: html(200, .hit, "Contact \(company.name)", "<p>Write to us by post.</p>")
        }
    }

    private func robots(_ company: Company) -> String {
        company.site == .robots
            ? "User-agent: *\nDisallow: /contact\n" : "User-agent: *\nDisallow: /private/\n"
    }

    private func telephoneLink(_ company: Company) -> String {
        guard let phone = company.phone else { return "" }
        let digits = phone.filter { $0.isNumber || $0 == "+" }
        return "<p>Call <a href=\"tel:\(digits)\">\(Page.escaped(phone))</a></p>"
    }

    /// The fax number is there to be left alone.
    private func organization(_ company: Company, isGraph: Bool) -> String {
        var organization: [JSON.Member] = [
            .init(name: "@type", value: isGraph ? ["Organization", "Corporation"] : "Organization"),
            .init(name: "name", value: .text(company.name)),
            .init(name: "url", value: .text("https://www.\(company.domain)")),
            .init(name: "faxNumber", value: "+1-202-555-0199"),
            .init(name: "email", value: .text("hello@\(company.domain)")),
            .init(
                name: "address",
                value: ["@type": "PostalAddress", "addressCountry": .text(company.country)]),
        ]
        if isGraph {
            organization.append(
                .init(
                    name: "contactPoint",
                    value: [
                        [
                            "@type": "ContactPoint", "contactType": "sales",
                            "telephone": JSON(company.phone),
                        ]
                    ]))
        } else {
            organization.append(.init(name: "telephone", value: JSON(company.phone)))
        }
        let context = JSON.Member(name: "@context", value: "https://schema.org")
        let site: JSON = ["@type": "WebSite", "name": .text(company.name)]
        let document: JSON =
            isGraph
            ? .object([context, .init(name: "@graph", value: [site, .object(organization)])])
            : .object([context] + organization)
        let text = String(decoding: document.bytes, as: UTF8.self)
        return "<script type=\"application/ld+json\">\(text)</script>"
    }

    private func missing() -> Reply {
        html(404, .miss, "Not Found", "<p>There is no such page.</p>")
    }

    private func html(_ status: Int, _ outcome: Reply.Outcome, _ title: String, _ body: String) -> Reply {
        let title = Page.escaped(title)
        return Reply(
            status, outcome,
            text: "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>\(title)</title>"
                + "</head><body><h1>\(title)</h1>\(body)</body></html>",
            type: "text/html; charset=utf-8")
    }
}
