// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Identity

/// What an entry of the suppression list stands for. Raw values are the words on every wire.
public enum SuppressionKind: String, Sendable, Hashable, CaseIterable {
    /// One mailbox.
    case email
    /// Everybody at a company, by its registrable domain.
    case domain
    /// One number, whatever its extension.
    case phone
    /// One profile.
    case linkedIn = "linkedin"
    /// A name at a company's domain: what an erased person is known by where nothing better is known.
    case person
}

/// One value of the suppression list in normal form, so that every spelling of it is the same (`semantics.md`, 9).
public struct SuppressionValue: Sendable, Hashable {
    public let kind: SuppressionKind
    /// The normal form: of an email its mailbox, of a number E.164, of a profile its link, of a person
    /// `jane doe|example.com`.
    public let key: String

    /// Takes a value that is in normal form already.
    public init(_ kind: SuppressionKind, key: String) {
        self.kind = kind
        self.key = key
    }

    /// A mailbox: every address that is the same one. What is no address is compared in lower case.
    public static func email(_ address: String) -> SuppressionValue {
        SuppressionValue(.email, key: EmailAddress(address)?.identity ?? address.lowercased())
    }

    /// The registrable domain of a host, or of an address.
    public static func domain(of text: String) -> SuppressionValue? {
        let host = EmailAddress(text)?.domain ?? text
        guard let domain = Domain(host) else { return nil }
        return SuppressionValue(.domain, key: domain.registrable ?? domain.ascii)
    }

    /// A profile by any form of its link.
    public static func linkedIn(_ url: String) -> SuppressionValue {
        SuppressionValue(.linkedIn, key: LinkedInURL(url)?.absoluteString ?? url)
    }

    /// A number: parsed, or written in E.164 with blanks and signs; nil where it is neither.
    public static func phone(_ number: PhoneNumber?, raw: String) -> SuppressionValue? {
        if let number { return SuppressionValue(.phone, key: number.e164) }
        let digits = raw.filter { $0.isASCII && $0.isNumber }
        guard raw.hasPrefix("+"), (7...15).contains(digits.count) else { return nil }
        return SuppressionValue(.phone, key: "+" + digits)
    }

    /// What of a prospect an entry may name.
    public static func identifying(_ prospect: Prospect) -> [SuppressionValue] {
        var values: [SuppressionValue] = []
        if let email = prospect.email { values += mailbox(email) }
        if let domain = prospect.domain.flatMap({ domain(of: $0) }) { values.append(domain) }
        if let url = prospect.keys.linkedIn ?? prospect.linkedInURL { values.append(linkedIn(url)) }
        if let person = prospect.keys.nameAtDomain { values.append(SuppressionValue(.person, key: person)) }
        return values
    }

    /// An address and its company.
    public static func mailbox(_ address: String) -> [SuppressionValue] {
        [email(address)] + (domain(of: address).map { [$0] } ?? [])
    }
}

extension SuppressionValue: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind alone: the value is personal data.
    public var description: String { "a suppressed \(kind.rawValue)" }
    public var debugDescription: String { description }
}
