// SPDX-License-Identifier: Apache-2.0

/// Why a mail, an event or a file could not be read. Carries no word of what stood in it.
public enum BounceProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// More bytes than `BounceReader.maximumSize`: set aside unread.
    case tooLarge(maximum: Int)
    /// Parts within parts, deeper than a mail has them.
    case tooDeep
    /// The file can't be read; the code is the system's `errno`.
    case unreadable(code: Int32)
    /// JSON that is not whole, or of no vendor's form.
    case malformedEvent
    /// There is nothing in it.
    case empty

    public var description: String {
        switch self {
        case .tooLarge(let maximum): "larger than \(maximum) bytes"
        case .tooDeep: "its parts are nested too deep"
        case .unreadable(let code): "can't be read (error \(code))"
        case .malformedEvent: "no event of a known form"
        case .empty: "empty"
        }
    }
}
