// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct StyleTests {
    /// What is let through, where, and why. An entry that is no longer needed fails the test as well.
    static let exceptions: [Exception] = [
        Exception(
            "Sources/CurlTransport/CurlLoop.swift", "nonisolated(unsafe)", "what lives on the loop's thread; checked"),
        Exception("Sources/DeclarativeProvider/JQProgram.swift", "@unchecked Sendable", "a jq program behind one lock"),
        Exception(
            "Sources/WeirConfiguration/InitialConfiguration.swift", "function length", "the text of one file, in one"),
        Exception("Sources/Enrichment/JSONReader.swift", "@unchecked Sendable", "a C parser behind one thread's lock"),
        Exception(
            "Sources/SQLStore/GroupCommitWriter.swift", "@unchecked Sendable", "handed over to the writing thread"),
        Exception(
            "Sources/SQLStore/ReaderConnection.swift", "@unchecked Sendable", "a connection behind one serial queue"),
        Exception("Sources/SQLStore/ReplySpool.swift", "nonisolated(unsafe)", "mapped memory behind one lock"),
        Exception("Sources/WaterfallEngine/Running/Flight.swift", "@unchecked Sendable", "a handle to a running task"),
        Exception(
            "Sources/WeirCommand/Session/Interruption.swift", "Task {", "a signal comes from outside of any task"),
    ]

    struct Exception: Sendable {
        var path: String
        var rule: String
        var reason: String

        init(_ path: String, _ rule: String, _ reason: String) {
            self.path = path
            self.rule = rule
            self.reason = reason
        }
    }

    private static let violations: [Style.Violation] =
        (Repository.sources + [SwiftSource(path: "Package.swift", Repository.text("Package.swift") ?? "")])
        .flatMap(Style.violations)

    @Test func `every source file keeps the rules of form`() {
        #expect(Repository.sources.count > 100)
        let unexcused = Self.violations.filter { violation in
            !Self.exceptions.contains { $0.path == violation.path && $0.rule == violation.rule }
        }
        let report = unexcused.map { "\($0.path):\($0.line): \($0.rule)" }.joined(separator: "\n")
        #expect(report.isEmpty, "\n\(report)")
    }

    @Test func `every exception has a reason and is needed`() {
        for exception in Self.exceptions {
            #expect(!exception.reason.isEmpty)
            let isNeeded = Self.violations.contains { $0.path == exception.path && $0.rule == exception.rule }
            #expect(isNeeded, "\(exception.path) needs no exception from \(exception.rule)")
        }
    }

    @Test func `headers and C++ files carry the licence line`() {
        let files = ["h", "cpp", "c"].flatMap { Repository.files(under: "Sources", ending: $0) }
        let bare = files.filter { Repository.text($0)?.hasPrefix("// SPDX-License-Identifier: Apache-2.0\n") != true }
        #expect(bare == [])
        #expect(!files.isEmpty)
    }

    // The controls: what the rules above must find.

    @Test(arguments: [
        ("final class Box: @unchecked Sendable {}", "@unchecked Sendable"),
        ("let value = try! read()", "try!"),
        ("let value = other as! Int", "as!"),
        ("fatalError(\"no\")", "fatalError("),
        ("    print(value)", "print("),
        ("    Task { await run() }", "Task {"),
        ("    Task.detached { await run() }", "Task.detached"),
        ("nonisolated(unsafe) var count = 0", "nonisolated(unsafe)"),
        ("// TODO: later", "TODO"),
        ("let \(String(repeating: "a", count: 120)) = 1", "line length"),
        ("/// \(String(repeating: "a ", count: 60))", "line length"),
        ("public struct Bare {}", "no summary"),
        ("@frozen public enum Bare {}", "no summary"),
    ])
    func `a planted fault is found`(line: String, rule: String) {
        let source = SwiftSource(path: "Planted.swift", "// SPDX-License-Identifier: Apache-2.0\n\n\(line)\n")
        #expect(Style.violations(in: source) == [Style.Violation(path: "Planted.swift", line: 3, rule: rule)])
    }

    @Test(arguments: [
        "group.addTask { await run() }", "let key = QueryFingerprint(person)", "// it would print(nothing)",
        "let text = \"try! \\(name(of: \"as!\")) fatalError(\"", "let text = #\"print(\"x\")\"#",
        "let text = \"\(String(repeating: "a", count: 120))\"",
        "let text = \"\"\"\n    Task { \" }\n    \"\"\"", "func `does not print(anything)`() {}",
        "/// A sum.\npublic struct Sum {}", "/// A sum.\n@frozen\npublic struct Sum {}",
        "extension Sum { public static func < (left: Sum, right: Sum) -> Bool { true } }",
    ])
    func `what is no fault is let through`(line: String) {
        let source = SwiftSource(path: "Fine.swift", "// SPDX-License-Identifier: Apache-2.0\n\n\(line)\n")
        #expect(Style.violations(in: source) == [])
    }

    @Test(arguments: [
        ("func run() {", 68, false), ("func run() {", 69, true), ("init(a: Int = { 1 }(),\n    b: Int) {", 67, false),
        ("init(a: Int = { 1 }(),\n    b: Int) {", 68, true),
        ("var total: Int {", 69, true), ("let work = {", 100, false),
    ])
    func `a function's length is counted from its declaration to its brace`(head: String, lines: Int, isTooLong: Bool) {
        let body = String(repeating: "    if true { step(\"}\") }  // }\n", count: lines)
        let source = SwiftSource(path: "Long.swift", "// SPDX-License-Identifier: Apache-2.0\n\(head)\n\(body)}\n")
        #expect(Style.violations(in: source).contains { $0.rule == "function length" } == isTooLong)
    }

    @Test func `a file without its licence line, and one too long, are found`() {
        let long = SwiftSource(path: "Long.swift", String(repeating: "\n", count: 401))
        #expect(Style.violations(in: long).map(\.rule) == ["SPDX line", "file length"])
    }
}
