// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import WeirCommand

@Suite struct ReportCommandTests {
    @Test func `the page and the figures of what was asked of the sandbox`() async throws {
        try await Bench.run { bench in
            for name in ["Jane Doe", "Max Muster", "Ann Example"] {
                _ = await bench.enrich("--name", name, "--domain", "example.com", "--access", "email,mobile")
            }
            let file = bench.folder.appendingPathComponent("report.html")
            let made = await bench.command("report", "-o", file.path)
            #expect(made.code == 0 && made.output.isEmpty, "\(made.errors)")
            #expect(made.errors.contains("3 requests"))
            let page = try String(contentsOf: file, encoding: .utf8)
            #expect(page.contains("What the waterfall found") && page.hasSuffix("</html>\n"))
            #expect(!page.contains("Jane") && !page.contains("Muster") && !page.contains("example.com"))
            #expect(!page.contains("http"))
            let output = await bench.command("report", "-o", "-")
            #expect(output.code == 0 && output.output.hasPrefix("<!DOCTYPE html>"))
            #expect(!output.errors.contains("wrote"))

            let figures = Answer(await bench.command("report", "--json"))
            let usage = Answer(await bench.command("credits", "usage", "--json"))
            #expect(figures["requests"] as? Int == 3)
            for key in ["credits", "emails", "phones", "calls"] {
                let own = figures["total.\(key)"].map { "\($0)" }
                #expect(own == usage["total.\(key)"].map { "\($0)" } && own != nil, "\(key)")
            }
            let shown = Answer(await bench.command("providers", "show", "hunter", "--json"))
            #expect(shown["record.0.calls"] as? Int == 3 && shown["record.0.capability"] as? String == "email")
            let table = await bench.command("providers", "show", "hunter")
            #expect(table.code == 0 && table.output.contains("last 90 days"))
            let nobody = Answer(await bench.command("report", "--json", "--user", "nobody"))
            #expect(nobody["requests"] as? Int == 0)
        }
    }

    @Test func `where the page goes must be said, and be there`() async throws {
        try await Bench.run { bench in
            let nowhere = await bench.command("report")
            #expect(nowhere.code == 2 && nowhere.errors.contains("-o report.html"))
            #expect(await bench.command("report", "-o", "x.html", "--json").code == 2)
            let missing = await bench.command("report", "-o", bench.folder.path + "/none/x.html")
            #expect(missing.code == 2 && missing.errors.contains("can't be made"))
            let run = await bench.command("report", "--json", "--run", "x")
            #expect(run.code == 2 && run.output.contains("no id of a run"))
            let empty = await bench.command("report", "-o", "-")
            #expect(empty.output.contains("Nothing was asked yet"))
        }
    }
}
