// SPDX-License-Identifier: Apache-2.0

/// A company's domain in normal form: ASCII (IDNA), lower case, without `www.`, scheme, port and path.
public struct Domain: Sendable, Hashable {
    /// The name in ASCII: `xn--bcher-kva.example`, at most 253 characters.
    public let ascii: String

    /// The longest text that is read, in bytes: a URL with its path and query.
    public static let maximumInputLength = 2_048

    /// Reads a domain or an `http` or `https` URL; nil where it is neither.
    public init?(_ text: String) {
        guard let domain = try? Domain(parsing: text) else { return nil }
        self = domain
    }

    /// Reads a domain or an `http` or `https` URL.
    ///
    /// - Throws: what is wrong, and what to write instead.
    public init(parsing text: String) throws(IdentityError) {
        let host = try WebAddress(text, for: .domain).host
        var ascii = try HostName.ascii(host, for: .domain)
        // `www.` stays where nothing that can be registered would be left: `www.com` and `www.ck` are domains.
        while ascii.hasPrefix("www."), PublicSuffixList.registrable(String(ascii.dropFirst(4))) != nil {
            ascii.removeFirst(4)
        }
        self.ascii = ascii
    }

    /// The part that one company registers (`example.co.uk` of `mail.example.co.uk`), by the public suffix list with
    /// its private section; nil for a bare suffix (`co.uk`, `github.io`).
    public var registrable: String? { PublicSuffixList.registrable(ascii) }
}

extension Domain: CustomStringConvertible {
    public var description: String { ascii }
}
