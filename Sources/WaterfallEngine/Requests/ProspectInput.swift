// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Identity

/// A prospect as a user typed it: every field may be wrong.
public struct ProspectInput: Sendable, Hashable {
    public var name: String?
    public var firstName: String?
    public var lastName: String?
    public var companyName: String?
    public var domain: String?
    public var linkedInURL: String?
    public var email: String?
    public var title: String?
    public var country: String?

    /// Bytes of a company name or title.
    public static let maximumTextLength = 512

    public init(
        name: String? = nil, firstName: String? = nil, lastName: String? = nil, companyName: String? = nil,
        domain: String? = nil, linkedInURL: String? = nil, email: String? = nil, title: String? = nil,
        country: String? = nil
    ) {
        self.name = name
        self.firstName = firstName
        self.lastName = lastName
        self.companyName = companyName
        self.domain = domain
        self.linkedInURL = linkedInURL
        self.email = email
        self.title = title
        self.country = country
    }

    /// Returns the prospect in normal form. A blank field counts as absent; a known email names the domain where none
    /// is given and anybody's mailbox host does not.
    ///
    /// - Throws: everything that is wrong, at once.
    public func normalised() throws(ProspectError) -> Prospect {
        var problems: [ProspectError.Problem] = []
        func read<T>(_ field: ProspectError.Field, _ text: String?, _ parse: (String) throws(IdentityError) -> T) -> T?
        {
            guard let text = text?.trimmingBlanks, !text.isEmpty else { return nil }
            do {
                return try parse(text)
            } catch {
                problems.append(ProspectError.Problem(field: field, message: error.message))
                return nil
            }
        }
        let full = read(.name, name) { text throws(IdentityError) in try PersonName(parsing: text) }
        let (first, last) = (firstName?.trimmingBlanks.nonEmpty, lastName?.trimmingBlanks.nonEmpty)
        let parts = read(.name, first ?? last) { _ throws(IdentityError) in try PersonName(first: first, last: last) }
        let email = read(.email, email) { text throws(IdentityError) in try EmailAddress(parsing: text) }
        let domain = read(.domain, domain) { text throws(IdentityError) in try Domain(parsing: text) }
        let linkedIn = read(.linkedIn, linkedInURL) { text throws(IdentityError) in try LinkedInURL(parsing: text) }
        let country = country?.trimmingBlanks.nonEmpty.flatMap { text -> CountryCode? in
            guard let code = CountryCode(text) else {
                problems.append(
                    .init(field: .country, message: "not a country: write two letters of ISO 3166, such as US"))
                return nil
            }
            return code
        }
        let company = text(companyName, .company, &problems)
        let title = text(title, .title, &problems)
        if problems.isEmpty, full == nil, parts == nil, company == nil, email == nil, domain == nil, linkedIn == nil {
            problems.append(.init(field: .name, message: Self.nobody))
        }
        guard problems.isEmpty else { throw ProspectError(problems: problems) }
        let person = parts ?? full
        let companyDomain = domain ?? email.flatMap { $0.isPublicHost ? nil : Domain($0.domain) }
        let keys = IdentityKeys(
            linkedIn: linkedIn, emails: email.map { [$0] } ?? [], name: person, domain: companyDomain)
        return Prospect(
            firstName: person?.first, lastName: person?.last, fullName: person?.full, companyName: company,
            domain: companyDomain?.ascii, linkedInURL: linkedIn?.absoluteString, email: email?.display, title: title,
            country: country?.code,
            keys: ProspectKeys(
                linkedIn: linkedIn?.absoluteString, email: keys.emails.first, nameAtDomain: keys.nameAtDomain))
    }

    private static let nobody = "nobody is named: write a name with a company or domain, a LinkedIn URL, or an email"

    private func text(
        _ text: String?, _ field: ProspectError.Field, _ problems: inout [ProspectError.Problem]
    ) -> String? {
        guard let text = text?.trimmingBlanks.nonEmpty else { return nil }
        if text.utf8.count > Self.maximumTextLength {
            problems.append(.init(field: field, message: "longer than 512 bytes: shorten it"))
        } else if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            problems.append(.init(field: field, message: "has a control character in it: remove it"))
        } else {
            return text
        }
        return nil
    }
}

extension DataRequest {
    /// Makes the request to verify an address as a user typed it.
    ///
    /// - Throws: what is wrong with the address.
    public static func verifying(
        _ address: String, id: RequestID, team: String = "default", user: String = "default",
        origin: RequestOrigin = .cli, isFresh: Bool = false, maximumCredits: Credits? = nil, createdAt: Timestamp,
        timeout: Duration? = nil, run: RunID? = nil
    ) throws(ProspectError) -> DataRequest {
        DataRequest(
            id: id, prospect: try ProspectInput(email: address).normalised(), access: [.verification], team: team,
            user: user, origin: origin, isFresh: isFresh, maximumCredits: maximumCredits, createdAt: createdAt,
            timeout: timeout, run: run)
    }
}

/// What is wrong with a prospect, one problem a field. Never shows what was typed.
public struct ProspectError: Error, Sendable, Hashable {
    /// The field as users write it.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case name, email, domain, linkedIn = "linkedin", company, title, country
    }

    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable {
        public let field: Field
        /// What is wrong, and what to write instead.
        public let message: String

        init(field: Field, message: String) {
            self.field = field
            self.message = message
        }
    }

    public let problems: [Problem]
}

extension String {
    fileprivate var trimmingBlanks: String {
        if let first = utf8.first, let last = utf8.last, first > 0x20, first < 0x7F, last > 0x20, last < 0x7F {
            return self
        }
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        let scalars = unicodeScalars.drop(while: isBlank)
        guard let last = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(scalars[...last])
    }

    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
