// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The productions of an address, one function each, over its bytes.
///
/// Each function is named after the rule it reads, begins at `position` and leaves it behind what it read. What is
/// valid but worth a word is noted in `finding`; what is not valid is thrown.
struct AddressGrammar {
    let bytes: [UInt8]
    var position = 0
    /// The worst so far.
    private(set) var finding: AddressDiagnosis?
    /// The local part without quotes, backslashes, comments and folding.
    private(set) var local: [UInt8] = []
    /// The domain in lower case, or the literal with its brackets.
    var domain: [UInt8] = []
    private(set) var hasQuotes = false
    /// Octets of the local part as written, without comments and folding: quotes and backslashes count.
    private var localLength = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func note(_ diagnosis: AddressDiagnosis) {
        if finding.map({ $0 < diagnosis }) ?? true { finding = diagnosis }
    }

    /// Notes what comments and blanks in a place mean.
    mutating func note(_ gap: Gap, comment: AddressDiagnosis, blank: AddressDiagnosis) {
        if gap.hasComment { note(comment) }
        if gap.hasBlank { note(blank) }
    }

    /// `addr-spec = local-part "@" domain`
    mutating func address() throws(AddressDiagnosis) {
        try localPart()
        try domainPart()
        guard localLength + 1 + domain.count > EmailAddress.maximumLength else { return }
        note(.addressTooLong)
    }

    // MARK: Local part

    /// `local-part = dot-atom / quoted-string / obs-local-part`, where `obs-local-part = word *("." word)`
    private mutating func localPart() throws(AddressDiagnosis) {
        var isFirst = true
        while true {
            let before = try gap()
            note(
                before, comment: isFirst ? .comment : .obsoleteComment,
                blank: isFirst ? .foldingBlank : .obsoleteBlank)
            let isQuoted = try word(isFirst: isFirst)
            let after = try gap()
            note(after, comment: .comment, blank: .foldingBlank)
            switch next {
            case UInt8(ascii: "@"):
                if !after.isEmpty { note(.blankNearAt) }
                if isQuoted { note(isFirst ? .quotedLocalPart : .obsoleteLocalPart) }
                if localLength > EmailAddress.maximumLocalLength { note(.localPartTooLong) }
                position += 1
                return
            case UInt8(ascii: "."):
                if isQuoted || !after.isEmpty { note(.obsoleteLocalPart) }
                local.append(UInt8(ascii: "."))
                localLength += 1
                position += 1
                isFirst = false
            case nil: throw .missingDomain
            case UInt8(ascii: "\""): throw .unexpectedCharacter
            default: throw !after.isEmpty ? .textAfterBlank : isQuoted ? .textAfterQuotes : .unexpectedCharacter
            }
        }
    }

    /// `word = atom / quoted-string`; true for the latter.
    private mutating func word(isFirst: Bool) throws(AddressDiagnosis) -> Bool {
        switch next {
        case nil: throw .missingDomain
        case UInt8(ascii: "@"): throw isFirst ? .missingLocalPart : .dotAtEnd
        case UInt8(ascii: "."): throw isFirst ? .dotAtStart : .consecutiveDots
        case UInt8(ascii: "\""):
            hasQuotes = true
            try quotedString()
            return true
        default:
            try atom()
            return false
        }
    }

    /// `atom = 1*atext`
    private mutating func atom() throws(AddressDiagnosis) {
        let start = position
        while let byte = next, Self.atext.contains(byte) {
            if byte >= 0x80 { note(.international) }
            position += 1
        }
        guard position > start else { throw .unexpectedCharacter }
        local += bytes[start..<position]
        localLength += position - start
    }

    /// `quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE`; a blank is text here, a tab or a line end is folding.
    private mutating func quotedString() throws(AddressDiagnosis) {
        let start = position
        var folding = 0
        position += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                localLength += position - start - folding
                return
            case UInt8(ascii: "\\"):
                let escaped = try quotedPair()
                // `quoted-pairSMTP` has no tab (RFC 5321, 4.1.2).
                if escaped == 0x09 { note(.foldingBlank) }
                local.append(escaped)
            case 0x09, 0x0D:
                let from = position
                let blanks = try foldingBlank()
                note(.foldingBlank)
                local += blanks
                folding += position - from - blanks.count
            default:
                try text(byte, control: .controlInQuotes, otherwise: .unexpectedInQuotes)
                local.append(byte)
            }
        }
        throw .unclosedQuotes
    }

    // MARK: Domain

    /// `domain = dot-atom / domain-literal / obs-domain`, where `obs-domain = atom *("." atom)`
    private mutating func domainPart() throws(AddressDiagnosis) {
        let before = try gap()
        if !before.isEmpty { note(.blankNearAt) }
        if next == UInt8(ascii: "[") {
            try domainLiteral()
            let after = try gap()
            note(after, comment: .comment, blank: .foldingBlank)
            guard next == nil else { throw .textAfterLiteral }
            return
        }
        try label(isFirst: true)
        while try endOfLabel() {
            let before = try gap()
            note(before, comment: .obsoleteComment, blank: .obsoleteBlank)
            try label(isFirst: false)
        }
        try finishDomain()
    }

    /// An atom of the domain, in which a host name has letters, digits and hyphens (RFC 5321, 4.1.2, `sub-domain`).
    private mutating func label(isFirst: Bool) throws(AddressDiagnosis) {
        let start = position
        while let byte = next, Self.atext.contains(byte) {
            if byte >= 0x80 {
                note(.international)
            } else if !Self.letterDigitHyphen.contains(byte) {
                note(.domainNotHostName)
            }
            domain.append(Self.lowered(byte))
            position += 1
        }
        guard position == start else {
            guard bytes[start] != UInt8(ascii: "-") else { throw .hyphenAtStart }
            return
        }
        switch next {
        case nil: throw isFirst ? .missingDomain : .dotAtEnd
        case UInt8(ascii: "."): throw isFirst ? .dotAtStart : .consecutiveDots
        default: throw .unexpectedCharacter
        }
    }

    /// Reads what follows a label; true where it is a dot, false at the end.
    private mutating func endOfLabel() throws(AddressDiagnosis) -> Bool {
        let after = try gap()
        note(after, comment: .comment, blank: .foldingBlank)
        guard next == nil || next == UInt8(ascii: ".") else {
            throw after.isEmpty || next == UInt8(ascii: "[") ? .unexpectedCharacter : .textAfterBlank
        }
        guard domain.last != UInt8(ascii: "-") else { throw .hyphenAtEnd }
        guard next != nil else { return false }
        domain.append(UInt8(ascii: "."))
        position += 1
        return true
    }

    /// Brings a domain beyond ASCII into ASCII, and looks at the lengths and at the top-level domain.
    private mutating func finishDomain() throws(AddressDiagnosis) {
        if domain.contains(where: { $0 >= 0x80 }) { domain = try Self.ascii(domain) }
        let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }) else { throw .invalidInternationalDomain }
        if labels.count == 1 { note(.singleLabelDomain) }
        if let first = labels.last?.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            note(.numericTopLevel)
        }
        if domain.count > 255 { note(.domainTooLong) }
        if labels.contains(where: { $0.count > HostName.maximumLabelLength }) { note(.labelTooLong) }
    }

    /// Each label beyond ASCII in punycode: the others need not be of a host name (RFC 5322 reads more).
    private static func ascii(_ domain: [UInt8]) throws(AddressDiagnosis) -> [UInt8] {
        var labels: [String] = []
        for label in domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            let text = String(decoding: label, as: UTF8.self)
            guard label.contains(where: { $0 >= 0x80 }) else {
                labels.append(text)
                continue
            }
            guard let ascii = try? HostName.converted(text, for: .email) else { throw .invalidInternationalDomain }
            labels.append(ascii)
        }
        return Array(labels.joined(separator: ".").utf8)
    }
}
