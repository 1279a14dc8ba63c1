// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a declared provider, and where. Shows no text of a header, of the query or of the body: those may
/// hold secrets.
public struct DeclarativeError: Error, Sendable, Hashable {
    /// The field, as it stands in the configuration: `answer.email`, `request.headers.Authorization`.
    public let path: String
    public let message: String
    /// Where in the field's text, in bytes of UTF-8 from its start; nil where it is about the field as a whole.
    public let offset: Int?

    public init(path: String, message: String, offset: Int? = nil) {
        self.path = path
        self.message = message
        self.offset = offset
    }
}

extension DeclarativeError: CustomStringConvertible {
    public var description: String { "\(path): \(message)\(offset.map { " (at byte \($0))" } ?? "")" }
}
