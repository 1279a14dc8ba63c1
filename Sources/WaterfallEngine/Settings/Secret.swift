// SPDX-License-Identifier: Apache-2.0

/// A key or token. Every description of it shows dots; the text is read where it goes on the wire, nowhere else.
public struct Secret: Sendable, Hashable {
    public let exposed: String

    public init(_ text: String) { exposed = text }

    /// Tells keys apart on record, and says nothing of them: 32 bits of a hash (FNV-1a), in hexadecimal.
    var mark: String {
        let hash = exposed.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return String(UInt32(truncatingIfNeeded: hash ^ hash >> 32), radix: 16)
    }

    /// Both halves of a credential that is written `id:secret`; the second is empty where there is no colon.
    var halves: (first: Secret, second: Secret) {
        let parts = exposed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (Secret(String(parts[0])), Secret(parts.count > 1 ? String(parts[1]) : ""))
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
