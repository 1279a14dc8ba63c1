// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import WeirCommand

/// A folder with a configuration that declares `acme_crm`, and its cases as `weir providers new --yaml` writes them.
private struct Desk: Sendable {
    let folder: URL

    var configuration: URL { folder.appendingPathComponent("weir.yaml") }

    /// - Parameter edits: what is replaced in the configuration; every text must be found.
    static func run(
        edits: [(String, String)] = [], _ body: (Desk) async throws -> Void
    ) async throws {
        let desk = Desk(
            folder: FileManager.default.temporaryDirectory.appendingPathComponent("weir-cases-\(UUID())"))
        try FileManager.default.createDirectory(at: desk.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: desk.folder) }
        let made = await desk.weir("providers", "new", "--yaml", "Acme CRM", "--into", desk.folder.path)
        try #require(made.code == 0, "\(made.errors)")
        var yaml = """
            version: 1
            chains: { email: [acme_crm] }
            credits: { plan: { grant: 10 } }
            accept: { trust: [acme_crm] }
            providers:
            \(made.output)
            """
        for (old, new) in edits {
            try #require(yaml.contains(old), "the configuration has no \(old)")
            yaml = yaml.replacingOccurrences(of: old, with: new)
        }
        try yaml.write(to: desk.configuration, atomically: true, encoding: .utf8)
        try await body(desk)
    }

    /// No variable of the environment is set but the home.
    func weir(_ arguments: String..., environment: [String: String] = [:]) async -> Run {
        let recorder = Console.Recorder()
        let code = await Weir.run(
            arguments, providers: .builtIn, environment: ["HOME": folder.path].merging(environment) { $1 },
            recorder: recorder)
        return Run(code: code, output: recorder.output, errors: recorder.errors)
    }

    func test(_ arguments: String..., environment: [String: String] = [:]) async -> Run {
        let recorder = Console.Recorder()
        let code = await Weir.run(
            ["test", "--config", configuration.path] + arguments, providers: .builtIn,
            environment: ["HOME": folder.path].merging(environment) { $1 }, recorder: recorder)
        return Run(code: code, output: recorder.output, errors: recorder.errors)
    }

    func edit(_ file: String, _ old: String, _ new: String) throws {
        let url = folder.appendingPathComponent(file)
        let text = try String(contentsOf: url, encoding: .utf8)
        try #require(text.contains(old), "\(file) has no \(old)")
        try text.replacingOccurrences(of: old, with: new).write(to: url, atomically: true, encoding: .utf8)
    }

    func write(_ file: String, _ text: String) throws {
        try text.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
    }
}

@Suite struct CaseCommandTests {
    @Test func `what the scaffold writes passes at once, without a key and without a mistake`() async throws {
        try await Desk.run { desk in
            let files = try FileManager.default.contentsOfDirectory(
                atPath: desk.folder.appendingPathComponent("cases/acme_crm").path)
            #expect(files.count == 8)
            let run = await desk.test()
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 8)
            #expect(lines.allSatisfy { $0.hasPrefix("passed  acme_crm  ") })
            #expect(lines.contains("passed  acme_crm  a verified address"))
            #expect(run.errors == "8 passed, 0 failed\n")
            let check = await desk.weir(
                "config", "check", "--config", desk.configuration.path, environment: ["ACME_CRM_API_KEY": "k"])
            #expect(check.errors == "no mistakes\n", "\(check.output)")
        }
    }

    @Test func `a key that is set changes nothing, and shows nowhere`() async throws {
        try await Desk.run { desk in
            let unset = await desk.test("--json")
            let set = await desk.test("--json", environment: ["ACME_CRM_API_KEY": "s3cret-0123456789"])
            #expect(set.output == unset.output)
            try desk.edit("cases/acme_crm/miss.json", "Bearer ${ACME_CRM_API_KEY}", "Token")
            let failed = await desk.test(environment: ["ACME_CRM_API_KEY": "s3cret-0123456789"])
            #expect(failed.code == 1)
            #expect(!(failed.output + failed.errors).contains("s3cret"))
            #expect(failed.output.contains("the header Authorization is '••••${ACME_CRM_API_KEY}', not 'Token'"))
        }
    }

    @Test func `a literal key of the configuration shows nowhere`() async throws {
        let edits = [("Bearer ${ACME_CRM_API_KEY}", "Bearer s3cret-0123456789")]
        try await Desk.run(edits: edits) { desk in
            let run = await desk.test()
            #expect(run.code == 1)
            #expect(!(run.output + run.errors).contains("s3cret"), "\(run.output)")
            #expect(
                run.output.contains("the header Authorization is '••••', not 'Bearer ${ACME_CRM_API_KEY}'"))
        }
    }

    @Test func `what differs is told below the case, and the rest goes on`() async throws {
        try await Desk.run { desk in
            try desk.edit("cases/acme_crm/miss.json", #""path": "/v1/people""#, #""path": "/v1/person""#)
            try desk.edit("cases/acme_crm/hit-verified.json", #""grade": "verified""#, #""grade": "catch_all""#)
            try desk.edit("cases/acme_crm/throttled.json", #""last_name": "Doe""#, #""last_name": "Roe""#)
            try desk.edit("cases/acme_crm/throttled.json", #""first_name": "Jane", "#, "")
            let run = await desk.test()
            #expect(run.code == 1)
            #expect(run.errors == "5 passed, 3 failed\n")
            let path = desk.folder.path
            #expect(
                run.output.contains(
                    """
                    failed  acme_crm  a person who is not known
                            \(path)/cases/acme_crm/miss.json
                            request 1: the path is '/v1/people', not '/v1/person'

                    """))
            #expect(
                run.output.contains(
                    """
                            emails are ["jane.doe@example.com verified"], not ["jane.doe@example.com catch_all"]

                    """))
            #expect(run.output.contains("        it is never asked this: the query lacks first_name\n"))
        }
    }

    @Test func `JSON has stable keys`() async throws {
        try await Desk.run { desk in
            try desk.edit("cases/acme_crm/miss.json", #""answer": {}"#, #""error": {"kind": "throttled"}"#)
            try desk.write("cases/acme_crm/zz.json", "{")
            let answer = Answer(await desk.test("--json"))
            #expect(answer.code == 1)
            #expect(answer["passed"] as? Int == 7)
            #expect(answer["failed"] as? Int == 2)
            let keys = (answer["cases.0"] as? [String: Any])?.keys.sorted()
            #expect(keys == ["differences", "file", "name", "outcome", "provider"])
            let outcomes = (answer["cases"] as? [[String: Any]] ?? []).compactMap { $0["outcome"] as? String }
            #expect(outcomes.filter { $0 == "passed" }.count == 7)
            #expect(outcomes.last == "malformed")
            #expect(answer["cases.8.name"] == nil)
            let failed = (answer["cases"] as? [[String: Any]] ?? []).first { $0["outcome"] as? String == "failed" }
            #expect(
                failed?["differences"] as? [String] == [
                    "another kind of outcome than the case has: a miss, not the error throttled"
                ])
        }
    }

    static let malformed: [(text: String, says: String)] = [
        ("{", "not JSON"), ("[]", "a case is an object"), ("{}", "`name` is missing"),
        (#"{"nmae": "x"}"#, "`nmae` is unknown; known there: account, answer"),
        (
            #"{"name": "x", "source": "y", "confidence": "memory", "exchanges": [], "answer": {}}"#,
            "the case has neither a `query` nor a `candidate`"
        ),
        (
            #"{"name": "x", "source": "y", "confidence": "memory", "capability": "mobile", "query": {"#
                + #""domain": "example.com"}, "exchanges": [], "answer": {}}"#,
            "it is never asked for mobile: its `capabilities` are email"
        ),
    ]

    @Test(arguments: malformed) func `a file that is no case for it is named`(text: String, says: String) async throws {
        try await Desk.run { desk in
            try desk.write("cases/acme_crm/aa.json", text)
            let run = await desk.test()
            #expect(run.code == 1)
            #expect(run.errors == "8 passed, 1 failed\n")
            #expect(run.output.contains("cases/acme_crm/aa.json\n"))
            #expect(run.output.contains("        \(says)"), "\(run.output)")
        }
    }

    @Test(arguments: ["no/such/folder", "weir.yaml"])
    func `a folder that isn't there fails, and config check warns of it`(folder: String) async throws {
        try await Desk.run(edits: [("cases: cases/acme_crm", "cases: \(folder)")]) { desk in
            let run = await desk.test()
            #expect(run.code == 1)
            #expect(run.output.contains("there is no such folder"))
            let check = await desk.weir(
                "config", "check", "--config", desk.configuration.path, environment: ["ACME_CRM_API_KEY": "k"])
            #expect(check.code == 0)
            #expect(check.output.contains("warning: there is no folder `\(folder)`"), "\(check.output)")
            #expect(check.output.contains("        ^~~"))
        }
    }

    @Test func `an empty folder fails`() async throws {
        try await Desk.run(edits: [("cases: cases/acme_crm", "cases: empty")]) { desk in
            try FileManager.default.createDirectory(
                at: desk.folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
            let run = await desk.test()
            #expect(run.code == 1)
            #expect(run.output.contains("there is no case in it"))
        }
    }

    @Test func `a configuration without cases says what to do`() async throws {
        try await Desk.run(edits: [("cases: cases/acme_crm", "#")]) { desk in
            let run = await desk.test()
            #expect(run.code == 3)
            #expect(run.output == "")
            #expect(run.errors.contains("has `cases:`, so there is nothing to test"))
            #expect(run.errors.contains("hint: add `tests: FOLDER`"))
            #expect(Answer(await desk.test("--json")).text("code") == "configuration")
        }
    }

    @Test func `providers are picked by name`() async throws {
        try await Desk.run { desk in
            #expect(await desk.test("acme_crm").code == 0)
            let stranger = await desk.test("acme_cmr")
            #expect(stranger.code == 2)
            #expect(stranger.errors.contains("no provider is called 'acme_cmr'"))
            #expect(stranger.errors.contains("those with cases are acme_crm"))
            let builtIn = await desk.test("hunter")
            #expect(builtIn.code == 2)
            #expect(builtIn.errors.contains("'hunter' has no `cases:`"))
        }
    }

    @Test func `mistakes of the configuration stop it`() async throws {
        try await Desk.run(edits: [("email: .email", "emial: .email")]) { desk in
            let run = await desk.test()
            #expect(run.code == 3)
            #expect(run.errors.contains("did you mean `email`?"))
            #expect(run.output == "")
        }
    }

    @Test func `variables that are not set stop nothing`() async throws {
        let edits = [
            ("url: https://api.acme-crm.example/v1/people", "url: \"https://${ACME_HOST}/v1/${ACME_TENANT}/people\""),
            ("rate: 10/s", "rate: ${ACME_RATE}"), ("providers:", "store: \"${WEIR_STORE}\"\nproviders:"),
            ("\"{title?}\" }", "\"{title?}\", token: \"${ACME_QUERY}\" }"),
        ]
        try await Desk.run(edits: edits) { desk in
            let folder = desk.folder.appendingPathComponent("cases/acme_crm").path
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                try desk.edit("cases/acme_crm/\(file)", "/v1/people", "/v1/%24%7BACME_TENANT%7D/people")
                try desk.edit(
                    "cases/acme_crm/\(file)",
                    #""query": {"first_name": "Jane", "last_name": "Doe", "domain": "#
                        + "\"example.com\"},\n        \"headers\"",
                    #""query": {"first_name": "Jane", "last_name": "Doe", "domain": "example.com", "#
                        + "\"token\": \"${ACME_QUERY}\"},\n        \"headers\"")
            }
            let run = await desk.test()
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            // To ask for real, they are needed.
            let check = await desk.weir("config", "check", "--config", desk.configuration.path)
            #expect(check.code == 1)
            #expect(check.output.contains("`ACME_HOST` is not set"))
        }
    }

    @Test func `a case that has none of several sets of inputs names them`() async throws {
        let edits = [
            ("{first_name}", "{first_name?}"), ("{last_name}", "{last_name?}"), ("{domain}", "{domain?}"),
            ("statuses:", "inputs: [[domain], [first_name, last_name]]\n    statuses:"),
        ]
        try await Desk.run(edits: edits) { desk in
            #expect(await desk.test().code == 0)
            try desk.edit(
                "cases/acme_crm/miss.json", #""query": {"first_name": "Jane", "last_name": "Doe", "domain": "#,
                #""query": {"email": "#)
            let run = await desk.test()
            #expect(run.code == 1)
            #expect(
                run.output.contains("it is never asked this: it needs domain, or first_name + last_name"),
                "\(run.output)")
        }
    }

    @Test func `what stands in a case moves no cursor`() async throws {
        try await Desk.run { desk in
            try desk.edit(
                "cases/acme_crm/miss.json", "a person who is not known", #"a\u001b[2J\u0007 person\nof two lines"#)
            try desk.edit("cases/acme_crm/miss.json", #""path": "/v1/people""#, #""path": "/v1\r/people""#)
            let run = await desk.test()
            #expect(run.output.contains("failed  acme_crm  a\u{FFFD}[2J\u{FFFD} person\u{FFFD}of two lines\n"))
            #expect(run.output.contains("the path is '/v1/people', not '/v1\u{FFFD}/people'\n"))
        }
    }

    @Test func `the scaffold overwrites no case`() async throws {
        try await Desk.run { desk in
            try desk.write("cases/acme_crm/miss.json", "mine")
            let run = await desk.weir("providers", "new", "--yaml", "Acme CRM", "--into", desk.folder.path)
            #expect(run.code == 2)
            #expect(run.errors.contains("is there already"))
            let miss = desk.folder.appendingPathComponent("cases/acme_crm/miss.json")
            #expect(try String(contentsOf: miss, encoding: .utf8) == "mine")
        }
    }
}
