// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Reads a test case of the configuration: every problem in one go, each with its place.
public enum ConfigurationCaseLoader {
    /// Reads a case. Pure.
    ///
    /// - Parameters:
    ///   - path: where it is; diagnostics repeat it.
    ///   - providers: those that the configuration's chains name.
    /// - Returns: nil for a case where there are errors.
    public static func load(
        _ bytes: [UInt8], path: String, providers: [ProviderID]
    ) -> (example: ConfigurationCase?, diagnostics: [Diagnostic]) {
        let text: String
        switch ScannedText(bytes) {
        case .text(let scanned): text = scanned
        case .refused(let position, let message, let hint):
            return (nil, [Diagnostic(.error, file: path, position: position, message: message, hint: hint)])
        }
        let source = SourceText(text)
        var reader = YAMLReader()
        let root = reader.read(source)
        var reading = Reading(
            variables: Variables(environment: [:], use: .values) { _ in nil }, broken: reader.broken)
        var example: ConfigurationCase?
        if let root, !reader.isStopped {
            example = CaseKeys.make(root, providers: providers, &reading)
        } else if reader.problems.isEmpty {
            return (
                nil,
                [
                    Diagnostic(
                        .error, file: path, position: .start, message: "the case is empty",
                        hint: "it needs a `name` and a `prospect`")
                ]
            )
        }
        let masking = Masking(
            source: source, leaves: reader.leaves, shown: reading.shown.union(reader.doubled),
            isRead: root != nil && !reader.isStopped, knownKeys: Set(CaseKeys.object.keys.map(\.name)))
        let diagnostics = (reader.problems + reading.problems).sorted { $0.position < $1.position }.map { problem in
            Diagnostic(
                problem.severity, file: path, position: problem.position, message: problem.message, hint: problem.hint,
                excerpt: problem.length == 0 ? nil : masking.excerpt(at: problem.position, length: problem.length))
        }
        return (diagnostics.contains { $0.severity == .error } ? nil : example, diagnostics)
    }
}
