// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import WeirCommand

/// `weir csv` and `weir estimate` over real HTTP.
struct CSVCommandTests {
    /// People whom the sandbox knows, one of them twice, one row that can't be used.
    private static let people = """
        first_name,last_name,domain,note
        Jane,Doe,example.com,"first, quoted"
        John,Smith,acme.example,
        Maria,Garcia,globex.example,x
        JANE,DOE,https://www.example.com/,again
        Nobody,,,

        """

    private static func with(
        _ settings: [String] = [], edits: [(String, String)] = [], people: String = people,
        _ body: @escaping @Sendable (Bench, String) async throws -> Void
    ) async throws {
        try await Bench.run(settings, edits: edits) { bench in
            try people.write(toFile: bench.path("people.csv"), atomically: true, encoding: .utf8)
            try await body(bench, bench.path("people.csv"))
        }
    }

    @Test func `rows come out in their order, with what was found behind what was there`() async throws {
        try await Self.with { bench, file in
            let run = await bench.command(
                "csv", file, "-o", bench.path("out.csv"), "--access", "email,mobile", "--json")
            let answer = Answer(run)
            #expect(answer.code == 0, "\(run.errors)")
            #expect(answer["rows"] as? Int == 5 && answer["duplicates"] as? Int == 1 && answer["rejected"] as? Int == 1)
            #expect(answer["done"] as? Bool == true && answer.text("stopped") == nil)
            let lines = try bench.lines("out.csv")
            #expect(lines.count == 5)
            #expect(lines[0].hasPrefix("first_name,last_name,domain,note,weir_email,weir_email_status,"))
            #expect(lines[1].hasPrefix("Jane,Doe,example.com,\"first, quoted\",jane.doe@example.com,verified,"))
            #expect(lines[4].hasPrefix("JANE,DOE,https://www.example.com/,again,jane.doe@example.com,verified,"))
            #expect(lines[4].contains(",0,,found,"), "a person who is named again costs nothing: \(lines[4])")
            let rejected = try bench.lines("out.rejected.csv")
            #expect(rejected.count == 2 && rejected[1].hasPrefix("Nobody,,,,6,"))
            await bench.expectSoundBooks()
        }
    }

    @Test func `a limit leaves the rest to --resume, and the whole comes out as in one go`() async throws {
        try await Self.with { bench, file in
            let first = await bench.command("csv", file, "-o", bench.path("out.csv"), "--limit", "1", "--json")
            #expect(
                Answer(first).code == 0 && Answer(first).text("stopped") == "limit", "\(first.output)\(first.errors)")
            #expect(Answer(first)["not_run"] as? Int == 2)
            #expect(try bench.lines("out.csv")[2].contains(",not_run,"))
            let refused = await bench.command("csv", file, "-o", bench.path("other.csv"))
            #expect(refused.code == 2 && refused.errors.contains("--resume goes on"), "\(refused.errors)")
            let asked = await bench.requests()
            let last = await bench.command("csv", file, "-o", bench.path("out.csv"), "--resume", "--json")
            #expect(Answer(last).code == 0 && Answer(last)["done"] as? Bool == true, "\(last.output)\(last.errors)")
            #expect(await bench.requests() != asked)
            let whole = try bench.lines("out.csv")
            try await Self.with { other, file in
                _ = await other.command("csv", file, "-o", other.path("out.csv"))
                let atOnce = try other.lines("out.csv")
                #expect(atOnce == whole)
            }
        }
    }

    @Test func `a changed file, other options and a changed chain are refused, and nobody is asked`() async throws {
        try await Self.with { bench, file in
            _ = await bench.command("csv", file, "-o", bench.path("out.csv"), "--limit", "1")
            let asked = await bench.requests()
            let other = await bench.command("csv", file, "-o", bench.path("out.csv"), "--resume", "--access", "mobile")
            #expect(other.code == 2 && other.errors.contains("other terms: access"), "\(other.errors)")
            try bench.edit([(Bench.emailChain, "email: [prospeo, hunter]")])
            let chain = await bench.command("csv", file, "-o", bench.path("out.csv"), "--resume")
            #expect(chain.code == 2 && chain.errors.contains("--allow-changes"), "\(chain.errors)")
            try (Self.people + "New,Person,acme.example,\n").write(toFile: file, atomically: true, encoding: .utf8)
            let changed = await bench.command("csv", file, "-o", bench.path("out.csv"), "--resume")
            #expect(changed.code == 2 && changed.errors.contains("has changed since"), "\(changed.errors)")
            #expect(await bench.requests() == asked)
        }
    }

    @Test func `a cap stops the run with what is done so far, and more goes on with it`() async throws {
        try await Self.with { bench, file in
            let run = await bench.command(
                "csv", file, "-o", bench.path("out.csv"), "--max-credits", "1", "--concurrency", "1", "--json")
            #expect(run.code == 4, "\(run.output)\(run.errors)")
            #expect(Answer(run).text("stopped") == "caps.run.credits")
            #expect(Answer(run).text("credits") == "1")
            #expect(try bench.lines("out.csv").count == 5)
            #expect(try bench.lines("out.csv")[2].contains(",not_run,"))
            let more = await bench.command("csv", file, "-o", bench.path("out.csv"), "--resume", "--json")
            #expect(more.code == 0 && Answer(more)["done"] as? Bool == true, "\(more.output)\(more.errors)")
            let whole = try bench.lines("out.csv")
            #expect(!whole.contains { $0.contains(",not_run,") })
            await bench.expectSoundBooks()
        }
    }

    @Test func `where every provider fails the run stops asking, and goes on when they are back`() async throws {
        let people = "name,domain\n" + (0..<60).map { "Jane Doe\($0), company\($0).example\n" }.joined()
        try await Self.with(["error_rate=1"], people: people) { bench, file in
            let run = await bench.command("csv", file, "-o", bench.path("out.csv"), "--concurrency", "4", "--json")
            #expect(run.code == 5, "\(run.output)\(run.errors)")
            #expect(Answer(run).text("stopped") == "providers_failed")
            #expect(Answer(run)["not_run"] as? Int ?? 0 > 30)
            await bench.expectSoundBooks()
        }
    }

    @Test func `an estimate asks nobody, and tells rows, people and what they may cost`() async throws {
        try await Self.with { bench, file in
            let asked = await bench.requests()
            let estimate = Answer(await bench.command("estimate", file, "--json"))
            #expect(estimate.code == 0, "\(estimate.run.errors)")
            #expect(estimate["rows"] as? Int == 5 && estimate["rejected"] as? Int == 1)
            #expect(estimate["duplicates"] as? Int == 1 && estimate["net_new"] as? Int == 3)
            #expect(estimate.text("worst_credits") == "3")
            #expect(await bench.requests() == asked)
            _ = await bench.command("csv", file, "-o", bench.path("out.csv"))
            let after = Answer(await bench.command("csv", file, "-o", "-", "--dry-run", "--json"))
            #expect(after["known"] as? Int ?? 0 >= 1, "\(after.run.output)")
        }
    }

    @Test func `rows go to standard output in their order, those too that can't be used`() async throws {
        try await Self.with { bench, file in
            let run = await bench.command("csv", file, "-o", "-", "--quiet")
            #expect(run.code == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(lines.count == 6)
            #expect(lines[5].hasPrefix("Nobody,,,,") && lines[5].contains(",rejected,"))
        }
    }

    @Test(arguments: [
        (["--limit", "0"], "--limit"), (["--resume", "--again"], "give one of them"),
        (["--max-cost", "12"], "such as \"12.50 USD\""), (["--concurrency", "0"], "--concurrency"),
        (["--wait", "soon"], "--wait takes"), (["--map", "shoe_size=3"], "no field"),
    ])
    func `an option that can't be is refused with what to write`(options: [String], message: String) async throws {
        try await Self.with { bench, file in
            let run = await bench.weir(
                ["csv", file, "-o", bench.path("out.csv"), "--config", bench.configuration] + options)
            #expect(run.code == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }
}

extension Bench {
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
