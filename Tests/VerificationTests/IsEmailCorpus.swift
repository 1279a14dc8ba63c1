// SPDX-License-Identifier: Apache-2.0

import Foundation
import Identity
import Testing

/// The cases of isemail: an address each, and the diagnosis that the RFCs give it.
enum IsEmailCorpus {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var address: String
        var category: String
        var diagnosis: String

        var testDescription: String { "#\(id) \(diagnosis)" }
    }

    /// Empty where the file can't be read: a test counts the cases.
    static func cases(of name: String) -> [Case] {
        guard let url = Bundle.module.url(forResource: name, withExtension: "xml", subdirectory: "Resources"),
            let text = try? String(contentsOf: url, encoding: .utf8)
        else { return [] }
        return text.components(separatedBy: "<test id=\"").dropFirst().map { part in
            Case(
                id: String(part.prefix { $0 != "\"" }), address: unescaped(element("address", of: part)),
                category: element("category", of: part), diagnosis: element("diagnosis", of: part))
        }
    }

    private static func element(_ name: String, of text: String) -> String {
        guard let start = text.range(of: "<\(name)>"),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return "" }
        return String(text[start.upperBound..<end.lowerBound])
    }

    private static func unescaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "&", let end = rest.firstIndex(of: ";") else {
                result.append(scalar)
                continue
            }
            result.append(entity(String(rest[..<end])))
            rest = rest[rest.index(after: end)...]
        }
        return String(result)
    }

    private static func entity(_ name: String) -> Unicode.Scalar {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        default:
            let value = UInt32(name.dropFirst(2), radix: 16) ?? 0xFFFD
            // Pictures of control characters stand for the characters.
            return Unicode.Scalar((0x2400..<0x2420).contains(value) ? value - 0x2400 : value) ?? "\u{FFFD}"
        }
    }

    /// What isemail's categories are here; the two that say nothing against the syntax are nil.
    static let categories: [String: AddressDiagnosis.Category?] = [
        "ISEMAIL_VALID_CATEGORY": nil, "ISEMAIL_DNSWARN": nil, "ISEMAIL_RFC5321": .unusual,
        "ISEMAIL_CFWS": .folded, "ISEMAIL_DEPREC": .obsolete, "ISEMAIL_RFC5322": .messageOnly,
        "ISEMAIL_ERR": .invalid,
    ]

    /// What isemail's diagnoses are here.
    static let diagnoses: [String: AddressDiagnosis?] = [
        "VALID": nil, "DNSWARN_NO_MX_RECORD": nil, "DNSWARN_NO_RECORD": nil,
        "RFC5321_TLD": .singleLabelDomain, "RFC5321_TLDNUMERIC": .numericTopLevel,
        "RFC5321_QUOTEDSTRING": .quotedLocalPart, "RFC5321_ADDRESSLITERAL": .addressLiteral,
        "RFC5321_IPV6DEPRECATED": .obsoleteIPv6, "CFWS_COMMENT": .comment, "CFWS_FWS": .foldingBlank,
        "DEPREC_LOCALPART": .obsoleteLocalPart, "DEPREC_FWS": .obsoleteBlank, "DEPREC_QTEXT": .controlInQuotes,
        "DEPREC_QP": .controlInPair, "DEPREC_COMMENT": .obsoleteComment, "DEPREC_CTEXT": .controlInComment,
        "DEPREC_CFWS_NEAR_AT": .blankNearAt, "RFC5322_DOMAIN": .domainNotHostName, "RFC5322_TOOLONG": .addressTooLong,
        "RFC5322_LOCAL_TOOLONG": .localPartTooLong, "RFC5322_DOMAIN_TOOLONG": .domainTooLong,
        "RFC5322_LABEL_TOOLONG": .labelTooLong, "RFC5322_DOMAINLITERAL": .domainLiteral,
        "RFC5322_DOMLIT_OBSDTEXT": .obsoleteLiteral, "RFC5322_IPV6_GRPCOUNT": .ipv6GroupCount,
        "RFC5322_IPV6_2X2XCOLON": .ipv6TwoElisions, "RFC5322_IPV6_BADCHAR": .ipv6Character,
        "RFC5322_IPV6_MAXGRPS": .ipv6TooManyGroups, "RFC5322_IPV6_COLONSTRT": .ipv6ColonAtStart,
        "RFC5322_IPV6_COLONEND": .ipv6ColonAtEnd, "ERR_EXPECTING_DTEXT": .unexpectedInLiteral,
        "ERR_NOLOCALPART": .missingLocalPart, "ERR_NODOMAIN": .missingDomain,
        "ERR_CONSECUTIVEDOTS": .consecutiveDots, "ERR_ATEXT_AFTER_CFWS": .textAfterBlank,
        "ERR_ATEXT_AFTER_QS": .textAfterQuotes, "ERR_ATEXT_AFTER_DOMLIT": .textAfterLiteral,
        "ERR_EXPECTING_QPAIR": .unexpectedInPair, "ERR_EXPECTING_ATEXT": .unexpectedCharacter,
        "ERR_EXPECTING_QTEXT": .unexpectedInQuotes, "ERR_EXPECTING_CTEXT": .unexpectedInComment,
        "ERR_BACKSLASHEND": .backslashAtEnd, "ERR_DOT_START": .dotAtStart, "ERR_DOT_END": .dotAtEnd,
        "ERR_DOMAINHYPHENSTART": .hyphenAtStart, "ERR_DOMAINHYPHENEND": .hyphenAtEnd,
        "ERR_UNCLOSEDQUOTEDSTR": .unclosedQuotes, "ERR_UNCLOSEDCOMMENT": .unclosedComment,
        "ERR_UNCLOSEDDOMLIT": .unclosedLiteral, "ERR_FWS_CRLF_X2": .foldTwice,
        "ERR_FWS_CRLF_END": .foldWithoutBlank, "ERR_CR_NO_LF": .bareCarriageReturn,
    ]
}
