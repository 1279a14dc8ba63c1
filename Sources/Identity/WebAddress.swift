// SPDX-License-Identifier: Apache-2.0

/// The parts of what people paste for a web address.
struct WebAddress {
    let host: String
    /// From the first slash on, without query and fragment; empty where there is none.
    let path: String

    init(_ text: String, for subject: IdentityError.Subject) throws(IdentityError) {
        let text = text.trimmed
        guard !text.isEmpty else {
            throw IdentityError(subject, .empty, "nothing was given: write one such as example.com")
        }
        guard text.utf8.count <= Domain.maximumInputLength else {
            throw IdentityError(subject, .tooLong, "the address has more than 2,048 bytes")
        }
        if let plain = PlainText.address(text) {
            (host, path) = plain
            return
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw IdentityError(subject, .controlCharacter, "the address has a control character: remove it")
        }
        let rest = try Self.withoutScheme(text, for: subject)
        let authority = rest.prefix { !"/\\?#".contains($0) }
        path = String(rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" })
        host = try Self.host(of: authority, for: subject)
    }

    private static func withoutScheme(
        _ text: String, for subject: IdentityError.Subject
    ) throws(IdentityError) -> Substring {
        if text.hasPrefix("//") { return text.dropFirst(2) }
        guard let mark = text.firstIndex(of: ":"), text[mark...].hasPrefix("://") else { return text[...] }
        switch text[..<mark].lowercased() {
        case "http", "https": return text[mark...].dropFirst(3)
        default:
            throw IdentityError(
                subject, .wrongLink, "only http and https addresses are read: write the domain alone")
        }
    }

    private static func host(
        of authority: Substring, for subject: IdentityError.Subject
    ) throws(IdentityError) -> String {
        guard !authority.contains("@"), !authority.lowercased().hasPrefix("mailto:") else {
            throw IdentityError(
                subject, .emailAddress, "this is an email address: write the part after the @ alone")
        }
        guard !authority.hasPrefix("[") else {
            throw IdentityError(
                subject, .ipAddress, "this is an IP address: write the company's domain, such as example.com")
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw IdentityError(
                subject, .ipAddress, "this looks like an IPv6 address: write the company's domain")
        }
        let port = parts.count == 2 ? parts[1] : ""
        guard port.utf8.count <= 5, port.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw IdentityError(subject, .malformed, "what follows the colon is not a port")
        }
        return String(parts.first ?? "")
    }
}
