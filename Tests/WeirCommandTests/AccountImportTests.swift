// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `weir accounts import`: what is exported comes back as it was, and other tools' files are read.
@Suite struct AccountImportTests {
    @Test(arguments: [[], ["--machine"], ["--format", "jsonl"]])
    func `importing an export changes nothing, and makes the same in another store`(options: [String]) async throws {
        try await Bench.run { bench in
            _ = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            let id = try #require(Answer(await bench.command("accounts", "list", "--json")).text("0.id"))
            _ = await bench.command(
                "accounts", "edit", id, "--name", "=Example", "--owner", "ann", "--stage", "won", "--field", "tier='@a",
                "--phone", "+1 202 555 0143 ext. 7")
            _ = await bench.command("accounts", "tag", id, "--add", "spring", "--add", "vip")
            let isJSON = options.contains("jsonl")
            let file = bench.path(isJSON ? "accounts.jsonl" : "accounts.csv")
            let exported = await bench.weir(
                ["accounts", "export", "-o", file, "--config", bench.configuration] + options)
            #expect(exported.code == 0, "\(exported.errors)")
            let before = await bench.command("accounts", "show", id, "--json").output
            let machine = options.contains("--machine") ? ["--machine"] : []
            let same = Answer(
                await bench.weir(["accounts", "import", file, "--json", "--config", bench.configuration] + machine))
            #expect(same["unchanged"] as? Int == 1, "\(same.run.output)\(same.run.errors)")
            #expect(await bench.command("accounts", "show", id, "--json").output == before)

            try bench.edit([("store: weir.db", "store: other.db")])
            let new = Answer(
                await bench.weir(["accounts", "import", file, "--json", "--config", bench.configuration] + machine))
            #expect(new["created"] as? Int == 1, "\(new.run.output)\(new.run.errors)")
            let card = Answer(await bench.command("accounts", "list", "--json"))
            #expect(card.text("0.name") == "=Example" && card.text("0.domain") == "example.com")
            #expect(card.text("0.owner") == "ann" && card.text("0.stage") == "won")
            #expect(card.text("0.lists.0") == "spring" && card.text("0.lists.1") == "vip")
            #expect(card.text("0.fields.tier") == "'@a")
            let again = Answer(
                await bench.weir(["accounts", "import", file, "--json", "--config", bench.configuration] + machine))
            #expect(again["unchanged"] as? Int == 1, "\(again.run.output)")
            await bench.expectSoundBooks()
        }
    }

    @Test func `rows that are wrong are set aside, and the others taken`() async throws {
        try await Bench.run { bench in
            let file = bench.path("rows.csv")
            let rows = """
                Company Name;Website;Phone;Account Owner;Colour
                Example;https://www.example.com/about;+12025550143;ann;red
                Nobody;;;;
                Odd;not a domain;;;
                ;;;;blue
                Wrong;example.net;none;;
                Other;example.org;;;
                Example Inc;example.com;;bob;
                """
            try Data(rows.utf8).write(to: URL(fileURLWithPath: file))
            let dry = Answer(await bench.command("accounts", "import", file, "--dry-run", "--json"))
            #expect(dry["created"] as? Int == 3, "\(dry.run.output)\(dry.run.errors)")
            #expect(Answer(await bench.command("accounts", "list", "--json")).text("0.id") == nil)
            let done = Answer(await bench.command("accounts", "import", file, "--list", "fair", "--json"))
            #expect(done["created"] as? Int == 2 && done["updated"] as? Int == 1, "\(done.run.output)")
            for (index, line) in [3, 4, 5, 6].enumerated() {
                #expect(done["rejected.\(index).line"] as? Int == line, "\(done.run.output)")
            }
            #expect(done.text("rejected.0.reason")?.contains("without a domain none can be made") == true)
            #expect(done.text("ignored_columns.0") == "Colour")
            let found = Answer(await bench.command("accounts", "list", "--domain", "example.com", "--json"))
            #expect(found.text("0.name") == "Example Inc" && found.text("0.owner") == "bob")
            #expect(found.text("0.lists.0") == "fair")
            // What was imported is the user's own, and serves the look-up of office phones.
            let asked = await bench.requests()
            let answer = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            #expect(answer.text("office_phones.0.value") == "+12025550143", "\(answer.run.output)")
            #expect(await bench.requests() != asked)
        }
    }
}
