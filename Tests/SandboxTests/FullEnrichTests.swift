// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct FullEnrichTests {
    private let path = "/fullenrich/api/v2/contact/enrich/bulk"
    private let key = ["Authorization": "Bearer sandbox-fullenrich-key"]
    private let both = #""contact.work_emails", "contact.phones""#
    private let ben = #""first_name": "Ben", "last_name": "Dahl", "domain": "harbor.example""#

    private func body(_ contact: String, _ fields: String = #""contact.work_emails""#) -> String {
        #"{"name": "batch 1", "data": [{\#(contact), "custom": {"row": "7"}, "enrich_fields": [\#(fields)]}]}"#
    }

    private func submitted(_ client: Client, _ body: String) async throws -> String {
        let answer = try await client.post(path, key, body)
        #expect(answer.status == 200)
        return "\(path)/" + (try #require(answer.string("enrichment_id")))
    }

    @Test func `an email costs one credit and a mobile ten, once`() async throws {
        try await Client.withSandbox { client in
            for cost in [11.0, 0] {
                let answer = try await client.get(try await submitted(client, body(ben, both)), key)
                #expect(answer.status == 200)
                #expect(answer.string("status") == "FINISHED")
                #expect(answer.number("cost.credits") == cost)
                let info = "data.0.contact_info."
                #expect(answer.string(info + "most_probable_work_email.email") == "ben-dahl@harbor.example")
                #expect(answer.string(info + "work_emails.0.status") == "DELIVERABLE")
                #expect(answer.string(info + "most_probable_phone.number") == "+1 617-555-0187")
                #expect(answer.string(info + "phones.0.region") == "US")
                #expect(answer.string("data.0.custom.row") == "7")
            }
            let account = try await client.get("/fullenrich/api/v2/account/credits", key)
            #expect(account.number("balance") == 999_989)
            #expect(try await client.state(of: "fullenrich").number("charged") == 11)
            #expect(try await client.get("/fullenrich/api/v2/account/keys/verify", key)["workspace_id"] != nil)
        }
    }

    @Test(arguments: [
        ("ada-ellis-at-orchard-example", "CATCH_ALL"), ("ben-forster-at-harbor-example", "HIGH_PROBABILITY"),
        ("finn-marsh-at-harbor-example", nil), ("robin-nowhere", nil),
    ])
    func `what is unsure has a word, and what is missing is null`(slug: String, status: String?) async throws {
        try await Client.withSandbox { client in
            let contact = #""linkedin_url": "https://www.linkedin.com/in/\#(slug)""#
            let answer = try await client.get(try await submitted(client, body(contact)), key)
            #expect(answer.string("data.0.contact_info.most_probable_work_email.status") == status)
            #expect(answer.number("cost.credits") == (status == nil ? 0 : 1))
        }
    }

    @Test func `a job that is not ready is a 400`() async throws {
        try await Client.withSandbox {
            $0[vendor: "fullenrich"].pendingPolls = 2
        } _: { client in
            let job = try await submitted(client, body(ben))
            let pending = try await client.get(job, key)
            #expect(pending.status == 400)
            #expect(pending.string("code") == "error.enrichment.in_progress")
            #expect(try await client.get(job + "?forceResults=true", key).string("status") == "IN_PROGRESS")
            #expect(try await client.get(job, key).string("status") == "FINISHED")
            let unknown = try await client.get(path + "/1", key)
            #expect(unknown.status == 404)
            #expect(unknown.string("code") == "error.enrichment.not_found")
        }
    }

    @Test func `a job whose credits ran out is a 402 with a result`() async throws {
        try await Client.withSandbox {
            $0[vendor: "fullenrich"].credits = 5
        } _: { client in
            let answer = try await client.get(try await submitted(client, body(ben, both)), key)
            #expect(answer.status == 402)
            #expect(answer.string("status") == "CREDITS_INSUFFICIENT")
            #expect(answer["data.0.contact_info.most_probable_phone"] == nil)
            #expect(try await client.state(of: "fullenrich").number("charged") == 0)
        }
    }

    @Test(arguments: [
        ("{}", "name.empty"), (#"{"name": "a", "data": []}"#, "data.empty"),
        (#"{"name": "a", "data": [{"last_name": "Dahl"}]}"#, "first_name.empty"),
        (#"{"name": "a", "data": [{"first_name": "Ben", "last_name": "Dahl"}]}"#, "domain.empty"),
        (#"{"name": "a", "data": [{"linkedin_url": "ben"}]}"#, "enrich_fields.empty"),
        (#"{"name": "a", "data": [{"linkedin_url": "ben", "enrich_fields": ["email"]}]}"#, "enrich_field.value"),
    ])
    func `what is missing is named`(body: String, code: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(path, key, body)
            #expect(answer.status == 400)
            #expect(answer.string("code") == "error.enrichment." + code)
        }
    }

    @Test func `keys and rates are refused in its words`() async throws {
        try await Client.withSandbox { client in
            let cases = [
                ([:], "error.authorization.not_set"),
                (["Authorization": "sandbox-fullenrich-key"], "error.authorization.not_bearer"),
                (["Authorization": "Bearer no"], "error.api.key"),
            ]
            for (headers, code) in cases {
                let answer = try await client.post(path, headers, body(ben))
                #expect(answer.status == 401)
                #expect(answer.string("code") == code)
            }
            try await client.set("fullenrich", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(path, key, body(ben))
            #expect(throttled.status == 429)
            #expect(throttled.string("code") == "error.rate.limit")
        }
    }
}
