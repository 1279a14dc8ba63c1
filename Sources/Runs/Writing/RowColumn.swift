// SPDX-License-Identifier: Apache-2.0

/// The columns that a run adds, in the order in which they are written. Raw values are the names behind the prefix.
public enum RowColumn: String, Sendable, Hashable, CaseIterable {
    case email
    case emailStatus = "email_status"
    case emailReason = "email_reason"
    case emailProvider = "email_provider"
    case emailVerifiedBy = "email_verified_by"
    case mobile
    case mobileType = "mobile_type"
    case mobileStatus = "mobile_status"
    case officePhone = "office_phone"
    case credits
    case cost
    case outcome
    case contactID = "contact_id"
    case attempts
    case mobileDoNotCall = "mobile_dnc"
    case officePhoneDoNotCall = "office_phone_dnc"

    /// What the names begin with unless the user says otherwise.
    public static let defaultPrefix = "weir_"

    /// The names of all columns.
    public static func names(prefix: String) -> [String] { allCases.map { prefix + $0.rawValue } }
}

/// The columns that a file of rejected rows adds.
public enum RejectColumn: String, Sendable, Hashable, CaseIterable {
    /// The line of the file on which the row begins.
    case line
    case reason

    /// The names of both.
    public static func names(prefix: String) -> [String] { allCases.map { prefix + $0.rawValue } }
}
