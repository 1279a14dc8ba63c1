// SPDX-License-Identifier: Apache-2.0

import Testing

/// What `weir enrich --json` prints, to the key (`interfaces.md`, 2).
@Suite struct ResultTests {
    private static let whole: Set<String> = [
        "request_id", "outcome", "stopped", "contact", "email", "phones", "office_phones", "attempts", "credits",
        "refusal", "cost",
    ]
    private static let phone: Set<String> = [
        "value", "raw", "extension", "type", "status", "dnc", "provider", "net_new", "credits",
    ]

    @Test(arguments: [
        ["--name", "Jane Doe", "--domain", "example.com", "--access", "email,mobile"],
        ["--name", "Robin Nowhere", "--domain", "acme.example"],
    ])
    func `no key is ever missing`(arguments: [String]) async throws {
        try await Bench.run { bench in
            let answer = await bench.enrich(arguments)
            #expect(keys(answer) == Self.whole)
            #expect(keys(answer, "stopped") == ["email", "mobile"])
            #expect(keys(answer, "credits") == ["held", "captured", "released", "available"])
            for key in ["held", "captured", "released", "available"] {
                #expect(answer.text("credits.\(key)") != nil, "\(key) is a decimal string")
            }
            let attempts = answer["attempts"] as? [[String: Any]] ?? []
            #expect(attempts.isEmpty == (answer.text("outcome") == "refused"))
            for attempt in attempts {
                #expect(
                    Set(attempt.keys) == [
                        "capability", "provider", "outcome", "reason", "cached", "http_status", "latency_ms", "tries",
                        "cost",
                    ])
                let cost = attempt["cost"] as? [String: Any]
                #expect(
                    cost.map { Set($0.keys) } ?? ["amount", "unit", "suspected"] == ["amount", "unit", "suspected"])
            }
            for cost in answer["cost"] as? [[String: Any]] ?? [] {
                #expect(Set(cost.keys) == ["unit", "amount"])
                #expect(cost["amount"] is String)
            }
        }
    }

    @Test func `a refusal has every key too, and says what is left`() async throws {
        try await Bench.run(edits: [("grant: 10000", "grant: 0.5")]) { bench in
            let answer = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            #expect(answer.code == 4)
            #expect(keys(answer) == Self.whole)
            #expect(answer.text("credits.available") == "0.5")
            #expect(answer["contact"] == nil)
            #expect(answer["email"] == nil)
        }
    }

    @Test func `a whole answer has the parts and types that are documented`() async throws {
        try await Bench.run { bench in
            let answer = await bench.enrich(
                "--name", "Jane Doe", "--domain", "example.com", "--access", "email,mobile")
            #expect(keys(answer, "contact") == ["id", "first_name", "last_name", "title", "linkedin_url", "account"])
            #expect(keys(answer, "contact.account") == ["id", "domain", "name"])
            #expect(
                keys(answer, "email") == [
                    "value", "status", "reason", "provider", "verified_by", "confidence", "net_new", "credits",
                ])
            #expect(keys(answer, "phones.0") == Self.phone)
            #expect(keys(answer, "office_phones.0") == Self.phone)
            #expect(answer.text("email.value") == "jane.doe@example.com")
            #expect(answer.text("email.verified_by") == "zerobounce")
            #expect(answer["email.confidence"] is Double)
            #expect(answer["email.net_new"] as? Bool == true)
            #expect(answer.text("email.credits") == "1")
            #expect(answer.text("phones.0.value") == "+12025550143")
            #expect(answer.text("phones.0.credits") == "8")
            #expect(answer.text("office_phones.0.type") == "office")
            #expect(answer.text("stopped.email") == "verified")
            #expect(answer.text("stopped.mobile") == "accepted")
            #expect(answer.text("contact.account.domain") == "example.com")
        }
    }

    @Test func `without credits nothing is limited, and available is null`() async throws {
        try await Bench.run(edits: [
            ("credits:\n  plan: { grant: 10000, cycle: monthly, anchor: 1 }\n", ""),
            ("  prices: { email: 1, catch_all: 0, phone: 8, verification: 1 }\n", ""),
        ]) { bench in
            let answer = await bench.enrich("--name", "Jane Doe", "--domain", "example.com")
            #expect(answer.code == 0, "\(answer.run.errors)")
            #expect(keys(answer, "credits").contains("available"))
            #expect(answer["credits.available"] == nil)
            #expect(answer.text("credits.captured") == "1")
            await bench.expectSoundBooks()
        }
    }
}
