// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct ContactOutTests {
    private let people = "/contactout/v1/people/"
    private let batch = "/contactout/v2/people/linkedin/batch"
    private let key = ["token": "sandbox-contactout-key", "Content-Type": "application/json"]
    private static let felixURL = "https://www.linkedin.com/in/felix-moss-at-meadow-example"
    private let felix = "profile=https%3A%2F%2Fwww.linkedin.com%2Fin%2Ffelix-moss-at-meadow-example"
    private let nobody = "profile=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fnobody"

    @Test func `a profile has what was asked for, a credit each`() async throws {
        try await Client.withSandbox { client in
            let email = try await client.get(people + "linkedin?\(felix)&email_type=work", key)
            #expect(email.status == 200)
            #expect(email.string("profile.work_email.0") == "felix_moss@meadow.example")
            let statuses = email["profile.work_email_status"] as? [String: String]
            #expect(statuses?["felix_moss@meadow.example"] == "Verified")
            #expect((email["profile.phone"] as? [Any])?.isEmpty == true)
            let phone = try await client.get(people + "linkedin?\(felix)&email_type=none&include_phone=true", key)
            #expect(phone.string("profile.phone.0") == "+13035550182")
            #expect((phone["profile.email"] as? [Any])?.isEmpty == true)
            let stats = try await client.get("/contactout/v1/stats?period=2026-11", key)
            #expect(stats.number("usage.remaining") == 999_998)
            #expect(stats.number("usage.count") == 2)
        }
    }

    @Test func `a person is enriched by name and company`() async throws {
        try await Client.withSandbox { client in
            let body =
                #"{"full_name": "Felix Moss", "company_domain": ["meadow.example"], "#
                + #""include": ["work_email", "phone"]}"#
            let answer = try await client.post(people + "enrich", key, body)
            #expect(answer.string("profile.full_name") == "Felix Moss")
            #expect(answer.string("profile.work_email.0") == "felix_moss@meadow.example")
            #expect(answer.string("profile.phone.0") == "+13035550182")
            #expect(try await client.state(of: "contactout").number("charged") == 3)
            let guess = try await client.post(
                people + "enrich", key,
                #"{"full_name": "Clara Wells", "company_domain": ["meadow.example"], "include": ["work_email"]}"#)
            let statuses = guess["profile.work_email_status"] as? [String: String]
            #expect(statuses?["clara_wells@meadow.example"] == "Unverified")
        }
    }

    @Test func `a miss is a 404, or a profile that is a list`() async throws {
        try await Client.withSandbox { client in
            #expect(try await client.get(people + "linkedin?\(nobody)", key).status == 404)
            let body = #"{"full_name": "Robin Nowhere", "company": ["Acme"], "include": ["work_email"]}"#
            #expect(try await client.post(people + "enrich", key, body).status == 404)
            let list = try await client.get("/contactout/v1/linkedin/enrich?\(nobody)", key)
            #expect(list.status == 200)
            #expect((list["profile"] as? [Any])?.isEmpty == true)
            #expect(try await client.state(of: "contactout").number("charged") == 0)
        }
    }

    @Test func `checking and verifying are free`() async throws {
        try await Client.withSandbox { client in
            let email = try await client.get(people + "linkedin/work_email_status?\(felix)", key)
            #expect(email.string("profile.email_status") == "Verified")
            let phone = try await client.get(people + "linkedin/phone_status?\(felix)", key)
            #expect(phone.bool("profile.phone") == true)
            let verdict = try await client.get("/contactout/v1/email/verify?email=a%40openhouse.example", key)
            #expect(verdict.string("data.status") == "accept_all")
            #expect(try await client.state(of: "contactout").number("charged") == 0)
        }
    }

    @Test func `a batch is queued, and then done`() async throws {
        try await Client.withSandbox {
            $0[vendor: "contactout"].pendingPolls = 1
        } _: { client in
            let accepted = try await client.post(
                batch, key, #"{"profiles": ["\#(Self.felixURL)"], "email_type": "work", "include_phone": true}"#)
            #expect(accepted.string("status") == "QUEUED")
            let id = try #require(accepted.string("job_id"))
            #expect(try await client.get("\(batch)/\(id)", key).string("data.status") == "QUEUED")
            let done = try await client.get("\(batch)/\(id)", key)
            #expect(done.string("data.status") == "DONE")
            let result = done["data.result"] as? [String: [String: [String]]]
            #expect(result?[Self.felixURL]?["work_emails"] == ["felix_moss@meadow.example"])
            #expect(try await client.state(of: "contactout").number("charged") == 2)
        }
    }

    @Test func `keys, input, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "contactout"].credits = 0
        } _: { client in
            let path = people + "linkedin?\(felix)&email_type=work"
            for headers in [[:], ["token": "no"]] {
                #expect(try await client.get(path, headers).status == 400)
            }
            #expect(try await client.get(people + "linkedin?profile=felix-moss", key).status == 401)
            #expect(try await client.get(path, key).status == 403)
            try await client.set("contactout", #"{"requests_per_second": 0}"#)
            let throttled = try await client.get(path, key)
            #expect(throttled.status == 429)
            #expect(throttled.headers["retry-after"] == "1")
        }
    }
}
