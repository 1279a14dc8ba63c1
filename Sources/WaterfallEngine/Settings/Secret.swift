// SPDX-License-Identifier: Apache-2.0

/// A key or token. Every description of it shows dots; the text is read where it goes on the wire, nowhere else.
public struct Secret: Sendable, Hashable {
    public let exposed: String

    public init(_ text: String) { exposed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
