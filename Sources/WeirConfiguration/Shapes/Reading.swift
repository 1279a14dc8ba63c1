// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What is gathered while a configuration is read: problems, and what may be shown.
struct Reading: Sendable {
    private(set) var problems: [Problem] = []
    /// Problems without which the configuration could be used.
    var errorCount: Int { problems.count { $0.severity == .error } }
    /// Places of keys and values that were read as something that is no secret.
    private(set) var shown: Set<Position> = []
    var variables: Variables
    /// Providers that were declared with mistakes: who names them makes no mistake.
    var undeclared: Set<ProviderID> = []
    /// Places of nodes that were reported already, and stand for nothing.
    private let broken: Set<Position>
    /// Whether there is such a folder, by its path relative to the configuration.
    let folderExists: @Sendable (String) -> Bool

    init(
        variables: Variables, broken: Set<Position> = [],
        folderExists: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.variables = variables
        self.broken = broken
        self.folderExists = folderExists
    }

    /// Notes an error at a node or a key.
    mutating func fail(_ position: Position, length: Int = 1, _ message: String, hint: String? = nil) {
        note(.error, position, length: length, message, hint: hint)
    }

    /// Notes a warning.
    mutating func warn(_ position: Position, length: Int = 1, _ message: String, hint: String? = nil) {
        note(.warning, position, length: length, message, hint: hint)
    }

    private mutating func note(
        _ severity: Diagnostic.Severity, _ position: Position, length: Int, _ message: String, hint: String?
    ) {
        let problem = Problem(
            severity: severity, position: position, length: length, message: message, hint: hint)
        // A node that several aliases stand for is read several times.
        guard problems.count < Problem.maximumCount, !broken.contains(position), !problems.contains(problem) else {
            return
        }
        problems.append(problem)
    }

    /// Allows a key to be shown, unless it looks like a secret itself.
    mutating func show(key: YAMLNode.Entry) {
        if Masking.quotable(key.key) != Masking.dots || key.key.isEmpty { shown.insert(key.position) }
    }

    /// Allows a value to be shown, unless it looks like a secret.
    mutating func show(_ node: YAMLNode) {
        guard case .scalar(let text, _) = node.content, !Masking.looksSecret(text) else { return }
        shown.insert(node.position)
    }

    /// Allows a long text to be shown whatever it looks like: a program, a template of a URL.
    mutating func showProgram(_ node: YAMLNode) { shown.insert(node.position) }

    /// Reads a single value as text, with its variables replaced.
    ///
    /// - Parameters:
    ///   - words: what is wanted, for the message: `a duration such as 4s`.
    ///   - isAddress: true for a URL.
    /// - Returns: nil, and a problem, where there is none, or where a variable is not set.
    mutating func text(_ node: YAMLNode, wanted words: String, isAddress: Bool = false) -> String? {
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            fail(node.position, "expected \(words), found \(node.kind)")
            return nil
        }
        switch isAddress ? variables.expandAddress(text) : variables.expand(text) {
        case .text(let expanded): return expanded
        case .problem(let message, let hint):
            // Where names stand for values, what needs a value has its default.
            note(
                variables.use == .names ? .warning : .error, node.position, length: text.unicodeScalars.count, message,
                hint: hint)
            return nil
        }
    }

    /// Notes that a value is not what is wanted. The value itself stands in the excerpt, where it may.
    mutating func refuse(_ node: YAMLNode, wanted words: String, hint: String? = nil) {
        var length = 1
        if case .scalar(let text, _) = node.content { length = max(1, text.unicodeScalars.count) }
        fail(node.position, length: length, "expected \(words)", hint: hint)
    }
}

/// A value and its place.
struct Located<Value: Sendable>: Sendable {
    let value: Value
    let position: Position
    /// Scalars of the text it was read from.
    var length = 1
}
