// SPDX-License-Identifier: Apache-2.0

/// A fictional person, and which vendor knows what about them.
struct Person: Sendable, Hashable {
    /// What a vendor has on a person's email.
    enum Grade: String, Sendable {
        /// The true address, rated as well as the vendor rates.
        case sure
        /// The true address, rated poorly.
        case guess
        /// An address that is no longer right, rated as if it were.
        case stale
        /// The vendor has it and does not show it.
        case masked
        /// The vendor knows the person and no email.
        case blank
        /// The vendor answers a 5xx whenever this person is asked for.
        case failing
    }

    var first: String
    var last: String
    var domain: String
    var company: String
    var title: String
    var country: String
    /// The handle of the LinkedIn profile, or `nil` where there is none.
    var handle: String?
    /// The address that accepts mail.
    var email: String
    /// The address that once did.
    var staleEmail: String
    /// In E.164, or `nil` where there is none.
    var mobile: String?
    /// What each vendor has, by its id; who isn't listed knows nothing.
    var grades: [String: Grade]
    /// The ids of the vendors that know the mobile.
    var mobileVendors: Set<String>

    var fullName: String { last.isEmpty ? first : "\(first) \(last)" }

    /// A number that is this person's alone; identifiers are made from it.
    var hash: UInt64 { Dice.hash(Folding.name(fullName), from: Dice.hash(domain)) }

    var profileURL: String? { handle.map { "https://www.linkedin.com/in/\($0)" } }
}

/// What a caller said about the person that is looked for.
struct PersonQuery: Sendable {
    var first: String?
    var last: String?
    var full: String?
    var domain: String?
    var company: String?
    var handle: String?
    var email: String?

    /// The name as one text, or `nil` where there is not enough of one.
    var name: String? {
        if let full { return full }
        guard let first, let last else { return nil }
        return "\(first) \(last)"
    }

    var hasCompany: Bool { domain != nil || company != nil }
}

/// What one vendor has on the person that was looked for.
struct Finding: Sendable {
    var person: Person
    var grade: Person.Grade
    /// The address the vendor gives out; `nil` for `masked`, `blank` and `failing`.
    var email: String?
    /// The mobile the vendor has, or `nil`.
    var mobile: String?
}
