// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct AnymailFinderTests {
    private let find = "/anymail_finder/v5.1/find-email/person"
    private let verify = "/anymail_finder/v5.1/verify-email"
    private let account = "/anymail_finder/v5.1/account"
    private let key = ["Authorization": "sandbox-anymail_finder-key", "Content-Type": "application/json"]
    private let nora = #"{"full_name": "Nora Vale", "domain": "meadow.example"}"#

    @Test func `a valid email costs once, and is free afterwards`() async throws {
        try await Client.withSandbox { client in
            for price in [1.0, 0] {
                let answer = try await client.post(find, key, nora)
                #expect(answer.status == 200)
                #expect(answer.string("email_status") == "valid")
                #expect(answer.string("valid_email") == "nora_vale@meadow.example")
                #expect(answer.string("input.domain") == "meadow.example")
                #expect(answer.number("credits_charged") == price)
            }
            #expect(try await client.get(account, key).number("credits_left") == 999_999)
        }
    }

    @Test(arguments: ["person", "linkedin-url", "linkedin"])
    func `a profile leads to it`(endpoint: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                "/anymail_finder/v5.1/find-email/\(endpoint)", key,
                #"{"linkedin_url": "https://www.linkedin.com/in/nora-vale-at-meadow-example"}"#)
            #expect(answer.string("valid_email") == "nora_vale@meadow.example")
        }
    }

    @Test(arguments: [
        ("Nora Reed", "meadow.example"), ("Felix Moss", "summit.example"), ("Elsa Hale", "meadow.example"),
        ("Robin Nowhere", "acme.example"),
    ])
    func `what is risky, withheld or unknown is not found`(name: String, domain: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(find, key, #"{"full_name": "\#(name)", "domain": "\#(domain)"}"#)
            #expect(answer.status == 200)
            #expect(answer.string("email_status") == "not_found")
            #expect(answer["email"] == nil)
            #expect(answer.number("credits_charged") == 0)
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "valid"), ("t.trapp@globex.example", "invalid"), ("a@openhouse.example", "risky"),
    ])
    func `a verification is a fifth`(email: String, status: String) async throws {
        try await Client.withSandbox { client in
            for price in [0.2, 0] {
                let answer = try await client.post(verify, key, #"{"email": "\#(email)"}"#)
                #expect(answer.string("email_status") == status)
                #expect(answer.number("credits_charged") == price)
            }
            #expect(try await client.state(of: "anymail_finder").number("charged") == 0.2)
        }
    }

    @Test func `keys, credits, rates and bodies are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "anymail_finder"].credits = 0
        } _: { client in
            for headers in [[:], ["Authorization": "no"]] {
                let answer = try await client.post(find, headers, nora)
                #expect(answer.status == 401)
                #expect(answer.string("error") == "unauthorized")
            }
            for headers in [
                ["X-Api-Key": "sandbox-anymail_finder-key"], ["Authorization": "Bearer sandbox-anymail_finder-key"],
            ] {
                let empty = try await client.post(find, headers, nora)
                #expect(empty.status == 402)
                #expect(empty.string("error") == "upgrade_needed")
            }
            #expect(try await client.get("/anymail_finder/account", key).number("credits_left") == 0)
            #expect(try await client.post(find, key, #"{"full_name": "Nora Vale"}"#).status == 400)
            try await client.set("anymail_finder", #"{"requests_per_second": 0}"#)
            let busy = try await client.post(find, key, nora)
            #expect(busy.status == 503)
            #expect(busy.string("error") == "server_busy")
        }
    }
}
