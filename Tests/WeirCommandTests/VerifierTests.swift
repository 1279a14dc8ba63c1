// SPDX-License-Identifier: Apache-2.0

import Testing

/// Every verifier of a vendor against the sandbox, which was written from the vendor's documents and not from it.
@Suite struct VerifierTests {
    static let ofEmails = [
        "bouncer", "debounce", "emailable", "kickbox", "mailgun", "millionverifier", "neverbounce", "reacher",
        "zerobounce",
    ]
    static let ofPhones = ["abstractapi", "numverify", "twilio", "veriphone"]

    private static let jane = ["--name", "Jane Doe", "--domain", "example.com"]

    // MARK: Emails

    @Test(arguments: ofEmails) func `emails are verified, doubted and turned down`(id: String) async throws {
        try await Bench.run(edits: [("zerobounce", id)]) { bench in
            let jane = await bench.enrich(Self.jane)
            #expect(jane.text("email.status") == "verified", "\(jane.run.output)\(jane.run.errors)")
            #expect(jane.text("email.verified_by") == id)
            let oliver = await bench.enrich("--name", "Oliver Stone", "--domain", "openhouse.example")
            #expect(oliver.text("email.status") == "catch_all")
            #expect(oliver.text("email.reason") == "catch_all_domain")
            let priya = await bench.enrich("--name", "Priya Patel", "--domain", "northwind.example")
            #expect(priya.attempts(for: "email") == ["hunter rejected", "prospeo matched"])
            #expect(priya.text("email.status") == "verified")
            await bench.expectSoundBooks()
        }
    }

    @Test(arguments: ofEmails) func `a wrong key, spent credits and too many calls are told apart`(
        id: String
    ) async throws {
        var faults = [("out_of_credits", "\(id).credits=0"), ("throttled", "\(id).requests_per_second=0")]
        if id == "reacher" { faults.removeFirst() }
        for (reason, setting) in faults {
            try await Bench.run([setting], edits: [("zerobounce", id)]) { bench in
                let answer = await bench.enrich(Self.jane)
                #expect(answer.attempts(for: "verify_email") == ["\(id) failed \(reason)"], "\(answer.run.output)")
                #expect(answer.text("email.status") == "unverified")
            }
        }
        let edits = [("zerobounce", id), ("api_key: sandbox-\(id)-key", "api_key: wrong")]
        try await Bench.run(edits: edits) { bench in
            let answer = await bench.enrich(Self.jane)
            #expect(answer.attempts(for: "verify_email") == ["\(id) failed unauthorized"], "\(answer.run.output)")
        }
    }

    // MARK: Phone numbers

    private static func install(_ id: String, _ bench: Bench, key: String? = nil) throws {
        let own = id == "twilio" ? "sandbox-twilio-sid:sandbox-twilio-secret" : "sandbox-\(id)-key"
        try bench.edit([
            ("verify_phone: [libphonenumber]", "verify_phone: [\(id)]"),
            (
                "\n  zerobounce:\n",
                """

                  \(id):
                    api_key: "\(key ?? own)"
                    base_url: http://127.0.0.1:\(bench.port)/\(id)
                    allow_private_addresses: true
                  zerobounce:

                """
            ),
        ])
    }

    @Test(arguments: ofPhones) func `numbers are verified and turned down`(id: String) async throws {
        try await Bench.run { bench in
            try Self.install(id, bench)
            let jane = await bench.enrich(Self.jane + ["--access", "mobile"])
            #expect(jane.text("phones.0.value") == "+12025550143", "\(jane.run.output)\(jane.run.errors)")
            #expect(jane.text("phones.0.status") == "valid_number")
            #expect(jane.text("phones.0.type") == "mobile")
            #expect(jane.attempts(for: "verify_phone").allSatisfy { $0.hasPrefix("\(id) matched") })
            let sean = await bench.enrich(
                "--name", "Seán O'Brien", "--domain", "northwind.example", "--access", "mobile")
            #expect(sean["phones.0"] == nil, "\(sean.run.output)")
            #expect(sean.attempts(for: "verify_phone").contains { $0.hasPrefix(id) })
            await bench.expectSoundBooks()
        }
    }

    @Test(arguments: ofPhones) func `a wrong key, spent credits and too many calls keep the number`(
        id: String
    ) async throws {
        let faults = [
            ("out_of_credits", ["\(id).credits=0"], nil), ("throttled", ["\(id).requests_per_second=0"], nil),
            ("unauthorized", [], "wrong:key"),
        ]
        for (reason, settings, key) in faults as [(String, [String], String?)] {
            try await Bench.run(settings) { bench in
                try Self.install(id, bench, key: key)
                let answer = await bench.enrich(Self.jane + ["--access", "mobile"])
                #expect(
                    answer.attempts(for: "verify_phone").first == "\(id) failed \(reason)", "\(answer.run.output)")
                // What its finder says of it stands.
                #expect(answer.text("phones.0.value") == "+12025550143")
            }
        }
    }
}
