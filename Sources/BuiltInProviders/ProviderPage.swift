// SPDX-License-Identifier: Apache-2.0

package import Enrichment

/// The generated part of a provider's page: its facts, from its descriptor alone.
package enum ProviderPage {
    package static let start = "<!-- generated -->"
    package static let end = "<!-- /generated -->"

    /// Returns the facts of a provider as Markdown.
    package static func markdown(for facts: ProviderDescriptor) -> String {
        var lines = ["| fact | value |", "|---|---|", "| id | `\(facts.id)` |"]
        func row(_ name: String, _ value: String?) { if let value { lines.append("| \(name) | \(value) |") } }
        row("documents", facts.documentation.map { "<\($0)>" })
        row("address", facts.baseURL.map { "`\($0)`" })
        row("key", authentication(facts.authentication))
        row("repeats", repeats(facts.repeats))
        row("limits", facts.limits.isEmpty ? nil : facts.limits.map(limit).joined(separator: ", "))
        row("quota headers", facts.quotaHeaders.isEmpty ? nil : facts.quotaHeaders.map(quota).joined(separator: ", "))
        row("at once", "\(facts.concurrency)")
        row("timeout", duration(facts.timeout))
        row("evidence", facts.evidence.rawValue)
        lines += ["", "| capability | needs | costs | finds |", "|---|---|---|---|"]
        for (capability, entry) in facts.capabilities.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "| `\(capability.rawValue)` | \(inputs(entry.inputs)) | \(price(entry.price)) "
                    + "| \(Int((entry.expectedHitRate * 100).rounded())) % |")
        }
        return lines.joined(separator: "\n")
    }

    /// Returns a page with its generated part renewed; nil where it has none.
    package static func renewed(_ page: String, for facts: ProviderDescriptor) -> String? {
        guard let start = page.firstRange(of: start), let end = page.firstRange(of: end),
            start.upperBound <= end.lowerBound
        else { return nil }
        return page[..<start.upperBound] + "\n" + markdown(for: facts) + "\n" + page[end.lowerBound...]
    }

    private static func authentication(_ authentication: ProviderDescriptor.Authentication) -> String {
        switch authentication {
        case .none: "none"
        case .bearer: "`Authorization: Bearer`"
        case .header(let name): "header `\(name)`"
        case .query(let name): "parameter `\(name)`"
        case .basic(let user?): "HTTP Basic, the password of `\(user)`"
        case .basic(nil): "HTTP Basic, `user:password`"
        case .headers(let name, let secret): "`key:secret`, in the headers `\(name)` and `\(secret)`"
        case .account(let name): "`account:key`, in the path and in the header `\(name)`"
        case .clientCredentials: "`id:secret`, OAuth 2 client credentials"
        }
    }

    private static func repeats(_ repeats: RepeatClass) -> String {
        switch repeats {
        case .key(let name): "`key`: the header `\(name)` makes a repeat one call"
        case .freeWindow(let window): "`free_window`: not billed again within \(duration(window))"
        case .free: "`free`"
        case .asyncID: "`async_id`: a job is polled, not submitted again"
        case .recharges: "`recharges`: a repeat may be billed again"
        }
    }

    private static func limit(_ limit: RateLimit) -> String {
        switch limit.window {
        case .seconds(1): "\(limit.count)/s"
        case .seconds(60): "\(limit.count)/min"
        case .seconds(3_600): "\(limit.count)/h"
        case .seconds(86_400): "\(limit.count)/day"
        default: "\(limit.count) in \(duration(limit.window))"
        }
    }

    private static func quota(_ header: QuotaHeader) -> String {
        let name = header.member.map { "`\(header.name)` (`\($0)`)" } ?? "`\(header.name)`"
        return switch header.reset {
        case .header(let reset): "\(name) until `\(reset)`"
        case .window(let length): "\(name) for at most \(duration(length))"
        }
    }

    private static func duration(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        guard milliseconds % 1_000 == 0 else { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        if seconds >= 86_400, seconds % 86_400 == 0 { return "\(seconds / 86_400) d" }
        if seconds >= 3_600, seconds % 3_600 == 0 { return "\(seconds / 3_600) h" }
        return "\(seconds) s"
    }

    static func inputs(_ inputs: [Set<QueryField>]) -> String {
        guard !inputs.isEmpty else { return "a candidate" }
        return inputs.map { $0.sorted().map { "`\($0.rawValue)`" }.joined(separator: " + ") }.joined(separator: ", or ")
    }

    static func price(_ price: VendorPrice) -> String {
        guard price.amount.micros > 0 else { return "nothing" }
        let occasion =
            switch price.basis {
            case .found: "when found"
            case .known: "when known"
            case .attempt: "each call"
            }
        return "\(price.amount) \(occasion)"
    }
}
