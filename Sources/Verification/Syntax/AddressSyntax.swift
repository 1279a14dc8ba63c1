// SPDX-License-Identifier: Apache-2.0

public import Identity

/// What the syntax of an email address says: whether a profile takes it, why not, and its normal forms.
///
/// Pure: nobody is asked, and the time grows with the text's length alone (3 microseconds a plain address). No
/// description holds the address, which is personal.
public struct AddressSyntax: Sendable, Hashable {
    /// How much of the grammars of mail is taken.
    public enum Profile: String, Sendable, Hashable, CaseIterable {
        /// Whatever RFC 5321, 5322, 6531 and 6532 read, obsolete forms and all. The text is taken as it is.
        case rfc
        /// What one would send mail to: no comments, folding, address literals and control characters; a local part
        /// in quotes only where it needs them; a domain that somebody can have registered. Blanks, angle brackets and
        /// `mailto:` around the text are taken off, as `EmailAddress` does.
        case deliverable
    }

    public let profile: Profile
    /// The worst that is to be said of the address; nil for a plain one. An address may be taken in spite of it.
    public let diagnosis: AddressDiagnosis?
    /// True where the profile takes the address.
    public let isAccepted: Bool
    /// The address as it is written to: domain in lower-case ASCII, local part in NFC and in its shortest form, no
    /// comments. Nil where the text is no address.
    public let normalised: String?
    /// The same as identity knows it; nil for forms that nobody's mailbox has (`jane@[192.0.2.1]`).
    public let address: EmailAddress?

    /// Bytes that are read; longer text is no address.
    public static let maximumInputLength = AddrSpec.maximumInputLength
    /// Comments within comments that are read.
    public static let maximumCommentDepth = AddrSpec.maximumCommentDepth

    /// Reads a text, which may be anything.
    public init(_ text: String, profile: Profile = .deliverable) {
        self.profile = profile
        let spec: AddrSpec
        do {
            let isWithinLimit = text.utf8.count <= Self.maximumInputLength
            spec = try AddrSpec(parsing: profile == .deliverable && isWithinLimit ? EmailAddress.bare(text) : text)
        } catch {
            (diagnosis, isAccepted, normalised, address) = (error, false, nil, nil)
            return
        }
        let narrow: EmailAddress?
        let refusal: AddressDiagnosis?
        switch profile {
        case .rfc: (narrow, refusal) = (try? EmailAddress(parsing: spec.normalised), nil)
        case .deliverable: (narrow, refusal) = Self.deliverable(spec)
        }
        diagnosis = refusal ?? spec.finding
        isAccepted = refusal == nil
        address = narrow
        normalised = refusal == nil ? narrow?.display ?? spec.normalised : nil
    }

    /// What makes two addresses the same mailbox (`EmailAddress.identity`); nil where there is no such form.
    public var identity: String? { address?.identity }

    /// The reserved name under which the domain stands, such as `.test`: valid syntax, and no mail ever arrives.
    public var specialUse: SpecialUseDomain? { address.flatMap { SpecialUseDomain(of: $0.domain) } }

    /// True where the local part is beyond ASCII, so that every server on the way needs SMTPUTF8 (RFC 6531). A domain
    /// beyond ASCII needs none: it has a form in ASCII.
    public var needsSMTPUTF8: Bool { normalised?.utf8.contains { $0 >= 0x80 } ?? false }

    private static func deliverable(_ spec: AddrSpec) -> (EmailAddress?, AddressDiagnosis?) {
        do {
            let address = try EmailAddress(spec)
            return address.isAtPublicSuffix ? (nil, .publicSuffix) : (address, nil)
        } catch {
            return (nil, error)
        }
    }
}

extension AddressSyntax: CustomStringConvertible, CustomDebugStringConvertible {
    /// The verdict alone: an address is personal data.
    public var description: String { isAccepted ? "an address" : "no address: \(diagnosis?.message ?? "")" }
    public var debugDescription: String { description }
}
