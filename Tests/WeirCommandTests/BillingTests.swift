// SPDX-License-Identifier: Apache-2.0

import Testing

/// Every row of the billing table (`semantics.md`, 5), through the command and over HTTP.
@Suite struct BillingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var arguments: [String]
        var edits: [(String, String)] = []
        var outcome: String
        var status: String?
        var captured: String
        /// Who is asked again by the second ask: a verdict of the moment is not remembered.
        var again: Set<String> = []

        var testDescription: String { what }
    }

    private static let jane = ["--name", "Jane Doe", "--domain", "example.com"]
    private static let janeInFull = jane + ["--linkedin", "https://www.linkedin.com/in/jane-doe"]

    static let cases = [
        Case(what: "a verified email", arguments: jane, outcome: "found", status: "verified", captured: "1"),
        Case(
            what: "a catch-all, by default", arguments: ["--name", "Oliver Stone", "--domain", "openhouse.example"],
            outcome: "partial", status: "catch_all", captured: "0"),
        Case(
            what: "a catch-all that is accepted",
            arguments: ["--name", "Oliver Stone", "--domain", "openhouse.example"],
            edits: [("catch_all: last_resort", "catch_all: verified"), ("catch_all: 0", "catch_all: 0.5")],
            outcome: "found", status: "catch_all", captured: "0.5"),
        Case(
            what: "a catch-all that is not returned",
            arguments: ["--name", "Oliver Stone", "--domain", "openhouse.example"],
            edits: [("catch_all: last_resort", "catch_all: never")], outcome: "not_found", status: nil, captured: "0"),
        Case(
            what: "an unverified email", arguments: ["--name", "Greta List", "--domain", "labs.example.org"],
            outcome: "partial", status: "unverified", captured: "0", again: ["zerobounce"]),
        Case(
            what: "an address that is gone", arguments: ["--name", "Leo Hart", "--domain", "northwind.example"],
            outcome: "not_found", status: nil, captured: "0"),
        Case(
            what: "nobody", arguments: ["--name", "Robin Nowhere", "--domain", "acme.example"], outcome: "not_found",
            status: nil, captured: "0"),
        Case(
            what: "an email and a mobile", arguments: janeInFull + ["--access", "email,mobile"], outcome: "found",
            status: "verified", captured: "9"),
        Case(
            what: "a mobile", arguments: janeInFull + ["--access", "mobile"], outcome: "found", status: nil,
            captured: "8"),
        Case(
            what: "a mobile that cannot exist",
            arguments: ["--name", "Seán O'Brien", "--domain", "northwind.example", "--access", "mobile"],
            outcome: "not_found", status: nil, captured: "0"),
        Case(
            what: "no mobile",
            arguments: ["--name", "John Smith", "--domain", "acme.example", "--access", "mobile"],
            outcome: "not_found", status: nil, captured: "0"),
    ]

    @Test(arguments: cases)
    func `is charged by the table, once`(item: Case) async throws {
        try await Bench.run(edits: item.edits) { bench in
            let first = await bench.enrich(item.arguments)
            #expect(first.code == 0, "\(first.run.errors)")
            #expect(first.text("outcome") == item.outcome)
            #expect(first.text("email.status") == item.status)
            #expect(first.text("credits.captured") == item.captured)
            let before = await bench.requests()
            let second = await bench.enrich(item.arguments)
            #expect(second.text("outcome") == item.outcome)
            #expect(second.text("credits.captured") == "0", "the second ask is free")
            let asked = await bench.requests().filter { $0.value != before[$0.key] }
            #expect(Set(asked.keys) == item.again, "the second ask calls nobody")
            let held = await bench.balance()
            #expect(held.available == (first.text("credits.available")))
            await bench.expectSoundBooks()
        }
    }

    @Test func `an office phone comes with an email request and is free`() async throws {
        try await Bench.run { bench in
            let found = await bench.enrich("--name", "John Smith", "--domain", "acme.example")
            #expect(found.text("office_phones.0.value") == "+12025550100")
            #expect(found.text("office_phones.0.credits") == "0")
            #expect(found.text("credits.captured") == "1")
            // For an email that nobody has, and from the saved company.
            let before = await bench.requests()
            let missed = await bench.enrich("--name", "Robin Nowhere", "--domain", "acme.example")
            #expect(missed.text("office_phones.0.value") == "+12025550100")
            #expect(missed.text("credits.captured") == "0")
            #expect(await bench.requests()["website"] == before["website"])
        }
    }

    @Test func `what is had is asked anew with --fresh, and costs vendors alone`() async throws {
        try await Bench.run { bench in
            _ = await bench.enrich(Self.jane)
            let before = await bench.requests()["hunter"] ?? 0
            let fresh = await bench.enrich(Self.jane + ["--fresh"])
            #expect(fresh.attempts(for: "email") == ["hunter matched"])
            #expect(fresh.text("credits.held") == "0")
            #expect(fresh.text("credits.captured") == "0")
            #expect(fresh.text("cost.0.unit") == "hunter_credits")
            #expect(fresh["email.net_new"] as? Bool == false)
            #expect(await bench.requests()["hunter"] == before + 1)
            await bench.expectSoundBooks()
        }
    }

    @Test func `a mobile is charged once, whoever asks and whichever way`() async throws {
        try await Bench.run { bench in
            let first = await bench.enrich(Self.janeInFull + ["--access", "mobile", "--as", "ann"])
            #expect(first.text("credits.captured") == "8")
            let second = await bench.enrich(
                ["--linkedin", "https://linkedin.com/in/jane-doe/", "--access", "mobile", "--as", "bob"])
            #expect(second.text("credits.captured") == "0")
            #expect(second.text("stopped.mobile") == "had")
            #expect(second.text("phones.0.value") == "+12025550143")
            await bench.expectSoundBooks()
        }
    }

    @Test(arguments: [
        ("grant: 10000", "grant: 0.5", "balance"), ("credits: 10 }", "credits: 0.5 }", "prospect"),
    ])
    func `a request that credits or caps don't allow is refused, and nobody is asked`(
        old: String, new: String, bound: String
    ) async throws {
        try await Bench.run(edits: [(old, new)]) { bench in
            let refused = await bench.enrich(Self.jane)
            #expect(refused.code == 4)
            #expect(refused.text("outcome") == "refused")
            #expect(refused.text("stopped.email") == "refused")
            #expect(refused.text("credits.held") == "0")
            #expect(refused["contact"] == nil)
            let asked = refused.attempts.filter { !$0.hasSuffix(" not_run") }
            #expect(asked == [])
            let requests = await bench.requests().values.reduce(0, +)
            #expect(requests == 0)
            let contacts = await bench.command("contacts", "list", "--json")
            #expect(!contacts.output.contains("Jane"))
            let plain = await bench.weir(["enrich", "--config", bench.configuration] + Self.jane)
            #expect(plain.code == 4)
            #expect(plain.output.contains("0.5"), "what is left is said: \(plain.output)")
            await bench.expectSoundBooks()
        }
    }

    @Test func `a cap of a user holds for that user alone`() async throws {
        let cap = ("  prospect: { credits: 10 }", "  prospect: { credits: 10 }\n  user: { credits_per_day: 1 }")
        try await Bench.run(edits: [cap]) { bench in
            #expect(await bench.enrich(Self.jane + ["--as", "ann"]).code == 0)
            let john = ["--name", "John Smith", "--domain", "acme.example"]
            #expect(await bench.enrich(john + ["--as", "ann"]).code == 4)
            #expect(await bench.enrich(john + ["--as", "bob"]).code == 0)
            #expect(await bench.enrich(john + ["--as", "bob", "--max-credits", "0.5"]).code == 0, "it is had")
            let mia = ["--name", "Mia Wong", "--domain", "acme.example", "--as", "cid", "--max-credits", "0.5"]
            #expect(await bench.enrich(mia).code == 4)
            await bench.expectSoundBooks()
        }
    }

    @Test func `a request that every provider fails costs nothing`() async throws {
        try await Bench.run(["reset_rate=1"]) { bench in
            let failed = await bench.enrich(Self.jane + ["--timeout", "8s"])
            #expect(failed.code == 5)
            #expect(failed.text("outcome") == "failed")
            #expect(failed.text("credits.captured") == "0")
            #expect(failed.text("credits.available") == "10000")
            await bench.expectSoundBooks()
        }
    }
}

extension Bench {
    func enrich(_ arguments: [String]) async -> Answer {
        Answer(await weir(["enrich", "--json", "--config", configuration] + arguments))
    }
}
