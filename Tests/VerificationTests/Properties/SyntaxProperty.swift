// SPDX-License-Identifier: Apache-2.0

import Identity
import Verification

/// What holds of the syntax of addresses.
enum SyntaxProperty {
    /// Returns true where the text is an address by RFC.
    static func check(_ input: [UInt8]) throws(BrokenProperty) -> Bool {
        let text = String(decoding: input, as: UTF8.self)
        let (rfc, deliverable) = (AddressSyntax(text, profile: .rfc), AddressSyntax(text))
        for syntax in [rfc, deliverable] {
            try mustHold(syntax.isAccepted == (syntax.normalised != nil), "what is taken has a normal form")
            try mustHold(syntax.isAccepted || syntax.diagnosis != nil, "a refusal has a reason")
            try mustHold(syntax.isAccepted || syntax.address == nil, "what is refused is nobody's address")
        }
        if rfc.isAccepted { try check(rfc) }
        if deliverable.isAccepted {
            try check(deliverable)
            if isBare(text) { try mustHold(rfc.isAccepted, "what is deliverable is an address by RFC") }
            try checkDeliverable(deliverable)
        }
        return rfc.isAccepted
    }

    /// Nothing stands around the address that the `deliverable` profile takes off and the `rfc` profile doesn't.
    private static func isBare(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && !text.lowercased().hasPrefix("mailto:")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }

    /// The normal form is an address too, and its own normal form.
    private static func check(_ syntax: AddressSyntax) throws(BrokenProperty) {
        let normal = syntax.normalised ?? ""
        let at = normal.utf8.lastIndex(of: UInt8(ascii: "@"))
        try mustHold(at.map { $0 > normal.startIndex } ?? false, "there is a local part")
        try mustHold(normal.utf8.last != UInt8(ascii: "@"), "there is a domain")
        // Escaping can make it longer than what is read.
        guard normal.utf8.count <= AddressSyntax.maximumInputLength else { return }
        let again = AddressSyntax(normal, profile: syntax.profile)
        try mustHold(again.isAccepted, "a normal form is taken by its profile, \(syntax.profile)")
        try mustHold(isSame(again.normalised, normal), "a normal form is its own, \(syntax.profile)")
        try mustHold(again.identity == syntax.identity, "a normal form is of the same mailbox, \(syntax.profile)")
    }

    private static func checkDeliverable(_ syntax: AddressSyntax) throws(BrokenProperty) {
        guard let address = syntax.address else { throw BrokenProperty(description: "what is deliverable is whole") }
        try mustHold(isSame(syntax.normalised, address.display), "one normal form")
        try mustHold(AddressSyntax(address.display, profile: .rfc).isAccepted, "a normal form is an address by RFC")
        try mustHold(EmailAddress(address.display) == address, "one reader")
        try mustHold((1...64).contains(address.local.utf8.count), "a local part has 64 octets")
        try mustHold((1...253).contains(address.domain.utf8.count), "a domain has 253 octets")
        try mustHold(address.display.utf8.count <= 254, "an address has 254 octets")
        let labels = address.domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        try mustHold(labels.count > 1, "a domain has a dot")
        for label in labels {
            let isPlain = label.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            try mustHold((1...63).contains(label.count) && isPlain, "a label has letters, digits and hyphens")
        }
        let isClean = !address.display.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        try mustHold(isClean, "an address has no control characters")
        guard let suggestion = DomainSuggestion(for: address.domain) else { return }
        try mustHold(suggestion.domain != address.domain, "a suggestion is another domain")
        try mustHold(AddressSyntax("jane@\(suggestion.domain)").isAccepted, "a suggestion can be written to")
    }

    /// The same scalars: strings of one meaning are equal in Swift.
    private static func isSame(_ left: String?, _ right: String) -> Bool {
        left.map { $0.utf8.elementsEqual(right.utf8) } ?? false
    }
}
