// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import SQLStore
import Testing

/// Users, roles, caps, and the commands that read the books.
@Suite struct TeamCommandTests {
    private static let jane = ["--name", "Jane Doe", "--domain", "example.com"]
    private static let john = ["--name", "John Smith", "--domain", "acme.example"]
    private static let team = (
        "# Upper bounds, in",
        """
        team:
          name: sales
          users:
            jane: { role: admin }
            joe: { role: member, caps: { credits_per_day: 1 } }

        # Upper bounds, in
        """
    )

    @Test func `who is not of the team is refused, and a member grants nothing`() async throws {
        try await Bench.run(edits: [Self.team]) { bench in
            let stranger = await bench.enrich(Self.jane + ["--as", "mallory"])
            #expect(stranger.code == 4)
            #expect(stranger.text("message") == "`mallory` is not one of the team's users")
            #expect(await bench.command("plan", "--name", "Jane Doe", "--domain", "example.com").code == 4, "tester")
            #expect(await bench.command("credits", "grant", "5", "--as", "joe").code == 4)
            let granted = Answer(
                await bench.command(
                    "credits", "grant", "5", "--source", "promo", "--priority", "7", "--expires", "2099-01-01",
                    "--note", "welcome", "--json", environment: ["WEIR_USER": "jane"]))
            let id = try #require(granted.text("id"), "\(granted.run.errors)")
            #expect(granted.text("available") == "10005")
            #expect(await bench.command("credits", "void", id, "--as", "joe").code == 4)
            let voided = Answer(await bench.command("credits", "void", id, "--as", "jane", "--json"))
            #expect(voided.text("adjusted") == "5" && voided.text("priority") == nil && voided["priority"] as? Int == 7)
            #expect(voided.text("source") == "promo" && voided.text("expires_at") == "2099-01-01T00:00:00Z")
            let grants = Answer(await bench.command("credits", "grants", "--json"))
            #expect(grants.text("0.id") == id && grants.text("1.source") == "plan" && grants["0.voided_at"] != nil)
            #expect(await bench.command("credits", "void", "0198-no", "--as", "jane").code == 2)
            await bench.expectSoundBooks()
        }
    }

    @Test func `a user's own cap refuses, and says what is left and when it renews`() async throws {
        try await Bench.run(edits: [Self.team]) { bench in
            #expect(await bench.enrich(Self.jane + ["--as", "joe"]).code == 0)
            let refused = await bench.enrich(Self.john + ["--as", "joe"])
            #expect(refused.code == 4)
            #expect(refused.text("refusal.bound") == "team.users.joe.caps.credits_per_day")
            #expect(refused.text("refusal.would_cost") == "1" && refused.text("refusal.left") == "0")
            #expect(refused.text("refusal.unit") == "credits" && refused.text("refusal.renews_at") != nil)
            let text = await bench.weir(["enrich", "--config", bench.configuration, "--as", "joe"] + Self.john)
            #expect(
                text.output.contains("the cap team.users.joe.caps.credits_per_day: it could cost 1 credit, 0 left;"))
            let caps = Answer(await bench.command("credits", "caps", "--as", "joe", "--json"))
            #expect(caps.text("0.cap") == "caps.prospect.credits" && caps["0.used"] == nil)
            #expect(caps.text("1.used") == "1" && caps.text("1.left") == "0" && caps.text("1.renews_at") != nil)
            #expect(await bench.enrich(Self.john + ["--as", "jane"]).text("refusal.bound") == nil)
        }
    }

    @Test func `a cap on money refuses where nobody fits`() async throws {
        let caps = ("prospect: { credits: 10 }", "team: { cost_per_week: 0 hunter_credits }")
        try await Bench.run(edits: [caps, (Bench.emailChain, "email: [hunter]")]) { bench in
            let refused = await bench.enrich(Self.jane)
            #expect(refused.code == 4)
            #expect(refused.text("refusal.bound") == "caps.team.cost_per_week")
            #expect(refused.text("refusal.unit") == "hunter_credits" && refused.text("refusal.left") == "0")
            #expect(await bench.requests()["hunter"] == 0)
            await bench.expectSoundBooks()
        }
        try await Bench.run(edits: [caps]) { bench in
            let found = await bench.enrich(Self.jane)
            #expect(found.attempts(for: "email").first == "hunter skipped cap")
            #expect(found.text("outcome") == "found")
        }
    }

    @Test func `usage is a table, JSON and CSV, and the ledger is written out whole`() async throws {
        try await Bench.run { bench in
            #expect(await bench.enrich(Self.jane + ["--as", "ann"]).code == 0)
            #expect(await bench.enrich(Self.john + ["--as", "bob"]).code == 0)
            let usage = Answer(await bench.command("credits", "usage", "--by", "user,provider", "--json"))
            #expect(usage.text("rows.0.user") == "ann" && usage.text("total.credits") == "2")
            #expect(usage["total.emails"] as? Int == 2 && usage.text("total.refunded") == "0")
            let csv = await bench.command("credits", "usage", "--by", "kind", "--csv", "--no-refunds")
            let lines = csv.output.split(separator: "\n")
            #expect(lines.first == "kind,credits,emails,phones,verdicts,calls,billed,suspected,bounces,bounce_rate")
            #expect(lines.count == 2 && lines[1].hasPrefix("email,2,2,0,0,"))
            let table = await bench.command("credits", "usage", "--since", "1d")
            #expect(table.output.contains("vendors bill") && table.output.contains("hunter_credits"))
            #expect(await bench.command("credits", "usage", "--by", "colour").code == 2)
            #expect(await bench.command("credits", "usage", "--since", "2026-02-30").code == 2)
            let path = bench.folder.appendingPathComponent("ledger.csv").path
            #expect(await bench.command("ledger", "export", "-o", path).code == 0)
            let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let verified = Answer(await bench.command("ledger", "verify", "--json"))
            #expect(rows.count - 1 == verified["transfers"] as? Int)
            let head = try #require(verified.text("heads.0.head"))
            #expect(rows.last?.hasSuffix(",\(head.split(separator: ":")[1])") == true)
            #expect(await bench.command("ledger", "verify", "--head", head).code == 0)
            let forged = head.dropLast() + (head.hasSuffix("0") ? "1" : "0")
            #expect(await bench.command("ledger", "verify", "--head", String(forged)).code == 6)
            #expect(await bench.command("ledger", "verify", "--head", "7").code == 2)
            let objects = await bench.command("ledger", "export", "--format", "jsonl").output.split(separator: "\n")
            #expect(objects.count == rows.count - 1 && objects.allSatisfy { $0.hasPrefix("{\"sequence\":") })
            let nowhere = await bench.command("ledger", "export", "-o", "/nowhere/at/all.csv")
            #expect(nowhere.code == 2)
            #expect(Answer(await bench.command("ledger", "cycles", "--json"))["0.closed"] as? Bool == false)
            #expect(await bench.command("refunds", "list", "--json").output == "[]\n")
            #expect(await bench.command("credits", "history", "--refunds", "--json").output == "[]\n")
            let history = Answer(
                await bench.command("credits", "history", "--user", "bob", "--kind", "capture", "--json"))
            #expect(history.text("0.user") == "bob" && history["1"] == nil)
        }
    }

    @Test func `a second process is told that the store is in use`() async throws {
        try await Bench.run { bench in
            let store = try SQLiteStore(path: bench.folder.appendingPathComponent("weir.db").path)
            defer { store.close() }
            let runs = try await withThrowingTaskGroup(of: Run.self) { group in
                for _ in 0..<3 {
                    group.addTask { try Self.process(["credits", "--json", "--config", bench.configuration]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for run in runs {
                #expect(run.code == 6)
                #expect(Answer(run).text("message") == "another weir process has this store open")
            }
        }
    }

    /// Runs the program itself, which lies beside the tests.
    private static func process(_ arguments: [String]) throws -> Run {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("weir")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Run(code: process.terminationStatus, output: String(decoding: output, as: UTF8.self), errors: "")
    }
}
