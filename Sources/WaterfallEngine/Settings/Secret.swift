// SPDX-License-Identifier: Apache-2.0

/// A key or token. Every description of it shows dots; the text is read where it goes on the wire, nowhere else.
public struct Secret: Sendable, Hashable {
    public let exposed: String

    public init(_ text: String) { exposed = text }

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
