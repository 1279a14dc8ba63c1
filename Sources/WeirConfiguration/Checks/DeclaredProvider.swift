// SPDX-License-Identifier: Apache-2.0

internal import DeclarativeProvider
internal import Enrichment
internal import WaterfallEngine

/// A provider that the configuration writes: its keys read, its templates checked, its programs compiled.
struct DeclaredProvider {
    let definition: ProviderDefinition
    let settings: ProviderSettings
    let fields: Fields
    /// Its test cases; nil where it names none.
    let cases: DeclaredCases?

    /// Reads it; nil, and its problems, where something is wrong.
    init?(_ node: YAMLNode, id: Located<ProviderID>, _ reading: inout Reading) {
        let before = reading.errorCount
        guard let fields = DeclaredKeys.object.read(node, &reading) else { return nil }
        self.fields = fields
        settings = ProviderSettings(
            isEnabled: fields[ProviderKeys.enabled] ?? true, baseURL: fields[ProviderKeys.baseURL]?.value,
            allowsPrivateAddresses: fields[ProviderKeys.allowPrivateAddresses] ?? false,
            limits: fields[ProviderKeys.rate], concurrency: fields[ProviderKeys.concurrency],
            timeout: fields[ProviderKeys.timeout], creditPrice: fields[ProviderKeys.creditPrice])
        Self.checkFolder(fields, &reading)
        Self.checkRepeat(fields, &reading)
        Self.checkKey(fields, &reading)
        guard let request = fields[DeclaredKeys.request] else { return nil }
        let written = Self.definition(fields, id: id.value, request: request)
        let isWhole = reading.errorCount == before
        guard isWhole, let provider = try? DeclarativeProvider(written) else {
            for problem in DeclarativeProvider.problems(of: written) {
                // What is left out because of its own problem may not be missed again.
                let isOfWhole = !problem.path.contains(".") || problem.path.hasPrefix("statuses.")
                if isWhole || !isOfWhole { Self.report(problem, in: node, id: id, &reading) }
            }
            return nil
        }
        definition = provider.definition
        cases = fields[DeclaredKeys.cases].map { folder in
            let literals = provider.literals.filter { Variables.single($0) == nil }
            return DeclaredCases(
                provider: provider.definition, folder: folder,
                literals: literals + provider.pathLiterals.filter(Masking.looksSecret))
        }
    }

    private static func checkFolder(_ fields: Fields, _ reading: inout Reading) {
        guard let folder = fields[DeclaredKeys.cases], !reading.folderExists(folder) else { return }
        reading.warn(
            fields.valuePosition(of: DeclaredKeys.cases), length: folder.unicodeScalars.count,
            "there is no folder `\(Masking.quotable(folder))`: `weir test` finds no cases",
            hint:
                "its path is relative to the configuration; `weir providers new --yaml NAME` writes cases to start from"
        )
    }

    private static func checkRepeat(_ fields: Fields, _ reading: inout Reading) {
        guard fields.has(DeclaredKeys.poll), let repeats = fields[DeclaredKeys.repeats], repeats != .asyncID else {
            return
        }
        reading.fail(
            fields.valuePosition(of: DeclaredKeys.repeats),
            "a job is asked for, and never submitted again: with `poll` it is `async_id`", hint: "leave `repeat` out")
    }

    private static func checkKey(_ fields: Fields, _ reading: inout Reading) {
        guard fields.has(DeclaredKeys.apiKey), !fields.has(DeclaredKeys.token) else { return }
        reading.fail(
            fields.position(of: DeclaredKeys.apiKey), length: DeclaredKeys.apiKey.name.count,
            "`api_key` is for `token`, and there is none",
            hint: "write the key where it goes, such as `headers: { Authorization: \"Bearer ${NAME}\" }`")
    }

    private static func definition(
        _ fields: Fields, id: ProviderID, request: DeclarativeDefinition.Request
    ) -> DeclarativeDefinition {
        let costs = fields[ProviderKeys.cost] ?? [:]
        let capabilities = (fields[DeclaredKeys.capabilities] ?? []).map { ($0, costs[$0] ?? .free) }
        var answer: [DeclarativeDefinition.AnswerField: String] = [:]
        for field in DeclarativeDefinition.AnswerField.allCases {
            answer[field] = fields[DeclaredKeys.answer]?[DeclaredKeys.program(field)]
        }
        let statuses = (fields[DeclaredKeys.statuses] ?? []).map { ($0.name.value, $0.value) }
        var definition = DeclarativeDefinition(
            id: id, name: fields[DeclaredKeys.name] ?? "", documentation: fields[DeclaredKeys.documentation],
            capabilities: Dictionary(capabilities) { first, _ in first }, request: request,
            poll: fields[DeclaredKeys.poll], token: fields[DeclaredKeys.token],
            inputs: (fields[DeclaredKeys.inputs] ?? []).map { Set($0) }, answer: answer,
            statuses: Dictionary(statuses) { first, _ in first }, limits: fields[ProviderKeys.rate] ?? [])
        definition.repeats = fields[DeclaredKeys.repeats] ?? definition.repeats
        definition.concurrency = fields[ProviderKeys.concurrency] ?? definition.concurrency
        definition.timeout = fields[ProviderKeys.timeout] ?? definition.timeout
        definition.expectedHitRate = fields[DeclaredKeys.expectedHitRate] ?? definition.expectedHitRate
        return definition
    }

    /// Finds the place of a problem: the path leads to a value, the offset into it.
    private static func report(
        _ problem: DeclarativeError, in node: YAMLNode, id: Located<ProviderID>, _ reading: inout Reading
    ) {
        var path = problem.path[...]
        for (place, request) in [("request", node["request"]), ("poll.request", node["poll"]?["request"])]
        where path.hasPrefix("\(place).body") && request?["form"] != nil {
            path = "\(place).form" + path.dropFirst("\(place).body".count)
        }
        let name = String(path)
        var place = id.position
        var value: YAMLNode? = node
        // A name may have dots in it, so that each key that fits is tried.
        while !path.isEmpty {
            if case .list(let elements)? = value?.content, let (index, rest) = Self.index(path),
                elements.indices.contains(index)
            {
                path = rest
                value = elements[index]
                place = elements[index].position
                continue
            }
            let entry = value?.entries?.first { entry in
                path == entry.key || path.hasPrefix("\(entry.key).") || path.hasPrefix("\(entry.key)[")
            }
            guard let entry else { break }
            path = path.dropFirst(entry.key.count)
            if path.hasPrefix(".") { path = path.dropFirst() }
            place = entry.position
            value = entry.value
        }
        if path.isEmpty, let value { place = value.position }
        var (message, hint) = Self.plain(problem)
        if let offset = problem.offset, path.isEmpty, case .scalar(let text, let isPlain)? = value?.content {
            let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self)
            let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            if text.contains(where: \.isNewline) {
                message += " (line \(lines.count) of it)"
            } else if !text.contains("'"), !text.contains("\"") || !text.contains("\\") {
                place.column += before.unicodeScalars.count + (isPlain ? 0 : 1)
            }
        }
        reading.fail(place, "`\(name)`: \(message)", hint: hint)
    }

    /// `[2].a` is 2, and `a`.
    private static func index(_ path: Substring) -> (Int, Substring)? {
        guard path.hasPrefix("["), let end = path.firstIndex(of: "]"), let index = Int(path[..<end].dropFirst()) else {
            return nil
        }
        let rest = path[end...].dropFirst()
        return (index, rest.hasPrefix(".") ? rest.dropFirst() : rest)
    }

    /// True where jq's own words may be in the message.
    private static func isProgram(_ problem: DeclarativeError) -> Bool {
        ["poll.id", "poll.pending"].contains(problem.path)
            || problem.path.hasPrefix("answer") && !problem.message.hasPrefix("`emails`")
    }

    /// The message without what jq adds for shells, and with the list of placeholders as its hint.
    private static func plain(_ problem: DeclarativeError) -> (message: String, hint: String?) {
        var message = problem.message
        for mark in [" at <top-level>", " (Unix shell quoting issues?)"] {
            if let range = message.firstRange(of: mark) { message = String(message[..<range.lowerBound]) }
        }
        guard let range = message.firstRange(of: "; there are ") else {
            // Of our own messages, what comes after a semicolon is what to do.
            guard !isProgram(problem), let range = message.firstRange(of: "; ") else {
                return (message, nil)
            }
            return (String(message[..<range.lowerBound]), String(message[range.upperBound...]))
        }
        let names = message[range.upperBound...].split(separator: ", ").map(String.init)
        let said = message.split(separator: "{", maxSplits: 1).last?.prefix { $0 != "}" } ?? ""
        let mark = said.hasSuffix("?") ? "?" : ""
        let hint =
            EditDistance.nearest(to: String(said.dropLast(mark.count)), among: names)
            .map { "did you mean {\($0)\(mark)}?" }
            ?? "there are \(names.joined(separator: ", "))"
        return (String(message[..<range.lowerBound]), hint)
    }
}
