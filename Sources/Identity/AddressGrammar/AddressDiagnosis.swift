// SPDX-License-Identifier: Apache-2.0

/// What the grammars of mail say of an address that is not plainly valid, from the mildest to the worst.
///
/// The diagnoses name what RFC 5321, 5322, 6531 and 6532 tell apart. An address with several gets the worst; where the
/// text is no address at all, the first thing that is wrong. Raw values are the words in files and on the wire.
public enum AddressDiagnosis: String, Error, Sendable, Hashable, CaseIterable {
    // Valid in SMTP, and unusual.
    /// The domain has no dot. Mail records may show that it is right.
    case singleLabelDomain = "single_label_domain"
    /// The top-level domain begins with a digit, which none does (RFC 1123, 2.1).
    case numericTopLevel = "numeric_top_level"
    /// Letters beyond ASCII: valid where every server on the way has SMTPUTF8 (RFC 6531, 3.3).
    case international
    /// A local part in quotes (RFC 5321, 4.1.2).
    case quotedLocalPart = "quoted_local_part"
    /// An IP address in brackets in place of a domain (RFC 5321, 4.1.3).
    case addressLiteral = "address_literal"

    // Valid in a message's header, not in SMTP as it stands.
    case comment
    case foldingBlank = "folding_blank"

    // Obsolete: to be read, not to be written (RFC 5322, 4).
    /// `::` stands for a single group (RFC 4291, 2.2, reads it; RFC 5321, 4.1.3, does not).
    case obsoleteIPv6 = "obsolete_ipv6"
    /// Quoted words among words, or blanks and comments between them (RFC 5322, 4.4, `obs-local-part`).
    case obsoleteLocalPart = "obsolete_local_part"
    case obsoleteBlank = "obsolete_blank"
    case controlInQuotes = "control_in_quotes"
    case controlInPair = "control_in_pair"
    case obsoleteComment = "obsolete_comment"
    case controlInComment = "control_in_comment"
    /// Blanks or comments beside the `@`, which should have none (RFC 5322, 3.4.1).
    case blankNearAt = "blank_near_at"

    // Addresses by RFC 5322's grammar only: no mail server takes them.
    /// The domain has characters that no host name has (RFC 5321, 4.1.2, `sub-domain`).
    case domainNotHostName = "domain_not_host_name"
    /// More than 254 octets (RFC 5321, 4.5.3.1.3, less the angle brackets).
    case addressTooLong = "address_too_long"
    /// More than 64 octets before the `@` (RFC 5321, 4.5.3.1.1).
    case localPartTooLong = "local_part_too_long"
    /// More than 255 octets after the `@` (RFC 5321, 4.5.3.1.2).
    case domainTooLong = "domain_too_long"
    /// More than 63 octets in a label (RFC 1035, 2.3.4).
    case labelTooLong = "label_too_long"
    /// Something in brackets that is no IP address.
    case domainLiteral = "domain_literal"
    /// Backslashes or control characters in brackets (RFC 5322, 4.4, `obs-dtext`).
    case obsoleteLiteral = "obsolete_literal"
    case ipv6GroupCount = "ipv6_group_count"
    case ipv6TwoElisions = "ipv6_two_elisions"
    case ipv6Character = "ipv6_character"
    case ipv6TooManyGroups = "ipv6_too_many_groups"
    case ipv6ColonAtStart = "ipv6_colon_at_start"
    case ipv6ColonAtEnd = "ipv6_colon_at_end"

    // Addresses that the grammar of SMTP has, and that nobody is given (the `deliverable` profile alone).
    /// `""@example.com`
    case emptyQuotes = "empty_quotes"
    /// Pictures, invisible marks and symbols before the `@`; letters beyond ASCII in quotes.
    case unusualCharacter = "unusual_character"
    /// The domain is one under which others register theirs (`co.uk`).
    case publicSuffix = "public_suffix"

    // No address at all.
    case unexpectedInLiteral = "unexpected_in_literal"
    case missingLocalPart = "missing_local_part"
    case missingDomain = "missing_domain"
    case consecutiveDots = "consecutive_dots"
    case textAfterBlank = "text_after_blank"
    case textAfterQuotes = "text_after_quotes"
    case textAfterLiteral = "text_after_literal"
    case unexpectedInPair = "unexpected_in_pair"
    case unexpectedCharacter = "unexpected_character"
    case unexpectedInQuotes = "unexpected_in_quotes"
    case unexpectedInComment = "unexpected_in_comment"
    case backslashAtEnd = "backslash_at_end"
    case dotAtStart = "dot_at_start"
    case dotAtEnd = "dot_at_end"
    case hyphenAtStart = "hyphen_at_start"
    case hyphenAtEnd = "hyphen_at_end"
    case unclosedQuotes = "unclosed_quotes"
    case unclosedComment = "unclosed_comment"
    case unclosedLiteral = "unclosed_literal"
    case foldTwice = "fold_twice"
    case foldWithoutBlank = "fold_without_blank"
    case bareCarriageReturn = "bare_carriage_return"
    /// Labels that no registry accepts (IDNA 2008, RFC 5891).
    case invalidInternationalDomain = "invalid_international_domain"
    /// Comments within comments beyond ``AddrSpec/maximumCommentDepth``.
    case nestedTooDeep = "nested_too_deep"
    /// More text than is looked at.
    case inputTooLong = "input_too_long"

    /// How far an address with a diagnosis gets.
    public enum Category: String, Sendable, Hashable, CaseIterable {
        /// Valid in SMTP, with elements that few addresses have.
        case unusual
        /// Valid in a message; SMTP takes it without its blanks and comments.
        case folded
        /// Of the grammar that is only to be read (RFC 5322, 4).
        case obsolete
        /// By the grammar of messages alone (RFC 5322), and not valid in SMTP.
        case messageOnly = "message_only"
        /// Valid in SMTP, and no address that anybody is given.
        case unmailable
        /// No address.
        case invalid
    }

    public var category: Category {
        switch self {
        case .singleLabelDomain, .numericTopLevel, .international, .quotedLocalPart, .addressLiteral: .unusual
        case .comment, .foldingBlank: .folded
        case .obsoleteIPv6, .obsoleteLocalPart, .obsoleteBlank, .controlInQuotes, .controlInPair, .obsoleteComment,
            .controlInComment, .blankNearAt:
            .obsolete
        case .domainNotHostName, .addressTooLong, .localPartTooLong, .domainTooLong, .labelTooLong, .domainLiteral,
            .obsoleteLiteral, .ipv6GroupCount, .ipv6TwoElisions, .ipv6Character, .ipv6TooManyGroups,
            .ipv6ColonAtStart, .ipv6ColonAtEnd:
            .messageOnly
        case .emptyQuotes, .unusualCharacter, .publicSuffix: .unmailable
        case .unexpectedInLiteral, .missingLocalPart, .missingDomain, .consecutiveDots, .textAfterBlank,
            .textAfterQuotes, .textAfterLiteral, .unexpectedInPair, .unexpectedCharacter, .unexpectedInQuotes,
            .unexpectedInComment, .backslashAtEnd, .dotAtStart, .dotAtEnd, .hyphenAtStart, .hyphenAtEnd,
            .unclosedQuotes, .unclosedComment, .unclosedLiteral, .foldTwice, .foldWithoutBlank,
            .bareCarriageReturn, .invalidInternationalDomain, .nestedTooDeep, .inputTooLong:
            .invalid
        }
    }

    /// True for doubts that a domain's mail records settle: `jane@io` is right where `io` takes mail.
    public var isSettledByMailRecords: Bool { self == .singleLabelDomain }
}

extension AddressDiagnosis: Comparable {
    private static let ranks = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))

    /// Orders by how bad it is.
    public static func < (left: Self, right: Self) -> Bool {
        (ranks[left] ?? 0) < (ranks[right] ?? 0)
    }
}

extension AddressDiagnosis: CustomStringConvertible {
    public var description: String { message }
}
