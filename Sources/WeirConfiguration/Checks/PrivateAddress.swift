// SPDX-License-Identifier: Apache-2.0

/// Whether an address is one that only this machine or this network reaches. The transport decides for itself, by the
/// address it connects to; this is for the warning beforehand.
enum PrivateAddress {
    /// The host of an `http` or `https` address, without its port; nil where it is none.
    static func host(of url: String) -> String? {
        guard let mark = url.firstRange(of: "://"), ["http", "https"].contains(url[..<mark.lowerBound].lowercased())
        else {
            return nil
        }
        let authority = url[mark.upperBound...].prefix { !"/?#".contains($0) }
        if authority.hasPrefix("[") { return authority.firstIndex(of: "]").map { String(authority[...$0]) } }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2 && UInt16(parts[1]) != nil else { return nil }
        return parts.first.map { $0.lowercased() }
    }

    static func contains(_ host: String) -> Bool {
        if host.hasPrefix("[") { return isPrivateIPv6(host.dropFirst().dropLast().lowercased()) }
        if host == "localhost" || host.hasSuffix(".localhost") || host.hasSuffix(".local")
            || host.hasSuffix(".internal") || !host.contains(".")
        {
            return true
        }
        let parts = host.split(separator: ".").map { UInt8($0) }
        guard parts.count == 4, let first = parts[0], let second = parts[1] else { return false }
        switch (first, second) {
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127): return true
        default: return false
        }
    }

    private static func isPrivateIPv6(_ host: String) -> Bool {
        host == "::1" || host == "::" || host.hasPrefix("fc") || host.hasPrefix("fd") || host.hasPrefix("fe8")
            || host.hasPrefix("fe9") || host.hasPrefix("fea") || host.hasPrefix("feb") || host.hasPrefix("::ffff:")
    }
}
