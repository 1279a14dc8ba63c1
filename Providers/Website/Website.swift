// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import HTTPTypes

extension ProviderDefinition {
    /// The company's own website: its office phones, by schema.org data and telephone links.
    public static let website = ProviderDefinition(Website.facts) { Website() }
}

/// Reads office phones from the pages of the company's domain.
///
/// - `robots.txt` is obeyed (RFC 9309): without one (4xx) everything is allowed, and while it can't be had (5xx)
///   nothing is. It is read at the host that is asked; the transport's redirects are not looked up again.
/// - The home page is read first, then the pages it links to as contact or imprint (else `/contact`), three in all.
///   A home page that names the organisation's number is enough.
/// - JSON-LD comes before microdata, which comes before `tel:` links. A person's number and a fax are never taken.
/// - A block that is not JSON doesn't stop the rest. What is not HTML is not read; a huge page is read in part.
struct Website: FindingProvider {
    static let facts = ProviderDescriptor(
        id: "website", name: "Company website", documentation: "https://schema.org/telephone",
        capabilities: [
            .officePhone: CapabilityDescriptor(inputs: [[.domain]], price: .free, expectedHitRate: 0.4)
        ],
        repeats: .free, concurrency: 50, timeout: .seconds(20), evidence: .documented)

    /// The name that `robots.txt` knows it by.
    static let agent = "weir"
    static let maximumPages = 3
    static let maximumNumbers = 5

    var descriptor: ProviderDescriptor { Self.facts }

    func find(
        _ query: ContactQuery, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderAnswer {
        guard let domain = query.domain, PageLink.isHost(domain) else {
            throw ProviderError(.rejectedQuery, "needs a domain")
        }
        let (host, rules) = try await rules(of: domain, client)
        guard let first = ["/", "/contact"].first(where: rules.allow) else { return .miss }
        var numbers = FoundNumbers(country: query.country)
        var pages = [first]
        var next = 0
        while next < pages.count, next < Self.maximumPages, !numbers.hasOrganization {
            if let page = try await read(pages[next], of: host, isHome: next == 0, client) {
                numbers.add(page)
                if next == 0 { pages += links(of: page, to: host, rules).filter { !pages.contains($0) } }
            } else if first == "/", next == 0, rules.allow("/contact") {
                pages.append("/contact")
            }
            next += 1
        }
        return ProviderAnswer(officePhones: numbers.best(Self.maximumNumbers))
    }

    /// Returns what may be read, and of which host: some companies answer under `www.` alone.
    private func rules(
        of domain: String, _ client: ProviderClient
    ) async throws(ProviderError) -> (host: String, rules: RobotsRules) {
        do { return (domain, try await rules(at: domain, client)) } catch {
            guard error.kind == .unavailable, error != Self.siteDown else { throw error }
            let host = "www.\(domain)"
            return (host, try await rules(at: host, client))
        }
    }

    private static let siteDown = ProviderError(.unavailable, "the site gives no robots.txt for now")

    private func rules(at host: String, _ client: ProviderClient) async throws(ProviderError) -> RobotsRules {
        let reply = try await client.send(request("/robots.txt", of: host, "text/plain"), repeatable: true)
        switch reply.status {
        case 200..<300: return RobotsRules(reply.body, agent: Self.agent)
        case 500..<600: throw Self.siteDown
        default: return .allowingAll
        }
    }

    /// Returns nil for a page that is not there, may not be read, or is not HTML.
    private func read(
        _ path: String, of host: String, isHome: Bool, _ client: ProviderClient
    ) async throws(ProviderError) -> WebPage? {
        let reply: ProviderReply
        do {
            reply = try await client.send(request(path, of: host, "text/html,application/xhtml+xml"), repeatable: true)
        } catch {
            // What was found so far is not lost for a second page that fails.
            if isHome || error.kind == .cancelled || error.kind == .timedOut { throw error }
            return nil
        }
        switch reply.status {
        case 200..<300: return WebPage(reply)
        case 429 where isHome: throw ProviderError(.throttled, retryAfter: reply.retryAfter)
        case 500..<600 where isHome: throw ProviderError(.unavailable, retryAfter: reply.retryAfter)
        default: return nil
        }
    }

    private func links(of page: WebPage, to host: String, _ rules: RobotsRules) -> [String] {
        var paths: [String] = []
        for link in page.links {
            guard let path = PageLink.path(of: link, on: host), PageLink.mayBeContact(path) else { continue }
            if path != "/", !paths.contains(path), rules.allow(path) { paths.append(path) }
        }
        return paths.isEmpty && rules.allow("/contact") ? ["/contact"] : paths
    }

    private func request(_ path: String, of host: String, _ accept: String) -> ProviderRequest {
        ProviderRequest(
            method: .get, target: .page(host: host, path: path),
            headers: [HeaderItem(.accept, accept), HeaderItem(.userAgent, Self.agent)])
    }
}
