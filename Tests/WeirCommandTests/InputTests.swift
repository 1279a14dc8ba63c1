// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What users type wrongly: exit 2, a message that says what to do, and nothing held, sent or saved.
@Suite struct InputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var arguments: [String]
        /// What the message says.
        var says: String

        var testDescription: String { what }
    }

    static let cases = [
        Case(what: "nobody", arguments: [], says: "nobody is named"),
        Case(what: "blanks", arguments: ["--name", "   ", "--domain", ""], says: "nobody is named"),
        Case(what: "a name alone", arguments: ["--name", "Jane Doe"], says: "--domain"),
        Case(
            what: "an emoji for a name", arguments: ["--name", "\u{1F642}\u{1F642}", "--domain", "example.com"],
            says: "name:"),
        Case(
            what: "a name of 10 kB",
            arguments: ["--name", String(repeating: "a", count: 10_000), "--domain", "example.com"],
            says: "name:"),
        Case(what: "a wrong domain", arguments: ["--name", "Jane Doe", "--domain", "not a domain"], says: "domain:"),
        Case(
            what: "an address for a domain", arguments: ["--name", "Jane Doe", "--domain", "127.0.0.1"],
            says: "domain:"),
        Case(
            what: "a wrong profile", arguments: ["--linkedin", "https://evil.example/in/jane"], says: "linkedin:"),
        Case(what: "a wrong email", arguments: ["--email", "jane@@example.com"], says: "email:"),
        Case(
            what: "a wrong country",
            arguments: ["--name", "Jane Doe", "--domain", "example.com", "--country", "Utopia"], says: "country:"),
        Case(
            what: "a control character",
            arguments: ["--name", "Jane Doe", "--domain", "example.com", "--title", "a\u{1B}[31mb"], says: "title:"),
        Case(
            what: "an unknown datum", arguments: ["--name", "Jane Doe", "--domain", "example.com", "--access", "fax"],
            says: "--access"),
        Case(
            what: "a wrong cap", arguments: ["--name", "Jane Doe", "--domain", "example.com", "--max-credits", "lots"],
            says: "--max-credits"),
        Case(
            what: "a wrong time", arguments: ["--name", "Jane Doe", "--domain", "example.com", "--timeout", "-1s"],
            says: "--timeout"),
        Case(what: "an unknown option", arguments: ["--nmae", "Jane Doe"], says: "--nmae"),
    ]

    @Test func `is refused with exit 2, and nothing is held, sent or saved`() async throws {
        try await Bench.run { bench in
            for item in Self.cases {
                let json = await bench.enrich(item.arguments)
                #expect(json.code == 2, "\(item.what): \(json.run.output)")
                #expect(json.text("code") == "usage", "\(item.what): \(json.run.output)")
                #expect(keys(json) == ["code", "message", "hint", "details"])
                #expect(json.run.output.contains(item.says), "\(item.what): \(json.run.output)")
                let plain = await bench.weir(["enrich", "--config", bench.configuration] + item.arguments)
                #expect(plain.code == 2, "\(item.what)")
                #expect(plain.output == "", "\(item.what): what went wrong is no data")
                #expect(plain.errors.contains(item.says), "\(item.what): \(plain.errors)")
                #expect(plain.errors.utf8.count < 4_096, "\(item.what): a message repeats no input of any size")
            }
            let asked = await bench.requests().values.filter { $0 > 0 }
            #expect(asked == [])
            #expect(await bench.balance().available == "10000")
            let contacts = await bench.command("contacts", "list", "--json")
            #expect(!contacts.output.contains("\"id\""))
            await bench.expectSoundBooks()
        }
    }

    @Test func `a missing, a broken and a wrong configuration exit 3`() async throws {
        try await Bench.run { bench in
            let missing = await bench.weir(
                "enrich", "--name", "Jane Doe", "--domain", "example.com", "--config", "/nowhere/weir.yaml")
            #expect(missing.code == 3)
            try bench.edit([("region: US", "region: Utopia")])
            let broken = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            #expect(broken.code == 3)
            try bench.edit([("region: Utopia", "region: US"), ("  mobile: [", "  # mobile: [")])
            let jane = ["--name", "Jane Doe", "--domain", "example.com", "--access", "mobile"]
            let unconfigured = await bench.enrich(jane)
            #expect(unconfigured.code == 3)
            #expect(unconfigured.text("message") == "no chain is configured for mobile")
        }
    }

    @Test func `a store that is no store exits 6`() async throws {
        try await Bench.run { bench in
            try Data("no database, for longer than a header is, so that it is looked at and refused as a store".utf8)
                .write(to: bench.folder.appendingPathComponent("weir.db"))
            let answer = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            #expect(answer.code == 6, "\(answer.run.output)")
            #expect(answer.text("code") == "store")
            let asked = await bench.requests().values.filter { $0 > 0 }
            #expect(asked == [])
        }
    }

    @Test func `every mistake of a configuration is reported in one go`() async throws {
        let mistakes = [
            ("region: US", "region: Utopia"), ("anchor: 1 }", "anchor: 99 }"), ("phone: 8,", "phone: eight,"),
            ("catch_all: last_resort", "catch_all: sometimes"), ("verifier_down: stop", "verifier_down: panic"),
            ("verify_email: [zerobounce]", "verify_email: [zerobonce]"), ("cycle: monthly", "cycle: fortnightly"),
            ("credits: 10 }", "credits: -1 }"), ("version: 1\n", "version: 1\nchians: {}\n"),
            ("  findymail:\n", "  findymail:\n    rate: fast\n"),
        ]
        try await Bench.run(edits: mistakes) { bench in
            let check = await bench.command("config", "check")
            #expect(check.code == 1)
            for word in [
                "Utopia", "99", "eight", "sometimes", "panic", "zerobonce", "fortnightly", "-1", "chians", "fast",
            ] {
                #expect(check.output.contains(word), "\(word) is not reported")
            }
            #expect(check.output.contains("did you mean"))
            #expect(check.output.contains("weir.yaml:"))
            #expect(!check.output.contains("sandbox-hunter-key"))
            let json = await bench.command("config", "check", "--json")
            let list = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
            let problems = try #require(list as? [[String: Any]])
            #expect(problems.count >= mistakes.count)
            for problem in problems {
                #expect(Set(problem.keys) == ["severity", "line", "column", "message", "hint"])
            }
        }
    }
}

/// The keys of an object in an answer; of the whole where no path is given.
func keys(_ answer: Answer, _ path: String = "") -> Set<String> {
    let value = path.isEmpty ? try? JSONSerialization.jsonObject(with: Data(answer.run.output.utf8)) : answer[path]
    return Set((value as? [String: Any] ?? [:]).keys)
}
