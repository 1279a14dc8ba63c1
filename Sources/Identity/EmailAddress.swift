// SPDX-License-Identifier: Apache-2.0

/// An email address: as it is shown and written to, and as it identifies a person.
///
/// Read narrowly: a dot-atom or a quoted local part (RFC 5321, 4.1.2; letters of other scripts by RFC 6531), and a
/// domain with a dot. Comments, display names and address literals are refused.
public struct EmailAddress: Sendable, Hashable {
    /// The local part as written, unquoted where the quotes change nothing.
    public let local: String
    /// The domain in ASCII, lower case.
    public let domain: String

    /// Octets of a whole address (RFC 5321, 4.5.3.1.3, without the angle brackets).
    public static let maximumLength = 254
    /// Octets of a local part (RFC 5321, 4.5.3.1.1).
    public static let maximumLocalLength = 64

    /// Reads an address; nil where the text is none.
    public init?(_ text: String) {
        guard let address = try? EmailAddress(parsing: text) else { return nil }
        self = address
    }

    /// Reads an address; surrounding blanks, angle brackets and `mailto:` are taken off.
    ///
    /// - Throws: what is wrong, and what to write instead.
    public init(parsing text: String) throws(IdentityError) {
        let text = Self.bare(text)
        guard !text.isEmpty else {
            throw IdentityError(.email, .empty, "nothing was given: write one such as jane.doe@example.com")
        }
        guard text.utf8.count <= Domain.maximumInputLength else {
            throw IdentityError(.email, .tooLong, "an address has at most 254 bytes")
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw IdentityError(.email, .controlCharacter, "the address has a control character: remove it")
        }
        guard !text.unicodeScalars.contains(where: \.isPicture) else {
            throw IdentityError(.email, .emoji, "the address has an emoji: remove it")
        }
        guard let at = text.lastIndex(of: "@") else {
            throw IdentityError(.email, .malformed, "an address has an @: write it whole, such as jane@example.com")
        }
        local = try LocalPart.normal(text[..<at])
        domain = try HostName.ascii(text[text.index(after: at)...], for: .email)
        guard local.utf8.count + 1 + domain.utf8.count <= Self.maximumLength else {
            throw IdentityError(.email, .tooLong, "an address has at most 254 bytes")
        }
    }

    /// The address to show and to write to: the local part keeps its case, which some hosts mind.
    public var display: String { "\(local)@\(domain)" }

    /// What makes two addresses the same mailbox: lower case, and without the tags and dots that the host ignores.
    public var identity: String {
        let local = UnicodeForms.composed(local.lowercased())
        guard let rule = MailHosts.rule(for: domain), !local.hasPrefix("\"") else { return "\(local)@\(domain)" }
        var base = rule.ignoresTag ? String(local.prefix { $0 != "+" }) : local
        if rule.ignoresDots { base.removeAll { $0 == "." } }
        if base.isEmpty { base = local }
        return "\(base)@\(rule.domain ?? domain)"
    }

    /// True for a mailbox of a function (`info@`, `sales@`), which identifies no one.
    public var isRole: Bool { RoleAccounts.contains(local.lowercased()) }

    /// True at hosts where anybody can have a mailbox: the domain says nothing of a company.
    public var isPublicHost: Bool { MailHosts.isPublic(domain) }

    private static func bare(_ text: String) -> String {
        var text = text.trimmed
        if text.hasPrefix("<"), text.hasSuffix(">"), text.count > 1 {
            text = text.dropFirst().dropLast().trimmed
        }
        return text.lowercased().hasPrefix("mailto:") ? text.dropFirst(7).trimmed : text
    }
}

extension EmailAddress: CustomStringConvertible, CustomDebugStringConvertible {
    /// The domain alone: an address is personal data.
    public var description: String { "an address at \(domain)" }
    public var debugDescription: String { description }
}

/// The part before the `@`.
private enum LocalPart {
    static func normal(_ text: Substring) throws(IdentityError) -> String {
        guard !text.isEmpty else {
            throw IdentityError(.email, .malformed, "the part before the @ is missing")
        }
        let content = text.hasPrefix("\"") ? try unquoted(text) : String(text)
        let normal = UnicodeForms.composed(content)
        let result = isDotAtom(normal) ? normal : try quoted(normal, wasQuoted: text.hasPrefix("\""))
        guard result.utf8.count <= EmailAddress.maximumLocalLength else {
            throw IdentityError(.email, .tooLong, "the part before the @ has more than 64 bytes")
        }
        return result
    }

    private static func unquoted(_ text: Substring) throws(IdentityError) -> String {
        guard text.count >= 3, text.hasSuffix("\"") else {
            throw IdentityError(.email, .malformed, "the quotes around the part before the @ don't close")
        }
        var content = ""
        var escaped = false
        for character in text.dropFirst().dropLast() {
            if !escaped, character == "\\" {
                escaped = true
                continue
            }
            guard escaped || character != "\"" else {
                throw IdentityError(.email, .malformed, "a quote inside the quoted part has no backslash before it")
            }
            content.append(character)
            escaped = false
        }
        guard !escaped else {
            throw IdentityError(.email, .malformed, "the quoted part ends in a backslash")
        }
        return content
    }

    private static func quoted(_ content: String, wasQuoted: Bool) throws(IdentityError) -> String {
        guard wasQuoted else {
            if content.hasPrefix(".") || content.hasSuffix(".") || content.contains("..") {
                throw IdentityError(.email, .malformed, "a dot stands first, last or twice before the @")
            }
            throw IdentityError(
                .email, .invalidCharacter, "a character before the @ is not allowed: write the address alone")
        }
        guard content.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) else {
            throw IdentityError(.email, .invalidCharacter, "quotes may hold printable ASCII only")
        }
        let escaped = content.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "\"\(String(escaped))\""
    }

    private static func isDotAtom(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.unicodeScalars.allSatisfy(isAtomText)
        }
    }

    private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else {
            return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || scalar.properties.generalCategory == .nonspacingMark
        }
        return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || "!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(scalar)
    }
}
