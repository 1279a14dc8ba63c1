// SPDX-License-Identifier: Apache-2.0

/// A header of a vendor's own that says how many calls its quota still holds. The common names are known to the engine
/// and need none of these.
public struct QuotaHeader: Sendable, Hashable {
    /// When the quota is whole again.
    public enum Reset: Sendable, Hashable {
        /// A header of this name says so, in seconds or as a moment of Unix time.
        case header(String)
        /// No header says so: at most this long after the window was opened.
        case window(Duration)
    }

    /// The header's name, in lower case.
    public let name: String
    /// Where the value is an object of JSON, the member that holds the number.
    public let member: String?
    public let reset: Reset

    /// Makes one whose reset another header names. A name with a capital letter is a programmer's error.
    public init(_ name: StaticString, reset: StaticString) {
        self.init("\(name)", member: nil, .header("\(reset)"))
        precondition("\(reset)" == "\(reset)".lowercased(), "names of quota headers are in lower case")
    }

    /// Makes one of a window whose reset no header names. A name with a capital letter is a programmer's error.
    ///
    /// - Parameter member: where the value is an object of JSON such as `{"minute": 99}`, the member to read.
    public init(_ name: StaticString, member: StaticString? = nil, per window: Duration) {
        self.init("\(name)", member: member.map { "\($0)" }, .window(window))
    }

    private init(_ name: String, member: String?, _ reset: Reset) {
        precondition(name == name.lowercased(), "names of quota headers are in lower case")
        self.name = name
        self.member = member
        self.reset = reset
    }
}
