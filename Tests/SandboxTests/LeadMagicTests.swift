// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct LeadMagicTests {
    private let people = "/leadmagic/v1/people/"
    private let key = ["X-API-Key": "sandbox-leadmagic-key", "Content-Type": "application/json"]
    private let ivy = #"{"first_name": "Ivy", "last_name": "Reed", "domain": "meadow.example"}"#
    private let profile = #"{"profile_url": "https://www.linkedin.com/in/ivy-reed-at-meadow-example"}"#

    @Test func `an email is found for a credit`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(people + "email-finder", key, ivy)
            #expect(answer.status == 200)
            #expect(answer.string("email") == "ivy_reed@meadow.example")
            #expect(answer.string("status") == "valid")
            #expect(answer.number("credits_consumed") == 1)
            #expect(try await client.state(of: "leadmagic").number("charged") == 1)
        }
    }

    @Test func `a catch-all has a word, and an unsure address is not found`() async throws {
        try await Client.withSandbox { client in
            let catchAll = try await client.post(
                people + "email-finder", key, #"{"full_name": "Nora Frost", "domain": "summit.example"}"#)
            #expect(catchAll.string("status") == "valid_catch_all")
            #expect(catchAll.bool("is_domain_catch_all") == true)
            let names = [
                ("Felix Lind", "meadow.example"), ("Carl Frost", "meadow.example"), ("Robin Nowhere", "acme.example"),
            ]
            for (name, domain) in names {
                let answer = try await client.post(
                    people + "email-finder", key, #"{"full_name": "\#(name)", "domain": "\#(domain)"}"#)
                #expect(answer.status == 200)
                #expect(answer["email"] == nil)
                #expect(answer.number("credits_consumed") == 0)
            }
            #expect(try await client.state(of: "leadmagic").number("charged") == 1)
        }
    }

    @Test func `a profile leads to an email and a mobile, five each`() async throws {
        try await Client.withSandbox { client in
            let email = try await client.post(people + "b2b-profile-email", key, profile)
            #expect(email.string("email") == "ivy_reed@meadow.example")
            let mobile = try await client.post(people + "mobile-finder", key, profile)
            #expect(mobile.string("mobile_number") == "+15125550187")
            #expect(mobile.number("credits_consumed") == 5)
            let miss = try await client.post(
                people + "mobile-finder", key, #"{"work_email": "robin.nowhere@acme.example"}"#)
            #expect(miss["mobile_number"] == nil)
            #expect(miss.number("credits_consumed") == 0)
            let personal = try await client.post(people + "personal-email-finder", key, profile)
            #expect(personal.number("credits_consumed") == 0)
            #expect(try await client.state(of: "leadmagic").number("charged") == 10)
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "valid", 0.25), ("a@openhouse.example", "catch_all", 0.25),
        ("t.trapp@globex.example", "invalid", 0.25), ("greta.list@labs.example.org", "unknown", 0),
        ("no address", "invalid", 0),
    ])
    func `a validation costs a quarter, or nothing`(email: String, status: String, price: Double) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(people + "email-validation", key, #"{"email": "\#(email)"}"#)
            #expect(answer.string("email_status") == status)
            #expect(answer.number("credits_consumed") == price)
            let credits = try await client.get("/leadmagic/v1/credits", key)
            #expect(credits.number("credits") == 1_000_000 - price)
        }
    }

    @Test func `keys, credits, rates and bodies are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "leadmagic"].credits = 0
        } _: { client in
            for headers in [[:], ["X-API-Key": "no"]] {
                let answer = try await client.post(people + "email-finder", headers, ivy)
                #expect(answer.status == 401)
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            let invalid = try await client.post(people + "email-finder", key, #"{"full_name": "Ivy Reed"}"#)
            #expect(invalid.status == 400)
            #expect(invalid.string("errors.0.code") == "validation_error")
            #expect(try await client.post(people + "email-finder", key, ivy).status == 402)
            try await client.set("leadmagic", #"{"requests_per_second": 0}"#)
            let bearer = ["Authorization": "Bearer sandbox-leadmagic-key"]
            #expect(try await client.post(people + "email-finder", bearer, ivy).status == 429)
        }
    }
}
