// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import HTTPTypes

/// How a request differs from the one that a case has.
struct RequestDifferences {
    private(set) var found: [String] = []
    /// Texts that show only where the case has them itself.
    private let literals: [String]

    /// Differences of one body that are told.
    static let maximumOfBody = 8
    /// Shorter texts are no secrets, and hiding them would hide what is around them.
    private static let minimumLiteral = 4

    init(_ request: ProviderRequest, from expected: ProviderCase.ExpectedRequest, hiding literals: [String]) {
        self.literals = literals.filter { $0.utf8.count >= Self.minimumLiteral }
            .sorted { $0.utf8.count > $1.utf8.count }
        compare("the method", expected.method, request.method.rawValue)
        switch request.target {
        case .path(let path):
            compare("the host", expected.host, nil)
            compare("the path", expected.path, path)
        case .page(let host, let path):
            compare("the host", expected.host, host)
            compare("the path", expected.path, path)
        }
        compare("the query's", expected.query, Self.joined(request.query.map { ($0.name, $0.value) }))
        for (name, value) in expected.headers.sorted(by: { $0.key < $1.key }) {
            let actual = request.headers.first { $0.name.canonicalName == name.lowercased() }?.value
            compare("the header \(name)", value, actual)
        }
        compareBody(request.body, expected)
    }

    private mutating func compare(_ what: String, _ expected: String?, _ actual: String?) {
        guard expected != actual else { return }
        let shown = actual.map { "'\(hidden($0, unlessIn: expected))'" } ?? "absent"
        found.append("\(what) is \(shown), not \(expected.map { "'\($0)'" } ?? "absent")")
    }

    private mutating func compare(_ what: String, _ expected: [String: String], _ actual: [String: String]) {
        for name in Set(actual.keys).union(expected.keys).sorted() {
            compare("\(what) \(name)", expected[name], actual[name])
        }
    }

    private func hidden(_ text: String, unlessIn expected: String?) -> String {
        literals.reduce(text) { text, literal in
            expected?.contains(literal) == true ? text : text.replacing(literal, with: "••••")
        }
    }

    // MARK: Bodies

    private mutating func compareBody(_ body: [UInt8], _ expected: ProviderCase.ExpectedRequest) {
        if let form = expected.form {
            return compare("the form's", form, Self.form(body))
        }
        switch (expected.json, JSONDocument(body)) {
        case (nil, _) where body.isEmpty: break
        case (let wanted?, let sent?):
            var all: [(path: String, expected: JSONDocument?, actual: JSONDocument?)] = []
            Self.collect(wanted, sent, at: "", &all)
            for item in all.prefix(Self.maximumOfBody) {
                let what = item.path.isEmpty ? "the body" : "the body's \(item.path)"
                found.append("\(what) is \(shown(item.actual, beside: item.expected)), not \(shown(item.expected))")
            }
            if all.count > Self.maximumOfBody {
                found.append("the body differs in \(all.count - Self.maximumOfBody) more places")
            }
        case (let wanted?, nil):
            found.append("the body is \(body.isEmpty ? "absent" : "not JSON"), not \(shown(wanted))")
        case (nil, let sent):
            found.append("the body is \(sent.map { shown($0, beside: nil) } ?? "there"), not absent")
        }
    }

    private static func collect(
        _ expected: JSONDocument?, _ actual: JSONDocument?, at path: String,
        _ all: inout [(path: String, expected: JSONDocument?, actual: JSONDocument?)]
    ) {
        switch (expected, actual) {
        case (.object(let left)?, .object(let right)?):
            for name in Set(left.keys).union(right.keys).sorted() {
                collect(left[name], right[name], at: path.isEmpty ? name : "\(path).\(name)", &all)
            }
        case (.array(let left)?, .array(let right)?):
            for index in 0..<max(left.count, right.count) {
                collect(
                    index < left.count ? left[index] : nil, index < right.count ? right[index] : nil,
                    at: "\(path)[\(index)]", &all)
            }
        default: if expected != actual { all.append((path, expected, actual)) }
        }
    }

    private func shown(_ document: JSONDocument?) -> String {
        document.map { String(decoding: $0.serialized, as: UTF8.self) } ?? "absent"
    }

    private func shown(_ document: JSONDocument?, beside expected: JSONDocument?) -> String {
        let texts = expected.map { shown($0) }
        return shown(document?.mappingStrings { hidden($0, unlessIn: texts) })
    }

    // MARK: Names and values

    private static func joined(_ items: [(String, String)]) -> [String: String] {
        Dictionary(grouping: items, by: \.0).mapValues { $0.map(\.1).joined(separator: ",") }
    }

    private static func form(_ body: [UInt8]) -> [String: String] {
        let pairs = body.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
        }
        return joined(pairs)
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var made: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                made.append(value)
                rest = rest.dropFirst(2)
            } else {
                made.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: made, as: UTF8.self)
    }
}

extension JSONDocument {
    /// The document with every string changed, keys left as they are.
    fileprivate func mappingStrings(_ change: (String) -> String) -> JSONDocument {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let elements): .array(elements.map { $0.mappingStrings(change) })
        case .object(let members): .object(members.mapValues { $0.mappingStrings(change) })
        case .null, .bool, .integer, .number: self
        }
    }
}
