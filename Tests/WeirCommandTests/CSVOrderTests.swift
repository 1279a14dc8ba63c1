// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `order: auto` and history where a file is asked about, over the sandbox.
struct CSVOrderTests {
    /// Hunter costs ten times what Findymail does, and finds no more.
    private static let edits = [
        (Bench.emailChain, "email: { order: auto, steps: [hunter, findymail] }"),
        ("providers:\n  hunter:\n", "providers:\n  hunter:\n    cost: { per: attempt, amount: 0.1 USD }\n"),
        ("  findymail:\n", "  findymail:\n    cost: { per: attempt, amount: 0.01 USD }\n"),
        ("  zerobounce:\n", "  zerobounce:\n    cost: { per: attempt, amount: 0.001 USD }\n"),
    ]

    /// A file of people of companies that the sandbox invents.
    private static func people(_ range: Range<Int>, as name: String, on bench: Bench) throws -> String {
        let lines = ["name,domain"] + range.map { "Jane Doe,company\($0).example" }
        try lines.joined(separator: "\n").write(toFile: bench.path(name), atomically: true, encoding: .utf8)
        return bench.path(name)
    }

    /// Who was asked first, row by row.
    private static func firsts(_ name: String, on bench: Bench) throws -> Set<String> {
        let rows = try bench.lines(name).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let column = try #require(rows.first?.firstIndex(of: "weir_attempts"))
        return Set(rows.dropFirst().compactMap { $0[column].split(separator: ":").first.map(String.init) })
    }

    @Test func `a run keeps the order that it began in, and the next one has what it taught`() async throws {
        try await Bench.run(edits: Self.edits) { bench in
            let long = try Self.people(0..<12, as: "long.csv", on: bench)
            let begun = await bench.command("csv", long, "-o", bench.path("long-out.csv"), "--limit", "1")
            #expect(begun.code == 0 && begun.errors.contains("email: hunter > findymail"), "\(begun.errors)")
            let prior = Answer(await bench.command("estimate", long, "--json"))
            #expect(prior["answers_on_record"] as? Int ?? 9 < 3)

            let other = try Self.people(100..<160, as: "other.csv", on: bench)
            let taught = await bench.command("csv", other, "-o", bench.path("other-out.csv"))
            #expect(taught.code == 0, "\(taught.errors)")
            #expect(try Self.firsts("other-out.csv", on: bench) == ["hunter"])

            let resumed = await bench.command("csv", long, "-o", bench.path("long-out.csv"), "--resume")
            #expect(resumed.code == 0 && !resumed.errors.contains("findymail > hunter"), "\(resumed.errors)")
            #expect(try Self.firsts("long-out.csv", on: bench) == ["hunter"])

            let next = try Self.people(200..<210, as: "next.csv", on: bench)
            let estimate = Answer(await bench.command("estimate", next, "--json"))
            #expect(estimate["answers_on_record"] as? Int ?? 0 >= 60, "\(estimate.run.output)")
            let turned = await bench.command("csv", next, "-o", bench.path("next-out.csv"))
            #expect(turned.errors.contains("email: findymail > hunter (the cheapest by"), "\(turned.errors)")
            #expect(try Self.firsts("next-out.csv", on: bench) == ["findymail"])
            await bench.expectSoundBooks()
        }
    }

    private static let inMoney = [
        (Bench.emailChain, "email: [hunter]"),
        ("providers:\n  hunter:\n", "providers:\n  hunter:\n    cost: { per: found, amount: 2 USD }\n"),
        ("  zerobounce:\n", "  zerobounce:\n    cost: { per: attempt, amount: 1 USD }\n"),
    ]

    /// Each who is found is verified once; ZeroBounce bills verdicts alone, which 85 of 100 addresses get.
    @Test(arguments: [
        (
            [inMoney[0]], ["hunter_credits": 1, "zerobounce_credits": 0.85],
            ["hunter_credits": 1, "zerobounce_credits": 1]
        ),
        (inMoney, ["USD": 3], ["USD": 3]),
    ])
    func `an estimate has verification once, in whatever units`(
        edits: [(String, String)], expected: [String: Double], worst: [String: Double]
    ) async throws {
        try await Bench.run(edits: edits) { bench in
            let file = try Self.people(0..<100, as: "people.csv", on: bench)
            let estimate = Answer(await bench.command("estimate", file, "--json"))
            let plan = Answer(
                await bench.command("plan", "--name", "Jane Doe", "--domain", "company0.example", "--json"))
            let rate = try #require(plan["chains.0.steps.0.hit_rate"] as? Double, "\(plan.run.output)")
            for (index, unit) in expected.keys.sorted().enumerated() {
                for (key, hits, costs) in [("cost", 100 * rate, expected), ("worst_cost", 100, worst)] {
                    #expect(estimate.text("\(key).\(index).unit") == unit)
                    let told = try #require(estimate.text("\(key).\(index).amount").flatMap { Double($0) })
                    #expect(abs(told - hits * (costs[unit] ?? 0)) < 0.01, "\(key): \(estimate.run.output)")
                }
                #expect(plan.text("chains.0.expected_cost.\(index).unit") == unit)
            }
        }
    }
}
