// SPDX-License-Identifier: Apache-2.0

/// Names that are reserved and never stand for a host on the Internet, so that no mail arrives under them.
///
/// They are good syntax, and documentation and tests use them: whoever looks a domain up reports them.
public enum SpecialUseDomain: String, Sendable, Hashable, CaseIterable {
    /// For tests (RFC 6761, 6.2).
    case test
    /// For documentation, with `example.com`, `example.net` and `example.org` (RFC 6761, 6.5; RFC 2606, 2 and 3).
    case example
    /// Never valid (RFC 6761, 6.4).
    case invalid
    /// The machine itself (RFC 6761, 6.3).
    case localhost
    /// The local link, by multicast DNS (RFC 6762, 3).
    case local
    /// Tor's services (RFC 7686, 2).
    case onion
    /// Private networks (reserved by ICANN in 2024).
    case `internal`
    /// Home networks (RFC 8375).
    case homeArpa = "home.arpa"
    /// Names outside of the DNS (RFC 9476).
    case alt

    private static let exampleDomains: Set<Substring> = ["example.com", "example.net", "example.org"]

    /// Nil for a domain under which there may be hosts.
    ///
    /// - Parameter domain: in lower-case ASCII, without a trailing dot.
    public init?(of domain: String) {
        let labels = domain.split(separator: ".")
        let lastTwo = labels.suffix(2).joined(separator: ".")
        if Self.exampleDomains.contains(lastTwo[...]) {
            self = .example
        } else if lastTwo == Self.homeArpa.rawValue {
            self = .homeArpa
        } else {
            guard let top = labels.last, let name = Self(rawValue: String(top)) else { return nil }
            self = name
        }
    }

    /// True for names that are never looked up in the public DNS. `example.com`, `.net` and `.org` stand there, and say
    /// themselves that they take no mail.
    static func isOutsideDNS(_ domain: String) -> Bool {
        SpecialUseDomain(of: domain) != nil
            && !exampleDomains.contains(domain.split(separator: ".").suffix(2).joined(separator: ".")[...])
    }
}
