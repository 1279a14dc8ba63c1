// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The lexical tokens of RFC 5322, 3.2, with their obsolete forms (4.1, 4.2) and the letters of RFC 6532, 3.2.
extension AddressGrammar {
    /// What stood between two tokens.
    struct Gap {
        var hasComment = false
        var hasBlank = false

        var isEmpty: Bool { !hasComment && !hasBlank }
    }

    /// `atext`, and all that is beyond ASCII (RFC 6532, 3.2). A text is valid UTF-8, so each byte stands for itself.
    static let atext = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xFF:
            true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    static let letterDigitHyphen = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// `CFWS = (1*([FWS] comment) [FWS]) / FWS`, or nothing.
    mutating func gap() throws(AddressDiagnosis) -> Gap {
        var gap = Gap()
        while let byte = next {
            switch byte {
            case UInt8(ascii: "("):
                try comment()
                gap.hasComment = true
            case 0x20, 0x09, 0x0D:
                _ = try foldingBlank()
                gap.hasBlank = true
            default: return gap
            }
        }
        return gap
    }

    /// `FWS = ([*WSP CRLF] 1*WSP) / obs-FWS`, where `obs-FWS = 1*([CRLF] WSP)` (erratum 1908).
    ///
    /// - Returns: the blanks and tabs; the line ends mean nothing.
    mutating func foldingBlank() throws(AddressDiagnosis) -> [UInt8] {
        var blanks: [UInt8] = []
        var folds = 0
        while let byte = next {
            if byte == 0x20 || byte == 0x09 {
                blanks.append(byte)
                position += 1
                continue
            }
            guard byte == 0x0D else { break }
            guard position + 1 < bytes.count, bytes[position + 1] == 0x0A else { throw .bareCarriageReturn }
            position += 2
            folds += 1
            guard next == 0x20 || next == 0x09 else { throw next == 0x0D ? .foldTwice : .foldWithoutBlank }
        }
        if folds > 1 { note(.obsoleteBlank) }
        return blanks
    }

    /// `comment = "(" *([FWS] ccontent) [FWS] ")"`; a comment may stand in a comment, which is counted, not recursed.
    private mutating func comment() throws(AddressDiagnosis) {
        var depth = 0
        repeat {
            guard let byte = next else { throw .unclosedComment }
            switch byte {
            case UInt8(ascii: "("):
                depth += 1
                guard depth <= AddrSpec.maximumCommentDepth else { throw .nestedTooDeep }
                position += 1
            case UInt8(ascii: ")"):
                depth -= 1
                position += 1
            case UInt8(ascii: "\\"): _ = try quotedPair()
            case 0x20, 0x09, 0x0D:
                _ = try foldingBlank()
                note(.foldingBlank)
            default: try text(byte, control: .controlInComment, otherwise: .unexpectedInComment)
            }
        } while depth > 0
    }

    /// `quoted-pair = ("\" (VCHAR / WSP)) / obs-qp`. RFC 6531 widens it by no letters, unlike text in quotes.
    ///
    /// - Returns: the byte that the backslash stands before.
    mutating func quotedPair() throws(AddressDiagnosis) -> UInt8 {
        position += 1
        guard let byte = next else { throw .backslashAtEnd }
        guard byte < 0x80 else { throw .unexpectedInPair }
        if byte == 0x7F || (byte < 0x20 && byte != 0x09) { note(.controlInPair) }
        position += 1
        return byte
    }

    /// `qtext`, `ctext` and `dtext` are what their caller leaves of the printable characters; `obs-NO-WS-CTL` are the
    /// control characters but NUL and the line ends.
    mutating func text(
        _ byte: UInt8, control: AddressDiagnosis, otherwise: AddressDiagnosis
    ) throws(AddressDiagnosis) {
        switch byte {
        case 0x00, 0x0A, 0x0D: throw otherwise
        case 0x01..<0x20, 0x7F: note(control)
        case 0x80...0xFF: note(.international)
        default: break
        }
        position += 1
    }

    /// `domain-literal = "[" *([FWS] dtext) [FWS] "]"`, where `obs-dtext = obs-NO-WS-CTL / quoted-pair`
    mutating func domainLiteral() throws(AddressDiagnosis) {
        var content: [UInt8] = []
        position += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "]"):
                position += 1
                note(AddressLiteral.diagnosis(of: content))
                domain = AddressLiteral.normal(content)
                return
            case UInt8(ascii: "["): throw .unexpectedInLiteral
            case UInt8(ascii: "\\"):
                note(.obsoleteLiteral)
                content += [byte, try quotedPair()]
            case 0x20, 0x09, 0x0D:
                _ = try foldingBlank()
                note(.foldingBlank)
            default:
                try text(byte, control: .obsoleteLiteral, otherwise: .unexpectedInLiteral)
                content.append(byte)
            }
        }
        throw .unclosedLiteral
    }
}
