// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `weir optimize`, `order: auto` and history in `weir plan`, over the sandbox.
struct OptimizeTests {
    /// Hunter costs ten times what Findymail does, and finds no more.
    private static let edits = [
        (Bench.emailChain, "email: [hunter, findymail]   # asked in this order"),
        ("providers:\n  hunter:\n", "providers:\n  hunter:\n    cost: { per: attempt, amount: 0.1 USD }\n"),
        ("  findymail:\n", "  findymail:\n    cost: { per: attempt, amount: 0.01 USD }\n"),
        ("  zerobounce:\n", "  zerobounce:\n    cost: { per: attempt, amount: 0.001 USD }\n"),
    ]

    /// Asks for people of companies that the sandbox invents: each vendor knows some of them.
    private static func ask(_ count: Int, on bench: Bench, from start: Int = 0) async {
        for number in start..<(start + count) {
            let answer = await bench.enrich("--name", "Jane Doe", "--domain", "company\(number).example")
            #expect(answer.code == 0, "\(answer.run.errors)")
        }
    }

    @Test func `history turns a chain around, and --apply writes it`() async throws {
        try await Bench.run(edits: Self.edits) { bench in
            let none = Answer(await bench.command("optimize", "--chain", "email", "--json"))
            #expect(none.code == 0, "\(none.run.errors)")
            #expect(none["chains.0.answers"] as? Int == 0 && none.text("chains.0.verdict") == "not_enough")
            let planned = Answer(
                await bench.command("plan", "--json", "--name", "Jane Doe", "--domain", "company0.example"))
            #expect(planned["chains.0.steps.0.answers"] as? Int == 0)
            await Self.ask(30, on: bench)

            let found = Answer(await bench.command("optimize", "--chain", "email", "--json"))
            let second = try #require(found["chains.0.proposed.steps.0.asked"] as? Int)
            #expect((5..<30).contains(second) && found["chains.0.answers"] as? Int == 30 + second)
            #expect(found["chains.0.today.order"] as? [String] == ["hunter", "findymail"])
            #expect(found["chains.0.proposed.order"] as? [String] == ["findymail", "hunter"])
            #expect(found["chains.0.today.steps.0.asked_here"] as? Int == 30)
            #expect(found["chains.0.proposed.steps.0.asked_here"] as? Int == 0)
            #expect(found.text("chains.0.unit") == "USD" && found["chains.0.saving.seed"] as? Int == 1)
            let text = await bench.command("optimize", "--chain", "email")
            #expect(text.output.contains("hunter > findymail") && text.output.contains("credits don't change"))

            let asked = Answer(
                await bench.command("optimize", "--chain", "email", "--order", "findymail,hunter", "--json"))
            #expect(asked.text("chains.0.saving.per_1000") == found.text("chains.0.saving.per_1000"))

            let after = Answer(
                await bench.command("plan", "--json", "--name", "Jane Doe", "--domain", "company0.example"))
            #expect(after["chains.0.steps.0.answers"] as? Int == 30)
            let (prior, measured) = (planned["chains.0.steps.0.hit_rate"], after["chains.0.steps.0.hit_rate"])
            #expect(prior as? Double != nil && prior as? Double != measured as? Double)
            #expect(after["chains.0.automatic.order"] as? [String] == found["chains.0.proposed.order"] as? [String])

            let applied = await bench.command("optimize", "--chain", "email", "--order", "findymail,hunter", "--apply")
            #expect(applied.code == 0, "\(applied.errors)")
            let written = try String(contentsOfFile: bench.configuration, encoding: .utf8)
            #expect(written.contains("email: [findymail, hunter]   # asked in this order"))
            let today = Answer(await bench.command("optimize", "--chain", "email", "--json"))
            #expect(today["chains.0.today.order"] as? [String] == ["findymail", "hunter"])
        }
    }

    @Test func `with order auto history changes who is asked first`() async throws {
        try await Bench.run(edits: Self.edits) { bench in
            try bench.edit([("[hunter, findymail]", "{ order: auto, steps: [hunter, findymail] }")])
            await Self.ask(20, on: bench)
            let before = await bench.enrich("--name", "Jane Doe", "--domain", "before.example")
            #expect(before.attempts(for: "email").first?.hasPrefix("hunter ") == true, "\(before.run.output)")
            await Self.ask(25, on: bench, from: 20)
            let after = await bench.enrich("--name", "Jane Doe", "--domain", "after.example")
            #expect(after.attempts(for: "email").first?.hasPrefix("findymail ") == true, "\(after.run.output)")
            let told = await bench.command(
                "enrich", "--explain", "--name", "Jane Doe", "--domain", "told.example")
            #expect(told.output.contains("by `order: auto` (the cheapest by"))
            let plan = await bench.command("plan", "--name", "Jane Doe", "--domain", "told.example")
            #expect(plan.output.contains("order: auto, the cheapest by") && plan.output.contains("answers"))
            await bench.expectSoundBooks()
        }
    }

    @Test(arguments: [
        (["--order", "hunter", "--chain", "email"], "every step"), (["--chain", "mail"], "--chain takes chains"),
        (["--segment", "mail_host=google"], "country=FR"), (["--segment", "country=France"], "two letters"),
        (["--order", "hunter,findymail", "--chain", "email,mobile"], "one chain"), (["--since", "soon"], "--since"),
    ])
    func `what can't be optimised is said`(_ arguments: [String], _ message: String) async throws {
        try await Bench.run(edits: Self.edits) { bench in
            let run = await bench.weir(["optimize"] + arguments + ["--config", bench.configuration])
            #expect(run.code == 2 && run.errors.contains(message), "\(run.errors)")
        }
    }
}
