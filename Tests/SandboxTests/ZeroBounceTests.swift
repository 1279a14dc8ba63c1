// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct ZeroBounceTests {
    private let validate = "/zerobounce/v2/validate?api_key=sandbox-zerobounce-key&ip_address=&email="
    private let invalidKey = #"{"error":"Invalid API key or your account ran out of credits"}"#

    @Test(arguments: [
        ("jane.doe@example.com", "valid", "", 1.0),
        ("anybody@openhouse.example", "catch-all", "", 1),
        ("p.patel@northwind.example", "invalid", "mailbox_not_found", 1),
        ("omar.said@quiet.example", "invalid", "no_dns_entries", 1),
        ("jane.doe", "invalid", "failed_syntax_check", 1),
        ("info@acme.example", "do_not_mail", "role_based", 1),
        ("a@throwaway.example", "do_not_mail", "disposable", 1),
        ("trap@acme.example", "spamtrap", "", 1),
        ("greta.list@labs.example.org", "unknown", "greylisted", 0),
        ("jane@not-reserved.test", "unknown", "mail_server_did_not_respond", 0),
    ])
    func `an address has a status, and only a definite one costs`(
        email: String, status: String, subStatus: String, charged: Double
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(validate + email)
            #expect(answer.status == 200)
            #expect(answer.string("address") == email)
            #expect(answer.string("status") == status)
            #expect(answer.string("sub_status") == subStatus)
            #expect(try await client.state(of: "zerobounce").number("charged") == charged)
        }
    }

    @Test func `a bad key and an empty account say the same, and the credits tell them apart`() async throws {
        try await Client.withSandbox {
            $0[vendor: "zerobounce"].credits = 0
        } _: { client in
            let bad = try await client.get("/zerobounce/v2/validate?api_key=no&email=jane.doe@example.com")
            let missing = try await client.get("/zerobounce/v2/validate?email=jane.doe@example.com")
            let empty = try await client.get(validate + "jane.doe@example.com")
            for answer in [bad, missing, empty] {
                #expect(answer.status == 200)
                #expect(answer.text == invalidKey)
            }
            let badCredits = try await client.get("/zerobounce/v2/getcredits?api_key=no")
            #expect(badCredits.string("Credits") == "-1")
            let credits = try await client.get("/zerobounce/v2/getcredits?api_key=sandbox-zerobounce-key")
            #expect(credits.string("Credits") == "0")
        }
    }

    @Test func `several addresses are judged in one request`() async throws {
        try await Client.withSandbox { client in
            let body = """
                {"api_key": "sandbox-zerobounce-key", "email_batch": [
                {"email_address": "jane.doe@example.com", "ip_address": null},
                {"email_address": "p.patel@northwind.example", "ip_address": null}]}
                """
            let answer = try await client.post("/zerobounce/v2/validatebatch", [:], body)
            #expect(answer.string("email_batch.0.status") == "valid")
            #expect(answer.string("email_batch.1.status") == "invalid")
            #expect(try await client.state(of: "zerobounce").number("charged") == 2)
        }
    }

    @Test func `a missing address is a 400 and a used up rate a 429`() async throws {
        try await Client.withSandbox { client in
            #expect(try await client.get(validate).status == 400)
            try await client.set("zerobounce", #"{"requests_per_second": 0}"#)
            #expect(try await client.get(validate + "jane.doe@example.com").status == 429)
        }
    }

    @Test func `an address found by name costs twenty, and none nothing`() async throws {
        try await Client.withSandbox { client in
            let find = "/zerobounce/v2/guessformat?api_key=sandbox-zerobounce-key&domain=meadow.example"
            var found = 0
            for last in ["Stein", "Lind", "Reed", "Moss", "Vale", "Hart", "Quist", "Berg"] {
                let answer = try await client.get(find + "&first_name=Clara&last_name=\(last)")
                #expect(answer.status == 200)
                let isFound = answer.string("email")?.isEmpty == false
                #expect((answer.string("email_confidence") == "undetermined") == !isFound)
                if isFound { found += 1 }
            }
            #expect(found > 0 && found < 8)
            #expect(try await client.state(of: "zerobounce").number("charged") == Double(20 * found))
        }
    }
}
