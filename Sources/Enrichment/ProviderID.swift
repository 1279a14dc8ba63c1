// SPDX-License-Identifier: Apache-2.0

/// A provider's name on every wire: the vendor's name in snake case (`people_data_labs`).
public struct ProviderID: RawRepresentable, Sendable, Hashable, Comparable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static func < (left: ProviderID, right: ProviderID) -> Bool { left.rawValue < right.rawValue }

    /// True where the name is snake case: a letter, then letters, digits and underscores, up to 64 in all.
    public var isWellFormed: Bool {
        let bytes = rawValue.utf8
        guard let first = bytes.first, bytes.count <= 64 else { return false }
        func letter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
        func digit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        return letter(first) && bytes.allSatisfy { letter($0) || digit($0) || $0 == UInt8(ascii: "_") }
    }
}

extension ProviderID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension ProviderID: CustomStringConvertible {
    public var description: String { rawValue }
}
