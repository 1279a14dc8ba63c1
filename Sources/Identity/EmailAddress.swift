// SPDX-License-Identifier: Apache-2.0

/// An email address: as it is shown and written to, and as it identifies a person.
///
/// Read narrowly: a dot-atom or a quoted local part (RFC 5321, 4.1.2; letters of other scripts by RFC 6531), and a
/// domain with a dot. Comments, display names and address literals are refused. The grammar is ``AddrSpec``'s.
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
        guard text.utf8.contains(UInt8(ascii: "@")) else {
            throw IdentityError(.email, .malformed, "an address has an @: write it whole, such as jane@example.com")
        }
        do {
            try self.init(AddrSpec(parsing: text))
        } catch {
            throw IdentityError(.email, error.kind, error.text)
        }
    }

    /// Takes an address that the grammars of mail have read, where it is of the narrow form.
    ///
    /// - Throws: what the narrow form doesn't have.
    package init(_ address: AddrSpec) throws(AddressDiagnosis) {
        if let finding = address.finding, finding.category != .unusual || finding == .addressLiteral { throw finding }
        local = address.local
        guard local != "\"\"" else { throw .emptyQuotes }
        guard local.utf8.count <= Self.maximumLocalLength else { throw .localPartTooLong }
        if address.isQuoted {
            // Composing may make ASCII of what is none: then the quotes were not the writer's.
            guard address.hasQuotes else { throw .unexpectedCharacter }
            guard local.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) else { throw .unusualCharacter }
        }
        guard local.unicodeScalars.allSatisfy({ $0.isASCII || Self.isLetter($0) }) else { throw .unusualCharacter }
        do {
            domain = try HostName.ascii(address.domain, for: .email)
        } catch {
            throw AddressDiagnosis(ofDomain: error.kind)
        }
        guard local.utf8.count + 1 + domain.utf8.count <= Self.maximumLength else { throw .addressTooLong }
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

    /// True where the domain is one under which others register theirs, so that it is nobody's.
    package var isAtPublicSuffix: Bool { PublicSuffixList.isOfRegistry(domain) }

    /// The address without what stands around it in a file or a sentence: blanks, brackets, `mailto:`, a full stop.
    package static func bare(_ text: String) -> String {
        var text = text.trimmed
        if text.hasPrefix("<"), text.hasSuffix(">"), text.count > 1 {
            text = text.dropFirst().dropLast().trimmed
        }
        if text.prefix(7).lowercased() == "mailto:" { text = text.dropFirst(7).trimmed }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// Letters, digits and marks of every script: of what RFC 6531 allows, what mail hosts give out.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.generalCategory == .nonspacingMark
    }
}

extension EmailAddress: CustomStringConvertible, CustomDebugStringConvertible {
    /// The domain alone: an address is personal data.
    public var description: String { "an address at \(domain)" }
    public var debugDescription: String { description }
}

extension AddressDiagnosis {
    fileprivate init(ofDomain kind: IdentityError.Kind) {
        self =
            switch kind {
            case .noDot: .singleLabelDomain
            case .ipAddress: .numericTopLevel
            case .tooLong: .domainTooLong
            default: .invalidInternationalDomain
            }
    }

    fileprivate var kind: IdentityError.Kind {
        switch self {
        case .addressTooLong, .localPartTooLong, .domainTooLong, .labelTooLong, .inputTooLong: .tooLong
        case .missingLocalPart, .dotAtStart, .dotAtEnd, .consecutiveDots, .hyphenAtStart, .hyphenAtEnd,
            .unclosedQuotes, .textAfterQuotes, .backslashAtEnd, .emptyQuotes:
            .malformed
        case .missingDomain: .empty
        case .singleLabelDomain: .noDot
        case .numericTopLevel: .ipAddress
        default: .invalidCharacter
        }
    }
}
