// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import WeirCommand

/// A folder with what `weir init` writes.
private struct Workshop: Sendable {
    let folder: URL

    static func run(_ body: (Workshop) async throws -> Void) async throws {
        let shop = Workshop(
            folder: FileManager.default.temporaryDirectory.appendingPathComponent("weir-tests-\(UUID())"))
        try FileManager.default.createDirectory(at: shop.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: shop.folder) }
        let made = await shop.weir(["init", shop.path("weir.yaml")])
        try #require(made.code == 0, "\(made.errors)")
        try shop.edit("weir.yaml", "findymail, apollo, people_data_labs]", "findymail]")
        try await body(shop)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func weir(_ arguments: [String]) async -> Run {
        let recorder = Console.Recorder()
        let code = await Weir.run(
            arguments, providers: .builtIn, environment: ["HOME": folder.path], recorder: recorder)
        return Run(code: code, output: recorder.output, errors: recorder.errors)
    }

    func test(_ arguments: String...) async -> Run {
        await weir(["test", "--config", path("weir.yaml")] + arguments)
    }

    func edit(_ file: String, _ old: String, _ new: String) throws {
        let text = try read(file)
        try #require(text.contains(old), "\(file) has no \(old)")
        try write(file, text.replacingOccurrences(of: old, with: new))
    }

    func read(_ file: String) throws -> String { try String(contentsOfFile: path(file), encoding: .utf8) }

    func write(_ file: String, _ text: String) throws {
        try text.write(toFile: path(file), atomically: true, encoding: .utf8)
    }

    /// Writes a case of Jane Doe, and runs it alone.
    func jane(_ answers: String, expect: String, access: String = "email") async throws -> Run {
        try write(
            "tests/one.yaml",
            """
            name: one
            prospect: { name: Jane Doe, domain: example.com }
            access: \(access)
            answers:
            \(Self.indented(answers))
            expect:
            \(Self.indented(expect))

            """)
        return await test(path("tests/one.yaml"))
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    }
}

@Suite struct ConfigurationCaseTests {
    @Test func `what init writes passes at once, without a network and without a key`() async throws {
        try await Workshop.run { shop in
            let run = await shop.test()
            #expect(run.code == 0 && run.errors == "1 passed, 0 failed\n", "\(run.output)\(run.errors)")
            #expect(run.output == "passed  Hunter has nothing, and Prospeo's address stands the test\n")
            let again = await shop.weir(["init", shop.path("weir.yaml"), "--force"])
            #expect(again.code == 0)
        }
    }

    @Test func `a change of the chain is told by file and line`() async throws {
        try await Workshop.run { shop in
            try shop.edit("weir.yaml", "email: [hunter, prospeo, findymail]", "email: [prospeo, hunter]")
            let run = await shop.test()
            #expect(run.code == 1 && run.errors == "0 passed, 1 failed\n")
            let case1 = shop.path("tests/jane-doe.yaml")
            #expect(
                run.output.contains("        \(case1):18: asked, 1.: expected hunter: no_match, got prospeo: matched\n")
            )
        }
    }

    @Test func `prices, what is accepted, and caps are those of the configuration`() async throws {
        try await Workshop.run { shop in
            let answers = """
                hunter: { email: jane.doe@example.com }
                prospeo: no_match
                findymail: throttled
                zerobounce: { verdict: catch_all }
                """
            let expect = """
                outcome: partial
                email: { value: jane.doe@example.com, status: catch_all, reason: catch_all_domain }
                asked: [hunter: matched, zerobounce: matched, prospeo: no_match, findymail: failed throttled]
                stopped: { email: exhausted }
                credits: 0
                cost: [1 hunter_credits, 1.0 zerobounce_credits]
                """
            let free = try await shop.jane(answers, expect: expect)
            #expect(free.code == 0, "\(free.output)\(free.errors)")
            try shop.edit("weir.yaml", "catch_all: last_resort", "catch_all: verified")
            try shop.edit("weir.yaml", "catch_all: 0", "catch_all: 0.5")
            let priced = try await shop.jane(
                answers, expect: "outcome: found\nstopped: { email: accepted }\ncredits: 0.50")
            #expect(priced.code == 0, "\(priced.output)\(priced.errors)")
            try shop.edit("weir.yaml", "prospect: { credits: 10 }", "prospect: { credits: 0.2 }")
            let refused = try await shop.jane(
                answers, expect: "outcome: refused\nrefused_by: caps.prospect.credits\nemail: none\nasked: []\ncost: []"
            )
            #expect(refused.code == 0, "\(refused.output)\(refused.errors)")
        }
    }

    @Test func `mobiles, office phones and verdicts by address`() async throws {
        try await Workshop.run { shop in
            let run = try await shop.jane(
                """
                hunter: { emails: [{ address: j.doe@example.com }, { address: jane.doe@example.com, status: verified }] }
                prospeo: { phones: [{ number: "+12025550143", type: mobile }] }
                website: { office_phone: "+12025550111" }
                zerobounce: { verdicts: { j.doe@example.com: invalid, jane.doe@example.com: verified } }
                """,
                expect: """
                    outcome: found
                    email: jane.doe@example.com
                    phones: ["+12025550143"]
                    office_phones: ["+12025550111"]
                    asked: [hunter: matched, zerobounce: matched, zerobounce: matched, prospeo: matched]
                    credits: 9
                    """, access: "[email, mobile]")
            #expect(run.code == 0, "\(run.output)\(run.errors)")
        }
    }

    @Test func `a provider of which the case says nothing is named`() async throws {
        try await Workshop.run { shop in
            let run = try await shop.jane("hunter: no_match", expect: "email: none")
            #expect(run.code == 1)
            #expect(run.output.contains("prospeo is asked for email, and `answers:` says nothing of it"))
        }
    }

    @Test func `each difference is expected and got`() async throws {
        try await Workshop.run { shop in
            let run = try await shop.jane(
                "hunter: { email: jane.doe@example.com }\nzerobounce: { verdict: verified }",
                expect: """
                    outcome: not_found
                    email: none
                    phones: ["+12025550143"]
                    asked: [hunter: matched]
                    credits: 2
                    cost: [1 USD]
                    refused_by: balance
                    """)
            let lines = run.output.split(separator: "\n").dropFirst().compactMap { line in
                line.split(separator: "one.yaml:").last.map(String.init)
            }
            #expect(
                lines == [
                    "8: outcome: expected not_found, got found", "9: email: expected none, got jane.doe@example.com",
                    "10: phones, 1.: expected +12025550143, got nothing",
                    "11: asked, 2.: expected nothing, got zerobounce: matched",
                    "12: credits: expected 2, got 1", "13: cost, 1.: expected 1 USD, got 1 hunter_credits",
                    "14: refused_by: expected balance, got none",
                ])
        }
    }

    @Test func `a case without expect gets what came out, and passes from then on`() async throws {
        try await Workshop.run { shop in
            let text = """
                name: two
                # A comment stays.
                prospect: { name: Jane Doe, domain: example.com }
                answers: { hunter: { email: jane.doe@example.com }, zerobounce: { verdict: verified } }
                """
            try shop.write("tests/two.yaml", text)
            let before = await shop.test(shop.path("tests/two.yaml"))
            #expect(before.code == 1 && before.output.contains("`weir test --write` adds what does"))
            #expect(try shop.read("tests/two.yaml") == text)
            let written = await shop.test("--write")
            #expect(written.code == 0, "\(written.output)")
            let after = try shop.read("tests/two.yaml")
            #expect(
                after.hasPrefix(text + "\nexpect:\n  outcome: found\n  email:\n    value: \"jane.doe@example.com\"\n"))
            let again = await shop.test()
            #expect(again.code == 0 && again.errors == "2 passed, 0 failed\n")
            #expect(try shop.read("tests/two.yaml") == after)
        }
    }

    @Test func `a flow mapping has no end to write to, and is left as it is`() async throws {
        try await Workshop.run { shop in
            let text =
                "{ name: x, prospect: { name: Jane Doe, domain: example.com }, answers: { hunter: no_match, "
                + "prospeo: no_match, findymail: no_match } }\n"
            try shop.write("tests/two.yaml", text)
            let run = await shop.test("--write", shop.path("tests/two.yaml"))
            #expect(run.code == 1 && run.output.contains("`expect:` can't be added at its end; what came out is"))
            #expect(run.output.contains("          outcome: not_found"))
            #expect(try shop.read("tests/two.yaml") == text)
        }
    }

    @Test func `recorded replies are read by the provider itself`() async throws {
        try await Workshop.run { shop in
            try FileManager.default.createDirectory(
                at: shop.folder.appendingPathComponent("tests/recorded"), withIntermediateDirectories: true)
            try shop.write(
                "tests/recorded/hunter-1.json",
                """
                {"name": "recorded from hunter", "exchanges": [{"request": {"method": "GET", "path": "/v2/email-finder"},
                 "reply": {"status": 200, "json": {"data": {"email": "jane.doe@example.com", "score": 97,
                 "verification": {"status": "valid"}}}}}]}
                """)
            let run = try await shop.jane(
                "hunter: { replies: recorded/hunter-1.json }\nzerobounce: { verdict: verified }",
                expect: "outcome: found\nemail: { value: jane.doe@example.com, provider: hunter }\ncredits: 1")
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            let missing = try await shop.jane("hunter: { replies: [recorded/x.json] }", expect: "outcome: found")
            #expect(missing.code == 1 && missing.output.contains("recorded/x.json can't be read"))
            let short = try await shop.jane(
                "hunter: { replies: recorded/hunter-1.json }\nprospeo: { replies: recorded/hunter-1.json }\n"
                    + "zerobounce: { verdict: invalid }\nfindymail: no_match", expect: "email: none")
            #expect(short.output.contains("prospeo") || short.code == 0, "another vendor's reply is malformed")
        }
    }

    static let malformed: [(text: String, says: String)] = [
        ("", "the case is empty"), ("[]", "expected a mapping"), ("name: x\n", "needs the key `prospect`"),
        ("name: x\nprospect: { domain: example.com }\nanswers: { hunterr: no_match }\n", "did you mean `hunter`?"),
        ("name: x\nprospect: { domain: example.com }\nanswers: { hunter: nothing }\n", "expected no_match, or one of"),
        ("name: x\nprospect: { domain: example.com }\nexpect: { emial: none }\n", "did you mean `email`?"),
        ("name: x\nprospect: { domain: example.com }\naccess: emails\n", "expected one of email, mobile"),
        (
            "name: x\nprospect: { domain: example.com }\nanswers: { hunter: { fails: throttled, email: a@example.com } }\n",
            "one of these"
        ),
        (
            "name: x\nprospect: { name: Jane Doe, domain: \"exa mple\" }\nexpect: { email: none }\n",
            "the prospect can't be read"
        ),
    ]

    @Test(arguments: malformed) func `a file that is no case is told with its place`(text: String, says: String)
        async throws
    {
        try await Workshop.run { shop in
            try shop.write("tests/bad.yaml", text)
            let run = await shop.test(shop.path("tests/bad.yaml"))
            #expect(run.code == 1 && run.output.contains(says), "\(run.output)")
        }
    }

    @Test func `too little to ask anyone is an outcome`() async throws {
        try await Workshop.run { shop in
            try shop.edit("weir.yaml", "email: [hunter, prospeo, findymail]", "email: [hunter]")
            try shop.write(
                "tests/two.yaml",
                "name: x\nprospect: { email: jane.doe@example.com }\nexpect: { outcome: too_little, credits: 0 }\n")
            let run = await shop.test(shop.path("tests/two.yaml"))
            #expect(run.code == 0, "\(run.output)")
        }
    }

    @Test func `a folder that isn't there, one without cases, and a stranger`() async throws {
        try await Workshop.run { shop in
            try shop.edit("weir.yaml", "tests: tests", "tests: nowhere")
            let missing = await shop.test()
            #expect(missing.code == 1 && missing.output.contains("there is no such folder"))
            let check = await shop.weir(["config", "check", "--config", shop.path("weir.yaml")])
            #expect((check.output + check.errors).contains("there is no folder `nowhere`"))
            try FileManager.default.createDirectory(
                at: shop.folder.appendingPathComponent("nowhere"), withIntermediateDirectories: true)
            let empty = await shop.test()
            #expect(empty.output.contains("a case is a file `NAME.yaml`"))
            let stranger = await shop.test("hunter")
            #expect(stranger.code == 2 && stranger.errors.contains("'hunter' has no `cases:`"))
            try shop.edit("weir.yaml", "tests: nowhere", "")
            let none = await shop.test()
            #expect(none.code == 3 && none.errors.contains("has no `tests:`"))
        }
    }
}
