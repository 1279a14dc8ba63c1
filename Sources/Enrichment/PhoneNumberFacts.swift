// SPDX-License-Identifier: Apache-2.0

/// What kind of line a number is (`semantics.md`, 4).
public enum PhoneType: String, Sendable, Hashable, CaseIterable {
    case mobile
    case direct
    /// Headquarters, a switchboard, a work line shared by others.
    case office
    case home
    case other
}

/// What is known of a number's validity (`semantics.md`, 4).
public enum PhoneStatus: String, Sendable, Hashable, CaseIterable {
    case validNumber = "valid_number"
    case invalidNumber = "invalid_number"
    /// An unrated vendor number.
    case noStatus = "no_status"
}

/// Whether a number is on a do-not-call list. A listed number is returned flagged, never silently.
public enum DoNotCall: String, Sendable, Hashable, CaseIterable {
    case listed
    case notListed = "not_listed"
    case unknown
}

/// A number in normal form: what makes two numbers the same.
public struct PhoneNumber: Sendable, Hashable {
    /// `+` and digits (ITU-T E.164).
    public let e164: String
    /// Digits of an extension, kept apart.
    public let `extension`: String?

    public init(e164: String, extension: String? = nil) {
        self.e164 = e164
        self.extension = `extension`
    }
}
