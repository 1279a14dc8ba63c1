// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import HTTPTypes

/// A declared request, checked and ready to be filled in.
struct RequestTemplate: Sendable {
    fileprivate enum Body: Sendable {
        case json(DeclarativeDefinition.JSONTemplate, texts: [String: Template])
        case form([(name: String, value: Template)])
    }

    let baseURL: String
    /// What a request can't be made without.
    let required: Set<Template.Placeholder>
    /// What goes along where it is there.
    let optional: Set<Template.Placeholder>
    /// Texts of query, headers and body beside the placeholders.
    let literals: [String]
    let pathLiterals: [String]
    /// True where the id of a job is a part of the path.
    let hasJobInPath: Bool
    /// Where it stands in a configuration: `request`, `poll.request`.
    private let place: String
    private let method: HTTPRequest.Method
    private let segments: [Template]
    private let query: [(name: String, value: Template)]
    private let headers: [(name: HTTPField.Name, value: Template)]
    private let body: Body?

    static let maximumItems = 64
    static let maximumDepth = 32
    /// Headers that belong to the connection or are made from the request.
    fileprivate static let reserved: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// Adds what is wrong to the problems; nil where anything is.
    init?(
        _ request: DeclarativeDefinition.Request, in scope: Template.Scope = .prospect, at place: String = "request",
        _ problems: inout [DeclarativeError]
    ) {
        let before = problems.count
        let reader = Reader(scope: scope, place: place)
        let url = reader.url(request.url, &problems)
        self.place = place
        query = reader.items(request.query, at: "query", &problems)
        headers = reader.headers(request.headers, &problems)
        body = reader.body(request.body, &problems)
        method = request.method ?? (request.body == nil ? .get : .post)
        if request.body != nil, method == .get || method == .head {
            problems.append(DeclarativeError(path: "\(place).method", message: "a \(method.rawValue) has no body"))
        }
        guard let url, problems.count == before else { return nil }
        baseURL = url.base
        segments = url.segments
        var values = query.map(\.value) + headers.map(\.value)
        switch body {
        case .json(_, let texts): values += texts.values
        case .form(let items): values += items.map(\.value)
        case nil: break
        }
        literals = values.flatMap(\.literals)
        pathLiterals = segments.flatMap(\.literals)
        hasJobInPath = segments.contains { $0.required.contains(.job) }
        required = Set((segments + values).flatMap(\.required))
        optional = Set(values.flatMap(\.optional)).subtracting(required)
    }

    /// Fills it in. A parameter, a header, a field or a member is left out where all that it has is optional and
    /// missing.
    ///
    /// - Throws: `rejectedQuery` where a value is missing or can't stand where its placeholder does.
    func filled(_ values: (Template.Placeholder) -> String?) throws(ProviderError) -> ProviderRequest {
        var path = ""
        for segment in segments {
            let text = try segment.filled(values) { PercentEncoding.encoded($0) } ?? ""
            guard text != ".", text != "..", !text.isEmpty || segment.pieces.isEmpty else {
                throw ProviderError(.rejectedQuery, "a value that can't stand in a path")
            }
            path += "/\(text)"
        }
        var made = ProviderRequest(method: method, target: .path(path))
        for item in query {
            if let value = try item.value.filled(values, { $0 }) { made.query.append(QueryItem(item.name, value)) }
        }
        for header in headers {
            guard let value = try header.value.filled(values, Self.headerValue) else { continue }
            made.headers.append(HeaderItem(header.name, value))
        }
        switch body {
        case nil: break
        case .json(let document, let texts):
            guard let json = try Self.json(document, "\(place).body", texts, values) else { break }
            if !made.headers.contains(where: { $0.name == .contentType }) {
                made.headers.append(HeaderItem(.contentType, "application/json"))
            }
            made.body = json.serialized()
        case .form(let items):
            made.headers.append(HeaderItem(.contentType, "application/x-www-form-urlencoded"))
            var pairs: [String] = []
            for item in items {
                guard let value = try item.value.filled(values, { $0 }) else { continue }
                pairs.append("\(PercentEncoding.encoded(item.name))=\(PercentEncoding.encoded(value))")
            }
            made.body = Array(pairs.joined(separator: "&").utf8)
        }
        return made
    }

    private static func headerValue(_ value: String) throws(ProviderError) -> String {
        guard !value.utf8.contains(where: isControl) else {
            throw ProviderError(.rejectedQuery, "a value that can't stand in a header")
        }
        return value
    }

    fileprivate static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// Nil for a value that is left out.
    private static func json(
        _ document: DeclarativeDefinition.JSONTemplate, _ path: String, _ texts: [String: Template],
        _ values: (Template.Placeholder) -> String?
    ) throws(ProviderError) -> JSONValue? {
        switch document {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .text: return try texts[path]?.filled(values) { $0 }.map { .string($0) }
        case .array(let elements):
            var made: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                if let value = try json(element, "\(path)[\(index)]", texts, values) { made.append(value) }
            }
            return .array(made)
        case .object(let members):
            var made: [JSONValue.Member] = []
            for (key, value) in members {
                guard let value = try json(value, "\(path).\(key)", texts, values) else { continue }
                made.append(JSONValue.Member(key, value))
            }
            return .object(made)
        }
    }
}

/// Reads the parts of a declared request, and says what is wrong with them.
private struct Reader {
    let scope: Template.Scope
    let place: String

    func url(
        _ text: String, _ problems: inout [DeclarativeError]
    ) -> (base: String, segments: [Template])? {
        let path = "\(place).url"
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else {
            problems.append(DeclarativeError(path: path, message: "must start with https://", offset: 0))
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        let isHost =
            !authority.isEmpty
            && authority.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
        guard isHost else {
            let message = "the host can't be empty, and has no placeholder, user or parameter in it"
            problems.append(DeclarativeError(path: path, message: message, offset: scheme.utf8.count))
            return nil
        }
        var offset = scheme.utf8.count + authority.utf8.count
        var segments: [Template] = []
        let parts = rest.dropFirst(authority.count).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for part in parts.isEmpty ? [""] : Array(parts) {
            offset += 1
            do throws(DeclarativeError) {
                let template = try Template(segment: String(part), in: scope, at: path)
                if let bad = template.literals.joined().utf8.first(where: { !PercentEncoding.isPath($0) }) {
                    let isQuery = bad == UInt8(ascii: "?")
                    let message = isQuery ? "parameters go into \(place).query" : "a character that a URL can't have"
                    throw DeclarativeError(path: path, message: message, offset: 0)
                }
                segments.append(template)
            } catch {
                problems.append(
                    DeclarativeError(path: path, message: error.message, offset: offset + (error.offset ?? 0)))
            }
            offset += part.utf8.count
        }
        return (scheme + authority, segments)
    }

    func items(
        _ items: [DeclarativeDefinition.Item], at name: String, _ problems: inout [DeclarativeError]
    ) -> [(name: String, value: Template)] {
        let path = "\(place).\(name)"
        if items.count > RequestTemplate.maximumItems {
            problems.append(DeclarativeError(path: path, message: "more than \(RequestTemplate.maximumItems)"))
        }
        var made: [(name: String, value: Template)] = []
        for item in items.prefix(RequestTemplate.maximumItems) {
            do { made.append((item.name, try Template(item.value, in: scope, at: "\(path).\(item.name)"))) } catch {
                problems.append(error)
            }
        }
        return made
    }

    func headers(
        _ items: [DeclarativeDefinition.Item], _ problems: inout [DeclarativeError]
    ) -> [(name: HTTPField.Name, value: Template)] {
        var made: [(name: HTTPField.Name, value: Template)] = []
        for (text, value) in self.items(items, at: "headers", &problems) {
            let path = "\(place).headers.\(text)"
            guard let name = HTTPField.Name(text) else {
                problems.append(DeclarativeError(path: "\(place).headers", message: "a name that no header has"))
                continue
            }
            guard !RequestTemplate.reserved.contains(name.canonicalName) else {
                problems.append(DeclarativeError(path: path, message: "this header is the transport's"))
                continue
            }
            guard !value.literals.contains(where: { $0.utf8.contains(where: RequestTemplate.isControl) }) else {
                problems.append(DeclarativeError(path: path, message: "a control character in a header"))
                continue
            }
            made.append((name, value))
        }
        return made
    }

    func body(
        _ body: DeclarativeDefinition.Body?, _ problems: inout [DeclarativeError]
    ) -> RequestTemplate.Body? {
        switch body {
        case nil: return nil
        case .form(let fields): return .form(items(fields, at: "body", &problems))
        case .json(let document):
            var texts: [String: Template] = [:]
            read(document, "\(place).body", depth: 0, &texts, &problems)
            return .json(document, texts: texts)
        }
    }

    private func read(
        _ document: DeclarativeDefinition.JSONTemplate, _ path: String, depth: Int, _ texts: inout [String: Template],
        _ problems: inout [DeclarativeError]
    ) {
        guard depth < RequestTemplate.maximumDepth else {
            problems.append(DeclarativeError(path: path, message: "deeper than \(RequestTemplate.maximumDepth)"))
            return
        }
        switch document {
        case .null, .bool, .integer: break
        case .text(let text):
            do { texts[path] = try Template(text, in: scope, at: path) } catch { problems.append(error) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                read(element, "\(path)[\(index)]", depth: depth + 1, &texts, &problems)
            }
        case .object(let members):
            for (key, value) in members { read(value, "\(path).\(key)", depth: depth + 1, &texts, &problems) }
        }
    }
}
