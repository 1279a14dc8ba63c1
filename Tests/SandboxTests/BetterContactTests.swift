// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct BetterContactTests {
    private let path = "/bettercontact/api/v2/async"
    private let key = ["X-API-Key": "sandbox-bettercontact-key"]
    private let ben = #"{"first_name": "Ben", "last_name": "Irving", "company_domain": "harbor.example", "#
    private let robin =
        #"{"first_name": "Robin", "last_name": "Nowhere", "company": "Acme", "company_domain": "acme.example"}"#

    private func body(_ rows: String, email: Bool = true, phone: Bool = false) -> String {
        #"{"data": [\#(rows)], "enrich_email_address": \#(email), "enrich_phone_number": \#(phone)}"#
    }

    private func result(_ client: Client, _ body: String) async throws -> Answer {
        let submitted = try await client.post(path, key, body)
        #expect(submitted.status == 200)
        #expect(submitted.string("message") == "Processing...")
        let id = try #require(submitted.string("id"))
        return try await client.get("\(path)/\(id)", key)
    }

    @Test func `a row has an email for one credit and a phone for ten`() async throws {
        try await Client.withSandbox { client in
            let row = ben + #""custom_fields": {"uuid": "row-1"}}"#
            let answer = try await result(client, body("\(row), \(robin)", phone: true))
            #expect(answer.string("status") == "terminated")
            #expect(answer.number("credits_consumed") == 11)
            #expect(answer.number("credits_left") == 999_989)
            #expect(answer.number("summary.valid") == 1)
            #expect(answer.number("summary.not_found") == 1)
            #expect(answer.string("data.0.contact_email_address") == "ben-irving@harbor.example")
            #expect(answer.string("data.0.contact_email_address_status") == "deliverable")
            #expect(answer.string("data.0.contact_phone_number") == "6175550173")
            #expect(answer.string("data.0.contact_phone_number_cc") == "1")
            #expect(answer.string("data.0.custom_fields.0.value") == "row-1")
            #expect(answer.bool("data.1.enriched") == false)
            #expect(answer["data.1.contact_email_address"] == nil)
            let account = try await client.get("/bettercontact/api/v2/account", key)
            #expect(account.string("credits_left") == "999989")
            #expect(try await client.state(of: "bettercontact").number("charged") == 11)
        }
    }

    @Test(arguments: [
        ("ada-dahl-at-orchard-example", "catch_all", 1.0), ("ben-hale-at-orchard-example", "catch_all_not_safe", 0),
        ("jonas-vance-at-harbor-example", "catch_all_not_safe", 0), ("ada-adler-at-harbor-example", "not_found", 0),
    ])
    func `only what is good is charged for`(slug: String, status: String, charge: Double) async throws {
        try await Client.withSandbox { client in
            let answer = try await result(
                client, body(#"{"linkedin_url": "https://www.linkedin.com/in/\#(slug)"}"#))
            #expect(answer.string("data.0.contact_email_address_status") == status)
            #expect(answer.number("credits_consumed") == charge)
            #expect(try await client.state(of: "bettercontact").number("charged") == charge)
        }
    }

    @Test func `a job is polled for, and none that never was`() async throws {
        try await Client.withSandbox {
            $0[vendor: "bettercontact"].pendingPolls = 1
        } _: { client in
            let pending = try await result(client, body(robin))
            #expect(pending.status == 200)
            #expect(pending.string("status") == "in progress")
            let id = try #require(pending.string("id"))
            #expect(try await client.get("\(path)/\(id)", key).string("status") == "terminated")
            #expect(try await client.get(path + "/000000000000", key).status == 406)
        }
    }

    @Test func `a job that cannot be paid for is on hold`() async throws {
        try await Client.withSandbox {
            $0[vendor: "bettercontact"].credits = 2
        } _: { client in
            let row = ben + #""company": "Harbor"}"#
            let answer = try await result(client, body(row, phone: true))
            #expect(answer.string("status") == "on_hold")
            #expect(try await client.state(of: "bettercontact").number("charged") == 0)
        }
    }

    @Test func `keys, credits and rates are refused`() async throws {
        try await Client.withSandbox {
            $0[vendor: "bettercontact"].credits = 0
        } _: { client in
            #expect(try await client.post(path, [:], body(robin)).status == 401)
            let account = "/bettercontact/api/v2/account?email=ops@example.com&api_key="
            #expect(try await client.get(account + "sandbox-bettercontact-key").status == 200)
            #expect(try await client.get(account + "no").status == 401)
            #expect(try await client.post(path, key, body("")).status == 400)
            #expect(try await client.post(path, key, body(robin)).status == 402)
            try await client.set("bettercontact", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(path, key, body(robin)).status == 429)
        }
    }
}
