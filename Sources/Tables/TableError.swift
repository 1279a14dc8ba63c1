// SPDX-License-Identifier: Apache-2.0

/// Why a table can't be read any further. Never shows what is in it.
public struct TableError: Error, Sendable, Hashable {
    /// What is wrong, and what to do.
    public let message: String
    /// The line where it is, counted from 1.
    public let line: Int?

    public init(_ message: String, line: Int? = nil) {
        self.message = message
        self.line = line
    }
}
