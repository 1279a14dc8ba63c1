// SPDX-License-Identifier: Apache-2.0

public import Tables

/// Why a file of prospects can't be used: everything that is wrong, at once. Never shows what is in a row.
public struct ProspectFileError: Error, Sendable, Hashable {
    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable {
        /// What is wrong, and what to do.
        public var message: String
        /// The line where it is, counted from 1.
        public var line: Int?

        public init(_ message: String, line: Int? = nil) {
            self.message = message
            self.line = line
        }
    }

    public var problems: [Problem]

    public init(problems: [Problem]) { self.problems = problems }

    public init(_ error: TableError) { self.init(problems: [Problem(error.message, line: error.line)]) }
}
