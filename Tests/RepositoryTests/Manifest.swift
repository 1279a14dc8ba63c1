// SPDX-License-Identifier: Apache-2.0

/// What `Package.swift` says, read from its text: evaluating it takes longer than all of these tests.
struct Manifest: Sendable {
    struct Target: Sendable {
        var name: String
        /// Where its sources are.
        var path: String
        /// The modules that it depends on: targets of ours, and those of the products it names.
        var dependencies: Set<String>
        var isTest: Bool
    }

    /// The list of providers, in the order written.
    let providers: [String]
    private(set) var targets: [String: Target] = [:]

    private let source: SwiftSource
    private let text: String
    private let bytes: [UInt8]
    /// As `bytes`, without strings and comments.
    private let code: [UInt8]

    init(_ source: SwiftSource) {
        self.source = source
        text = source.lines.joined(separator: "\n")
        bytes = Array(text.utf8)
        code = Array(source.code.joined(separator: "\n").utf8)
        providers = Self.literals(in: Self.block(from: "let providers = [", to: "]", of: text))
        addProviders()
        for (call, folder) in [
            "swift": "Sources", "tests": "Tests", "system": "Sources", ".target": "Sources",
            ".executableTarget": "Sources",
        ] {
            for arguments in calls(of: call) { add(arguments, folder: folder, isTest: call == "tests") }
        }
    }

    private mutating func addProviders() {
        let extras = Self.block(from: "let providerExtras", to: "\n", of: text)
        for provider in providers {
            let extra =
                extras.contains("\"\(provider)\": [")
                ? Self.literals(in: Self.block(from: "\"\(provider)\": [", to: "]", of: extras)) : []
            let name = "\(provider)Provider"
            targets[name] = Target(
                name: name, path: "Providers/\(provider)", dependencies: Set(["Enrichment", "HTTPTypes"] + extra),
                isTest: false)
        }
    }

    private mutating func add(_ arguments: [String], folder: String, isTest: Bool) {
        func labelled(_ label: String) -> String? { arguments.first { $0.hasPrefix("\(label):") } }
        let labels = [
            "path", "exclude", "resources", "dependencies", "name", "pkgConfig", "apt", "swiftSettings",
            "cxxSettings", "linkerSettings",
        ]
        let plain = arguments.filter { argument in !labels.contains { argument.hasPrefix("\($0):") } }
        guard let first = labelled("name") ?? plain.first, let name = Self.literals(in: first).first else { return }
        let list = labelled("dependencies") ?? (plain.count > 1 ? plain[plain.count - 1] : "")
        var dependencies = Set(Self.literals(in: list))
        for (variable, modules) in products where Self.words(in: list).contains(variable) {
            dependencies.formUnion(modules)
        }
        if Self.words(in: list).contains("providerModules") {
            dependencies.formUnion(providers.map { "\($0)Provider" })
        }
        let path = labelled("path").flatMap { Self.literals(in: $0).first } ?? "\(folder)/\(name)"
        targets[name] = Target(name: name, path: path, dependencies: dependencies, isTest: isTest)
    }

    /// The variables that stand for products, and the products' modules.
    private var products: [String: [String]] {
        var products: [String: [String]] = [:]
        for line in source.lines where line.hasPrefix("let ") && line.contains("Target.Dependency.product(name:") {
            let words = line.split(separator: " ")
            products[String(words[1])] = Array(Self.literals(in: line).prefix(1))
        }
        // The one list: its names begin with a capital, those of packages don't.
        let list = Self.literals(in: Self.block(from: "let nio: [Target.Dependency] =", to: "\nlet ", of: text))
        products["nio"] = list.filter { $0.first?.isUppercase == true }
        return products
    }

    /// The arguments of each call of a function, told apart by the commas between them.
    private func calls(of function: String) -> [[String]] {
        let needle = Array("\(function)(".utf8)
        let before = Array(" \n([".utf8)
        var found: [[String]] = []
        var index = 1
        while index < code.count {
            guard before.contains(code[index - 1]), code[index...].starts(with: needle) else {
                index += 1
                continue
            }
            found.append(arguments(from: index + needle.count, end: &index))
        }
        return found
    }

    private func arguments(from start: Int, end index: inout Int) -> [String] {
        var (start, depth) = (start, 1)
        var arguments: [String] = []
        index = start
        while index < code.count, depth > 0 {
            if Array("([{".utf8).contains(code[index]) { depth += 1 }
            if Array(")]}".utf8).contains(code[index]) { depth -= 1 }
            if depth == 0 || depth == 1 && code[index] == UInt8(ascii: ",") {
                arguments.append(Self.trimmed(String(decoding: bytes[start..<index], as: UTF8.self)))
                start = index + 1
            }
            index += 1
        }
        return arguments.filter { !$0.isEmpty }
    }

    private static func block(from start: String, to end: String, of text: String) -> String {
        guard let opening = text.firstRange(of: start) else { return "" }
        let rest = text[opening.upperBound...]
        guard let closing = rest.firstRange(of: end) else { return String(rest) }
        return String(rest[..<closing.lowerBound])
    }

    private static func literals(in text: String) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
    }

    /// The words outside literals.
    private static func words(in text: String) -> Set<String> {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        let code = parts.indices.filter { $0 % 2 == 0 }.map { String(parts[$0]) }.joined(separator: " ")
        return Set(code.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
