// SPDX-License-Identifier: Apache-2.0

/// What a provider can be asked for. Raw values are the words in YAML, in JSON and in the store.
public enum Capability: String, Sendable, Hashable, CaseIterable, Comparable {
    case email
    case mobile
    case officePhone = "office_phone"
    case verifyEmail = "verify_email"
    case verifyPhone = "verify_phone"
    case person
    case company

    /// Orders capabilities as they are declared, which is the order of every table and report.
    public static func < (left: Capability, right: Capability) -> Bool {
        left.position < right.position
    }

    /// By its position: hashing the raw value would hash a text.
    public func hash(into hasher: inout Hasher) { hasher.combine(position) }

    /// True where a provider of this capability judges candidates instead of finding them.
    public var isVerification: Bool { self == .verifyEmail || self == .verifyPhone }

    private var position: Int {
        switch self {
        case .email: 0
        case .mobile: 1
        case .officePhone: 2
        case .verifyEmail: 3
        case .verifyPhone: 4
        case .person: 5
        case .company: 6
        }
    }
}
