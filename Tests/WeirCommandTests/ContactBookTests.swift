// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `weir contacts` and `weir accounts`, through the command.
@Suite struct ContactBookTests {
    private static let jane = ["--name", "Jane Doe", "--domain", "example.com"]

    private func id(_ bench: Bench, _ query: String) async throws -> String {
        let found = Answer(await bench.command("contacts", "list", "--query", query, "--json"))
        return try #require(found.text("0.id"), "\(found.run.output)\(found.run.errors)")
    }

    @Test func `a contact is edited, tagged, found and shown with what it cost`() async throws {
        try await Bench.run { bench in
            _ = await bench.enrich(["--name", "Jane Doe", "--domain", "example.com", "--access", "email"])
            let id = try await id(bench, "JANE dóe")
            let edited = Answer(
                await bench.weir([
                    "contacts", "edit", id, "--title", "Head of Examples", "--owner", "ann", "--email",
                    "jane@example.net", "--phone", "(202) 555-0199", "--field", "segment=mid", "--note", "met in Paris",
                    "--as", "bob", "--json", "--config", bench.configuration,
                ]))
            #expect(edited.code == 0, "\(edited.run.errors)")
            #expect(edited.text("owner") == "ann")
            #expect(edited.text("fields.segment") == "mid")
            #expect(edited.text("notes.0.user") == "bob")
            #expect(edited.text("phones.0.value") == "+12025550199")
            _ = await bench.command("contacts", "tag", id, "--add", "spring")
            let shown = Answer(await bench.command("contacts", "show", id, "--json"))
            #expect(shown.text("emails.0.status") == "verified")
            #expect(shown.text("emails.0.credits") == "1")
            #expect(shown.text("emails.1.status") == "user_managed")
            #expect(shown.text("emails.1.credits") == "0")
            #expect(shown.text("lists.0") == "spring")
            let text = await bench.command("contacts", "show", id)
            #expect(text.output.contains("credits") && text.output.contains("Head of Examples"))
            for (filter, count) in [
                (["--owner", "ann"], 1), (["--list", "spring", "--status", "verified"], 1), (["--stage", "won"], 0),
                (["--has", "email,mobile"], 1), (["--older-than", "90d"], 0), (["--newer-than", "1d"], 1),
            ] {
                let found = Answer(
                    await bench.weir(["contacts", "list", "--json", "--config", bench.configuration] + filter))
                #expect((found[""] as? [Any])?.count == count, "\(filter)")
            }
            let wrong = await bench.command("contacts", "edit", id, "--linkedin", "https://www.linkedin.com/company/x")
            #expect(wrong.code == 2)
            await bench.expectSoundBooks()
        }
    }

    @Test(arguments: [["--spreadsheet"], ["--machine"], ["--format", "jsonl"]])
    func `importing an export changes nothing, and a new store takes it free of charge`(options: [String]) async throws
    {
        try await Bench.run { bench in
            _ = await bench.enrich(
                Self.jane + ["--access", "email,mobile", "--linkedin", "https://www.linkedin.com/in/jane-doe"])
            let id = try await id(bench, "jane")
            _ = await bench.command(
                "contacts", "edit", id, "--title", "=1+1", "--field", "formula='@x", "--field", "plain=a;\"b\"\n,",
                "--owner", "ann")
            _ = await bench.command("contacts", "tag", id, "--add", "spring", "--add", "vip")
            let isJSON = options.contains("jsonl")
            let file = bench.folder.path + (isJSON ? "/people.jsonl" : "/people.csv")
            let exported = await bench.weir(
                ["contacts", "export", "-o", file, "--config", bench.configuration] + options)
            #expect(exported.code == 0, "\(exported.errors)")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.contains("'=1+1") == options.contains("--spreadsheet"))
            #expect(text.contains("'+1202555") == options.contains("--spreadsheet"))
            let before = await bench.command("contacts", "show", id, "--json").output
            let machine = options.contains("--machine") ? ["--machine"] : []
            let same = Answer(
                await bench.weir(["contacts", "import", file, "--json", "--config", bench.configuration] + machine))
            #expect(same["unchanged"] as? Int == 1, "\(same.run.output)\(same.run.errors)")
            #expect(await bench.command("contacts", "show", id, "--json").output == before)

            try bench.edit([("store: weir.db", "store: other.db")])
            let new = Answer(
                await bench.weir(["contacts", "import", file, "--json", "--config", bench.configuration] + machine))
            #expect(new["created"] as? Int == 1, "\(new.run.output)\(new.run.errors)")
            let card = Answer(await bench.command("contacts", "show", id, "--json"))
            #expect(card.text("title") == "=1+1")
            #expect(card.text("fields.formula") == "'@x")
            #expect(card.text("fields.plain") == "a;\"b\"\n,")
            #expect(card.text("emails.0.status") == "user_managed")
            #expect(card.text("emails.0.supplied_status") == "verified")
            #expect(card.text("emails.0.provider") == "hunter")
            #expect(card.text("lists.1") == "vip")
            let again = Answer(
                await bench.weir(["contacts", "import", file, "--json", "--config", bench.configuration] + machine))
            #expect(again["unchanged"] as? Int == 1, "\(again.run.output)")
            await bench.expectSoundBooks()
            // What was imported is not had.
            #expect(await bench.enrich(Self.jane + ["--access", "mobile"]).text("credits.held") == "8")
        }
    }

    @Test func `rows that are wrong are set aside, and the others taken`() async throws {
        try await Bench.run { bench in
            let file = bench.folder.path + "/rows.csv"
            let rows = """
                First Name;Last Name;E-Mail;Company Website;Mobile;Colour
                Jane;Doe;jane.doe@example.com;https://www.example.com/about;+12025550143;red
                Max;Roe;not an address;example.org;;
                ;;;;;blue
                Mia;Wong;mia@example.net;example.net;none;
                José;Núñez;jose@example.org;example.org;;
                Jane;Doe;jane.doe@example.com;example.com;;
                """
            try Data(rows.utf8).write(to: URL(fileURLWithPath: file))
            let dry = Answer(await bench.command("contacts", "import", file, "--dry-run", "--json"))
            #expect(dry["created"] as? Int == 3, "\(dry.run.output)\(dry.run.errors)")
            #expect(Answer(await bench.command("contacts", "list", "--json")).text("0.id") == nil)
            let done = Answer(await bench.command("contacts", "import", file, "--list", "fair", "--json"))
            #expect(done["created"] as? Int == 2)
            #expect(done["unchanged"] as? Int == 1)
            #expect(done["rejected.0.line"] as? Int == 3)
            #expect(done["rejected.1.line"] as? Int == 4)
            #expect(done["rejected.2.line"] as? Int == 5)
            #expect(done.text("ignored_columns.0") == "Colour")
            let found = Answer(await bench.command("contacts", "list", "--list", "fair", "--query", "nunez", "--json"))
            #expect(found.text("0.emails.0.value") == "jose@example.org")
            #expect(found.text("0.account.domain") == "example.org")
            let missing = await bench.command("contacts", "import", bench.folder.path + "/none.csv")
            #expect(missing.code == 2)
        }
    }

    @Test func `two contacts are merged and parted`() async throws {
        try await Bench.run { bench in
            _ = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            _ = await bench.enrich("--name", "John Smith", "--domain", "acme.example")
            let (jane, john) = (try await id(bench, "jane"), try await id(bench, "john"))
            let merge = Answer(await bench.command("contacts", "merge", jane, john, "--json"))
            #expect(merge.code == 0, "\(merge.run.errors)")
            let shown = Answer(await bench.command("contacts", "show", john, "--json"))
            #expect(shown.text("id") == jane)
            #expect(shown.text("merged.0") == john)
            #expect(await bench.command("contacts", "merge", jane, john).code == 2)
            await bench.expectSoundBooks()
            #expect(await bench.command("contacts", "unmerge", john).code == 0)
            #expect(await bench.command("contacts", "unmerge", john).code == 2)
            #expect(Answer(await bench.command("contacts", "show", john, "--json")).text("id") == john)
            await bench.expectSoundBooks()
        }
    }

    @Test func `old data are asked for anew, for vendor cost alone`() async throws {
        try await Bench.run { bench in
            _ = await bench.enrich(Self.jane)
            let young = Answer(await bench.command("contacts", "refresh", "--older-than", "90d", "--json"))
            #expect(young["asked"] as? Int == 0, "\(young.run.output)\(young.run.errors)")
            let dry = Answer(
                await bench.command("contacts", "refresh", "--older-than", "1ms", "--dry-run", "--json"))
            #expect(dry["would_ask"] as? Int == 1)
            let before = await bench.requests()["hunter"] ?? 0
            let done = Answer(await bench.command("contacts", "refresh", "--older-than", "1ms", "--json"))
            #expect(done["asked"] as? Int == 1, "\(done.run.output)\(done.run.errors)")
            #expect(done.text("credits") == "0")
            #expect(done["outcomes.found"] as? Int == 1)
            #expect(await bench.requests()["hunter"] == before + 1)
            #expect(await bench.command("contacts", "refresh").code == 2)
            await bench.expectSoundBooks()
        }
    }

    @Test func `accounts are listed, edited and exported`() async throws {
        try await Bench.run { bench in
            _ = await bench.enrich("--name", "John Smith", "--domain", "acme.example")
            let list = Answer(await bench.command("accounts", "list", "--json"))
            let id = try #require(list.text("0.id"))
            #expect(list["0.contacts"] as? Int == 1)
            let edited = Answer(
                await bench.command("accounts", "edit", id, "--owner", "ann", "--field", "tier=a", "--json"))
            #expect(edited.text("fields.tier") == "a")
            #expect(await bench.command("accounts", "tag", id, "--add", "key").code == 0)
            let exported = await bench.command("accounts", "export", "--list", "key")
            #expect(exported.output.contains("acme.example") && exported.output.contains("fields.tier"))
            #expect(await bench.command("accounts", "show", id).output.contains("ann"))
        }
    }
}
