// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// An address taken apart by the grammars of mail: what RFC 5322, 3.4.1, calls `addr-spec`.
///
/// Whatever the grammars have is read: comments, folding, obsolete forms, address literals, letters of other scripts.
/// `EmailAddress` reads its narrow form through this, and the profiles of `AddressSyntax` judge by it: one grammar.
package struct AddrSpec: Sendable, Hashable {
    /// The local part in its shortest form: NFC, without comments and folding, in quotes only where it needs them.
    package let local: String
    /// The domain in lower-case ASCII, or what stands in brackets, with them.
    package let domain: String
    /// The local part has quotes, needed or not.
    package let hasQuotes: Bool
    /// The worst that is to be said of an address that could be read; nil for a plain one.
    package let finding: AddressDiagnosis?

    /// Bytes that are read; longer text is no address (a line of a message has 998, RFC 5322, 2.1.1).
    package static let maximumInputLength = 16_384
    /// Comments within comments that are read.
    package static let maximumCommentDepth = 64

    /// Reads an address, in time that grows with its length alone.
    ///
    /// - Throws: the first thing for which the text is no address.
    package init(parsing text: String) throws(AddressDiagnosis) {
        guard text.utf8.count <= Self.maximumInputLength else { throw .inputTooLong }
        var grammar = AddressGrammar(text)
        try grammar.address()
        hasQuotes = grammar.hasQuotes
        finding = grammar.finding
        local = Self.shortest(UnicodeForms.composed(String(decoding: grammar.local, as: UTF8.self)))
        domain = String(decoding: grammar.domain, as: UTF8.self)
    }

    package var normalised: String { "\(local)@\(domain)" }

    package var isQuoted: Bool { local.utf8.first == UInt8(ascii: "\"") }

    /// Quotes mean nothing (RFC 5321, 4.1.2: the forms are equivalent), so that they stand only where they must.
    private static func shortest(_ content: String) -> String {
        guard !isDotAtom(content) else { return content }
        var quoted = "\""
        for scalar in content.unicodeScalars {
            if scalar == "\"" || scalar == "\\" || (scalar.isASCII && scalar.isControl) {
                quoted.unicodeScalars.append("\\")
            }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func isDotAtom(_ text: String) -> Bool {
        var isAfterDot = true
        for byte in text.utf8 {
            let isDot = byte == UInt8(ascii: ".")
            guard isDot ? !isAfterDot : AddressGrammar.atext.contains(byte) else { return false }
            isAfterDot = isDot
        }
        return !isAfterDot
    }
}
