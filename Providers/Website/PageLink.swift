// SPDX-License-Identifier: Apache-2.0

/// Reads the links of a page: which lead to the same host, and which may lead to its phone numbers.
enum PageLink {
    static let maximumPathBytes = 256
    private static let words = ["contact", "kontakt", "contacto", "contatto", "impressum", "imprint"]

    /// Returns the path of a link with its query; nil where it leads elsewhere, or is not one of the web.
    static func path(of link: String, on host: String) -> String? {
        let link = String(link.prefix { $0 != "#" })
        let scheme = link.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "-" || $0 == ".") }
        var rest = link[...]
        if !scheme.isEmpty, link.dropFirst(scheme.count).first == ":" {
            guard ["http", "https"].contains(scheme.lowercased()) else { return nil }
            rest = rest.dropFirst(scheme.count + 1)
            guard rest.hasPrefix("//") else { return nil }
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let named = rest.prefix { $0 != "/" && $0 != "?" }
            guard bare(named.lowercased()) == bare(host) else { return nil }
            rest = rest.dropFirst(named.count)
        }
        let path = rest.hasPrefix("/") ? String(rest) : "/\(rest)"
        return isPlain(path) ? path : nil
    }

    /// True where the path has the name of a contact page or an imprint in it, in one of a few languages.
    static func mayBeContact(_ path: String) -> Bool {
        let path = path.lowercased()
        return words.contains { path.contains($0) }
    }

    /// True for a domain in ASCII and lower case; the rule on addresses is the transport's.
    static func isHost(_ domain: String) -> Bool {
        domain.contains(".") && domain.utf8.count <= 253
            && domain.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func bare(_ host: some StringProtocol) -> String {
        host.hasPrefix("www.") ? String(host.dropFirst(4)) : String(host)
    }

    /// A path that can be sent as it stands: ASCII without blanks or controls, without dot segments.
    private static func isPlain(_ path: String) -> Bool {
        path.utf8.count <= maximumPathBytes && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            && !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
            && !path.contains { "\"<>\\^`{|}".contains($0) }
    }
}
