// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import WeirCommand

@Suite struct PrivacyTests {
    @Test func `whoever is suppressed is refused without asking anybody, and hidden where saved`() async throws {
        try await Bench.run { bench in
            let found = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            #expect(found.run.code == 0)
            let email = try #require(found.text("email.value"))
            let asked = await bench.requests()
            let added = Answer(await bench.command("suppress", "add", email, "--reason", "objected", "--json"))
            #expect(added["added"] as? Int == 1)
            let again = await bench.enrich("--name", "Jane Doe", "--domain", "example.com", "--fresh")
            #expect(again.run.code == 4 && again.text("stopped.email") == "suppressed")
            #expect(!again.run.output.contains(email))
            #expect(await bench.requests() == asked)
            for (name, isOnList) in [("Jane Doe", true), ("John Doe", false)] {
                let plan = Answer(await bench.command("plan", "--name", name, "--domain", "example.com", "--json"))
                #expect(plan["suppressed"] as? Bool == isOnList, "\(plan.run.output)")
            }
            let told = await bench.command("plan", "--name", "Jane Doe", "--domain", "example.com")
            #expect(told.output.hasPrefix("on the suppression list: the request is refused"))
            let listed = await bench.command("contacts", "list", "--json")
            #expect(!listed.output.contains(email))
            let check = Answer(await bench.command("suppress", "check", email, "--json"))
            #expect(check["suppressed"] as? Bool == true)
            #expect(await bench.command("suppress", "list").output.contains("objected"))
            #expect(await bench.command("suppress", "remove", email).code == 0)
            let shown = await bench.command("contacts", "list", "--json")
            #expect(shown.output.contains(email))
            #expect(await bench.command("suppress", "record").output.contains("unsuppress"))
            await bench.expectSoundBooks()
        }
    }

    @Test func `a file of values and a list of numbers are imported, and what can't be read is counted`() async throws {
        try await Bench.run { bench in
            let file = bench.folder.appendingPathComponent("values.csv")
            try "\"jane.doe@example.com\",x\n@example.org\n+1 202 555 0143\nnonsense\n".write(
                to: file, atomically: true, encoding: .utf8)
            let first = Answer(await bench.command("suppress", "import", file.path, "--json"))
            #expect(first["added"] as? Int == 3 && first["passed_over"] as? Int == 1)
            let second = Answer(await bench.command("suppress", "import", file.path, "--json"))
            #expect(second["added"] as? Int == 0 && second["known"] as? Int == 3)
            let numbers = bench.folder.appendingPathComponent("numbers.txt")
            try "(202) 555-0143\n2025550144\n".write(to: numbers, atomically: true, encoding: .utf8)
            let list = Answer(
                await bench.command(
                    "suppress", "dnc", "import", numbers.path, "--name", "national", "--date", "2020-01-01",
                    "--country",
                    "US", "--json"))
            #expect(list["numbers"] as? Int == 2, "\(list.run.errors)")
            #expect(await bench.command("suppress", "dnc", "list", "--json").output.contains("\"stale\":true"))
        }
    }

    @Test func `numbers don't leave by a list that is too old, unless somebody says so on record`() async throws {
        try await Bench.run { bench in
            let found = await bench.enrich("--name", "Jane Doe", "--domain", "example.com", "--access", "email,mobile")
            let number = try #require(found.text("phones.0.value"))
            #expect(await bench.command("contacts", "export", "--machine").output.contains(number))
            let numbers = bench.folder.appendingPathComponent("numbers.txt")
            try "2025550144\n".write(to: numbers, atomically: true, encoding: .utf8)
            let list = [
                "suppress", "dnc", "import", numbers.path, "--name", "national", "--country", "US",
                "--config", bench.configuration, "--date",
            ]
            #expect(await bench.weir(list + ["2020-01-01"]).code == 0)
            let refused = await bench.command("contacts", "export", "--machine")
            #expect(refused.code == 4 && refused.output.isEmpty && refused.errors.contains("national (of 2020-01-01)"))
            let without = await bench.command("contacts", "export", "--machine", "--without-phones")
            #expect(without.code == 0 && !without.output.contains(number))
            #expect(try without.output.contains(#require(found.text("email.value"))))
            let allowed = await bench.command("contacts", "export", "--machine", "--allow-stale-lists", "--as", "jane")
            #expect(allowed.code == 0 && allowed.output.contains(number))
            let record = await bench.command("suppress", "record")
            #expect(record.output.contains("dnc_override") && record.output.contains("jane"))
            let today = String(Date.now.ISO8601Format().prefix(10))
            #expect(await bench.weir(list + [today]).code == 0)
            #expect(await bench.command("contacts", "export", "--machine").output.contains(number))
        }
    }

    @Test func `a person is erased, a backup put back erases again, and the store migrates`() async throws {
        try await Bench.run { bench in
            let found = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            let email = try #require(found.text("email.value"))
            let backup = bench.folder.appendingPathComponent("backup.db").path
            #expect(await bench.command("backup", backup).code == 0)
            #expect(await bench.command("backup", backup).code == 2)
            #expect(await bench.command("backup", backup, "--force").code == 0)
            #expect(await bench.command("contacts", "erase", "--email", email).code == 2)
            let erased = Answer(await bench.command("contacts", "erase", "--email", email, "--yes", "--json"))
            #expect(erased["erased"] as? Int == 1, "\(erased.run.errors)")
            #expect(await bench.enrich("--name", "Jane Doe", "--domain", "example.com").run.code == 4)
            #expect(await bench.command("restore", backup).code == 2)
            let restored = Answer(await bench.command("restore", backup, "--yes", "--json"))
            #expect(restored["erased_again"] as? Int == 1, "\(restored.run.errors)")
            let listed = await bench.command("contacts", "list", "--json")
            #expect(!listed.output.contains(email))
            #expect(await bench.command("migrate").output.contains("nothing to do"))
            await bench.expectSoundBooks()
        }
    }
}
