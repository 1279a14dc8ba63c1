// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Verification
internal import WaterfallEngine

/// Reads `weir.yaml`: every problem in one go, each with its place.
public enum ConfigurationLoader {
    /// Reads a configuration, the `.env` beside it, and the files that its values name.
    ///
    /// Pure but for `readFile`: the same files and environment give the same result.
    ///
    /// - Parameters:
    ///   - path: where the configuration is; diagnostics repeat it.
    ///   - environment: variables for `${NAME}` and `<ID>_API_KEY`; they win over `.env`.
    ///   - catalog: the providers that are built in.
    ///   - variables: what stands for a variable in a declared provider's request.
    ///   - folderExists: whether there is a folder of that path; without it none is missed.
    ///   - readFile: returns a file's bytes by its path; nil where it can't be read.
    public static func load(
        path: String, environment: [String: String], catalog: ProviderCatalog, variables use: VariableUse = .values,
        folderExists: @escaping @Sendable (_ path: String) -> Bool = { _ in true },
        readFile: @escaping @Sendable (_ path: String) -> [UInt8]?
    ) -> LoadedConfiguration {
        let folder = folder(of: path)
        let beside: @Sendable (String) -> [UInt8]? = { readFile(Self.path($0, in: folder)) }
        let (dotEnvironment, dotProblems) = dotEnvironment(folder: folder, read: beside)
        let variables = Variables(
            environment: dotEnvironment.merging(environment) { _, own in own }, use: use, readFile: beside)
        guard let bytes = readFile(path) else {
            let problem = Diagnostic(
                .error, file: path, position: .start, message: "the file can't be read",
                hint: "write one with `weir init`, or name another with --config")
            return LoadedConfiguration.broken(path: path, catalog: catalog, diagnostics: dotProblems + [problem])
        }
        return load(bytes: bytes, path: path, catalog: catalog, before: dotProblems) { broken in
            Reading(variables: variables, broken: broken) { folderExists(Self.path($0, in: folder)) }
        }
    }

    /// A path that a configuration names, as seen from where the process is.
    static func path(_ name: String, in folder: String) -> String {
        name.hasPrefix("/") || folder == "." ? name : folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    /// The folder of a path, without a slash at its end; `.` where it has none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func load(
        bytes: [UInt8], path: String, catalog: ProviderCatalog, before: [Diagnostic],
        reading makeReading: (_ broken: Set<Position>) -> Reading
    ) -> LoadedConfiguration {
        func broken(_ position: Position, _ message: String, _ hint: String?) -> LoadedConfiguration {
            let problem = Diagnostic(.error, file: path, position: position, message: message, hint: hint)
            return .broken(path: path, catalog: catalog, diagnostics: before + [problem])
        }
        let text: String
        switch ScannedText(bytes) {
        case .text(let scanned): text = scanned
        case .refused(let position, let message, let hint): return broken(position, message, hint)
        }
        let source = SourceText(text)
        var reader = YAMLReader()
        let root = reader.read(source)
        var reading = makeReading(reader.broken)
        var result = ConfigurationBuilder.Result(catalog: catalog)
        if let root, !reader.isStopped {
            result = ConfigurationBuilder.build(root, catalog: catalog, &reading)
        } else if reader.problems.isEmpty {
            return broken(.start, "the configuration is empty", "write one with `weir init`")
        }
        let masking = Masking(
            source: source, leaves: reader.leaves, shown: reading.shown.union(reader.doubled),
            isRead: root != nil && !reader.isStopped,
            knownKeys: RootKeys.allNames)
        let problems = (reader.problems + reading.problems).sorted {
            ($0.position, $0.severity == .error ? 0 : 1, $0.message)
                < ($1.position, $1.severity == .error ? 0 : 1, $1.message)
        }
        let diagnostics = problems.map { problem in
            Diagnostic(
                problem.severity, file: path, position: problem.position, message: problem.message, hint: problem.hint,
                excerpt: problem.length == 0 ? nil : masking.excerpt(at: problem.position, length: problem.length))
        }
        var loaded = LoadedConfiguration(
            path: path, settings: result.settings, store: result.store, catalog: result.catalog, smtp: result.smtp,
            mail: result.mail, cases: result.cases, tests: result.tests, diagnostics: before + diagnostics,
            effectiveYAML: root.map { EffectiveConfiguration.text(of: $0, result: result, shown: reading.shown) } ?? "")
        if let wait = result.smtp.greylistWait { loaded.wait(forGreylisting: wait) }
        return loaded
    }

    private static func dotEnvironment(
        folder: String, read: (String) -> [UInt8]?
    ) -> (variables: [String: String], problems: [Diagnostic]) {
        guard let bytes = read(".env") else { return ([:], []) }
        let (variables, broken) = EnvironmentFile.parse(bytes)
        let file = folder == "." ? ".env" : "\(folder)/.env"
        // The lines themselves hold secrets, and are not shown.
        let problems = broken.prefix(Problem.maximumCount).map { line in
            Diagnostic(
                .warning, file: file, position: Position(line: line, column: 1),
                message: "this line is not NAME=value, and is left out")
        }
        return (variables, problems)
    }
}

extension LoadedConfiguration {
    /// A configuration of which nothing could be read.
    static func broken(path: String, catalog: ProviderCatalog, diagnostics: [Diagnostic]) -> LoadedConfiguration {
        LoadedConfiguration(
            path: path, settings: EngineSettings(), store: "", catalog: catalog, smtp: SMTPSettings(),
            mail: MailSettings(), cases: [], tests: nil, diagnostics: diagnostics, effectiveYAML: "")
    }
}
