// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity

/// What the verified mailboxes of a company say about the next one.
struct LearnedPatterns: Sendable, Hashable {
    /// Where the company's mail is: the given domain, unless every known mailbox is at others; then the most frequent.
    let domain: String
    /// How many of the mailboxes there follow which pattern.
    let counts: [MailPattern: Int]

    /// - Parameter domain: the company's, as the query has it.
    init(_ mailboxes: [KnownMailbox], domain: String) {
        let asked = Domain(domain)?.ascii ?? domain.lowercased()
        let known = mailboxes.compactMap { mailbox in
            EmailAddress(mailbox.address).flatMap { $0.isRole || $0.isPublicHost ? nil : ($0, mailbox) }
        }
        let domains = known.reduce(into: [:] as [String: Int]) { $0[$1.0.domain, default: 0] += 1 }
        let usual = domains.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        let mail = domains[asked] == nil ? usual ?? asked : asked
        counts = known.reduce(into: [:]) { counts, known in
            guard known.0.domain == mail, let pattern = known.1.pattern(of: known.0.local) else { return }
            counts[pattern, default: 0] += 1
        }
        self.domain = mail
    }
}

extension KnownMailbox {
    /// The pattern by which a local part was made of this person's name; nil where it wasn't.
    fileprivate func pattern(of local: String) -> MailPattern? {
        if firstName != nil || lastName != nil {
            return MailPattern.pattern(of: local, firstName: firstName, lastName: lastName)
        }
        guard let name = fullName.flatMap({ GivenAndFamilyName($0) }) else { return nil }
        return MailPattern.pattern(of: local, firstName: name.given, lastName: name.family)
    }
}
