// SPDX-License-Identifier: Apache-2.0

import Testing

/// Every attempt outcome (`semantics.md`, 2), through the command and over HTTP.
@Suite struct AttemptTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var settings: [String] = []
        var edits: [(String, String)] = []
        var arguments: [String]
        var expected: [String]
        var status: String?
        var code: Int32 = 0

        var testDescription: String { what }
    }

    private static let jane = ["--name", "Jane Doe", "--domain", "example.com"]
    private static let maria = ["--name", "Maria Garcia", "--domain", "globex.example"]
    private static let john = ["--name", "John Smith", "--domain", "acme.example"]
    private static func chain(_ text: String) -> (String, String) { (Bench.emailChain, "email: \(text)") }

    static let cases = [
        Case(what: "matched", arguments: jane, expected: ["hunter matched"], status: "verified"),
        Case(
            what: "no match", arguments: maria, expected: ["hunter no_match", "prospeo no_match", "findymail matched"],
            status: "verified"),
        Case(
            what: "rejected by the verifier", arguments: ["--name", "Priya Patel", "--domain", "northwind.example"],
            expected: ["hunter rejected", "prospeo matched"], status: "verified"),
        Case(
            what: "an input is missing", edits: [("mobile: [prospeo, findymail,", "mobile: [findymail, prospeo,")],
            arguments: jane + ["--access", "mobile"],
            expected: ["findymail skipped missing_input", "prospeo matched"], status: nil),
        Case(
            what: "a condition is false",
            edits: [chain("[{ provider: hunter, when: { country: [FR] } }, prospeo]")], arguments: jane,
            expected: ["hunter skipped condition_false", "prospeo matched"], status: "verified"),
        Case(
            what: "a key is missing",
            edits: [("    api_key: sandbox-hunter-key\n", "")], arguments: jane,
            expected: ["hunter skipped missing_key", "prospeo matched"], status: "verified"),
        Case(
            what: "a key is wrong",
            edits: [("api_key: sandbox-hunter-key", "api_key: wrong-key")], arguments: jane,
            expected: ["hunter failed unauthorized", "prospeo matched"], status: "verified"),
        Case(
            what: "a provider's cap is reached",
            edits: [("  prospect: { credits: 10 }", "  providers: { hunter: { calls_per_day: 0 } }")],
            arguments: jane, expected: ["hunter skipped cap", "prospeo matched"], status: "verified"),
        Case(
            what: "the vendor's credits are gone", settings: ["hunter.credits=0"], arguments: jane,
            expected: ["hunter failed out_of_credits", "prospeo matched"], status: "verified"),
        Case(
            what: "a server error", settings: ["hunter.error_rate=1"], arguments: jane,
            expected: ["hunter failed unavailable", "prospeo matched"], status: "verified"),
        Case(
            what: "a reply that breaks off", settings: ["hunter.malformed_rate=1"], arguments: jane,
            expected: ["hunter failed malformed_reply", "prospeo matched"], status: "verified"),
        Case(
            what: "throttled", settings: ["hunter.requests_per_second=0"], arguments: jane,
            expected: ["hunter failed throttled", "prospeo matched"], status: "verified"),
        Case(
            what: "an answer that is lost", settings: ["findymail.lost_rate=1"], edits: [chain("[findymail, prospeo]")],
            arguments: jane, expected: ["findymail failed answer_lost", "prospeo matched"], status: "verified"),
        Case(
            what: "an answer that never comes", settings: ["findymail.hang_rate=1", "findymail.hang_ms=1500"],
            edits: [chain("[{ provider: findymail, timeout: 250ms }, prospeo]")], arguments: jane,
            expected: ["findymail failed answer_lost", "prospeo matched"], status: "verified"),
        Case(
            what: "an answer that never comes, of a vendor that bills no repeat",
            settings: ["hunter.hang_rate=1", "hunter.hang_ms=1500"],
            edits: [chain("[{ provider: hunter, timeout: 250ms }, prospeo]")], arguments: jane,
            expected: ["hunter failed timed_out", "prospeo matched"], status: "verified"),
        Case(
            what: "every provider fails", settings: ["hunter.credits=0"], edits: [chain("[hunter]")], arguments: jane,
            expected: ["hunter failed out_of_credits"], status: nil, code: 5),
        Case(
            what: "every verifier fails", settings: ["zerobounce.credits=0"], arguments: jane,
            expected: ["hunter matched"], status: "unverified"),
        Case(
            what: "every verifier fails, and the chain goes on", settings: ["zerobounce.credits=0"],
            edits: [("verifier_down: stop", "verifier_down: continue"), chain("[hunter, prospeo]")], arguments: jane,
            expected: ["hunter matched", "prospeo matched"], status: "unverified"),
        Case(
            what: "a trusted provider", settings: ["zerobounce.credits=0"],
            edits: [("# trust: [findymail]", "trust: [findymail]"), chain("[findymail]")], arguments: jane,
            expected: ["findymail matched"], status: "verified"),
    ]

    @Test(arguments: cases)
    func `ends as the semantics say`(item: Case) async throws {
        try await Bench.run(item.settings, edits: item.edits) { bench in
            let answer = await bench.enrich(item.arguments)
            let capability = item.arguments.contains("mobile") ? "mobile" : "email"
            #expect(answer.code == item.code, "\(answer.run.errors)")
            #expect(answer.attempts(for: capability) == item.expected)
            #expect(answer.text("email.status") == item.status)
            await bench.expectSoundBooks()
        }
    }

    @Test func `suspected cost is booked and said`() async throws {
        try await Bench.run(["findymail.lost_rate=1"], edits: [Self.chain("[findymail]")]) { bench in
            let answer = await bench.enrich(Self.jane)
            #expect(answer.code == 5)
            #expect(answer.attempts(for: "email") == ["findymail failed answer_lost"])
            #expect(answer["attempts.0.cost.suspected"] as? Bool == true)
            #expect(answer.text("attempts.0.cost.amount") == "1")
            #expect(answer.text("cost.0.unit") == "findymail_credits")
            await bench.expectSoundBooks()
        }
    }

    @Test func `what an answer carried beyond the question serves the next one`() async throws {
        try await Bench.run(edits: [Self.chain("[people_data_labs]")]) { bench in
            let arguments = ["--name", "Noah Berg", "--domain", "acme.example"]
            #expect(await bench.enrich(arguments).text("email.status") == "verified")
            let before = await bench.requests()
            let mobile = await bench.enrich(arguments + ["--access", "mobile"])
            #expect(mobile.attempts(for: "mobile").last == "people_data_labs matched cached")
            #expect(mobile.text("credits.captured") == "8", "it is net-new")
            #expect(await bench.requests()["people_data_labs"] == before["people_data_labs"])
            await bench.expectSoundBooks()
        }
    }

    @Test func `a provider that is out of use is skipped from then on, and said once`() async throws {
        try await Bench.run(["prospeo.credits=0"], edits: [Self.chain("[prospeo, findymail]")]) { bench in
            let answer = await bench.enrich(
                ["--name", "Ines Costa", "--domain", "initech.example", "--access", "email,mobile"])
            #expect(answer.attempts(for: "email").first == "prospeo failed out_of_credits")
            #expect(answer.attempts(for: "mobile").first == "prospeo skipped breaker_open")
            #expect(answer.run.errors.ranges(of: "prospeo is out of use").count == 1)
        }
    }

    @Test func `offline, what is remembered serves and nobody is asked`() async throws {
        try await Bench.run { bench in
            _ = await bench.enrich(Self.jane)
            let before = await bench.requests()
            #expect(await bench.enrich(Self.jane + ["--offline"]).text("outcome") == "found")
            let unknown = await bench.enrich(Self.john + ["--offline", "--timeout", "3s"])
            #expect(unknown.code == 5)
            #expect(await bench.requests() == before)
            await bench.expectSoundBooks()
        }
    }

    @Test func `a dry run and a plan ask nobody and save nothing`() async throws {
        try await Bench.run { bench in
            let dry = await bench.enrich(Self.jane + ["--dry-run", "--access", "email,mobile"])
            #expect(dry.code == 0)
            #expect(dry.text("ceiling") == "9")
            #expect(dry.text("chains.0.steps.0.provider") == "hunter")
            let plan = Answer(await bench.weir(["plan", "--json", "--config", bench.configuration] + Self.jane))
            #expect(plan.text("ceiling") == "1")
            let requests = await bench.requests().values.reduce(0, +)
            #expect(requests == 0)
            #expect(await bench.balance().available == "10000")
        }
    }
}
