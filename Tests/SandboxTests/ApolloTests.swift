// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct ApolloTests {
    private let match = "/apollo/api/v1/people/match?"
    private let key = ["x-api-key": "sandbox-apollo-key"]

    @Test(arguments: [
        "name=Jane%20Doe&domain=example.com", "first_name=Jane&last_name=Doe&organization_name=Example",
        "linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane-doe%2F", "email=jane.doe@example.com",
    ])
    func `a person is matched for a credit`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(match + query, key)
            #expect(answer.status == 200)
            #expect(answer.string("person.email") == "jane.doe@example.com")
            #expect(answer.string("person.email_status") == "verified")
            #expect(answer.string("person.organization.primary_domain") == "example.com")
            #expect(answer["request_id"] == nil)
            #expect(answer.headers["x-minute-requests-left"] != nil)
            #expect(try await client.state(of: "apollo").number("charged") == 1)
        }
    }

    @Test func `a miss is a null person, and free`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(match + "name=Robin%20Nowhere&domain=acme.example", key)
            #expect(answer.status == 200)
            #expect(answer["person"] == nil)
            #expect(try await client.state(of: "apollo").number("charged") == 0)
        }
    }

    @Test func `a person whose email is not shown is unavailable`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(match + "name=Alex%20Kim&domain=shop.example.com", key)
            #expect(answer["person.email"] == nil)
            #expect(answer.string("person.email_status") == "unavailable")
        }
    }

    @Test func `a mobile is polled for, and costs eight more`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                match + "name=Jane%20Doe&domain=example.com&reveal_phone_number=true"
                    + "&webhook_url=https%3A%2F%2Fhooks.example.net%2Fa", key)
            let number = try #require(answer.text.firstMatch(of: /"request_id":(-?\d+)/)?.1)
            #expect(answer.string("phone_enrichment.status") == "pending")
            let path = "/apollo/api/v1/webhook_result/\(number)"
            let pending = try await client.get(path, key)
            #expect(pending.status == 404)
            #expect(pending.string("error_code") == "result_pending")
            #expect(pending.number("retry_after_seconds") == 10)
            let ready = try await client.get(path, key)
            #expect(ready.status == 200)
            #expect(ready.string("request_id") == String(number))
            #expect(ready.string("webhook_status") == "success")
            #expect(ready.string("request_type") == "phone")
            let phone = "webhook_result.people.0.phone_numbers.0."
            #expect(ready.string(phone + "sanitized_number") == "+12025550143")
            #expect(ready.string(phone + "type_cd") == "mobile")
            #expect(try await client.state(of: "apollo").number("charged") == 9)
        }
    }

    @Test func `who polls alone needs no webhook`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                match + "name=Jane%20Doe&domain=example.com&reveal_phone_number=true&poll_only=true", key)
            #expect(answer.status == 200)
            #expect(answer["request_id"] != nil)
        }
    }

    @Test func `who has no mobile costs a credit, and has an empty result`() async throws {
        try await Client.withSandbox {
            $0[vendor: "apollo"].pendingPolls = 0
        } _: { client in
            let answer = try await client.post(
                match + "name=Priya%20Patel&domain=northwind.example&reveal_phone_number=true"
                    + "&webhook_url=https%3A%2F%2Fhooks.example.net%2Fa", key)
            let number = try #require(answer.text.firstMatch(of: /"request_id":(-?\d+)/)?.1)
            let ready = try await client.get("/apollo/api/v1/webhook_result/\(number)", key)
            #expect(ready.number("webhook_result.missing_records") == 1)
            #expect(ready.number("webhook_result.credits_consumed") == 1)
            #expect(ready["webhook_result.people.0.phone_numbers.0"] == nil)
            #expect(try await client.state(of: "apollo").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("1", 404, "request_id_unknown"), ("-1", 404, "request_id_unknown"), ("x", 400, "invalid_request_id"),
        ("64a7ff0cc4dfae0000000000", 400, "invalid_request_id"),
        ("1039995589705121900", 410, "request_id_expired"),
    ])
    func `a job that never was, and one of long ago, are told apart`(
        id: String, status: Int, code: String
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/apollo/api/v1/webhook_result/\(id)", key)
            #expect(answer.status == status)
            #expect(answer.string("error_code") == code)
        }
    }

    @Test(arguments: [[:], ["x-api-key": "sandbox-hunter-key"]])
    func `a bad key is told in plain text`(headers: [String: String]) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(match + "name=Jane%20Doe&domain=example.com", headers)
            #expect(answer.status == 401)
            #expect(answer.headers["content-type"]?.hasPrefix("text/plain") == true)
            #expect(answer.text.hasPrefix("Invalid API key."))
        }
    }

    @Test(arguments: [
        "", "name=Jane%20Doe&domain=example.com&reveal_phone_number=true",
        "name=Jane%20Doe&domain=example.com&reveal_phone_number=true&webhook_url=http%3A%2F%2Fhooks.example.net",
    ])
    func `what is missing is a 422`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(match + query, key)
            #expect(answer.status == 422)
        }
    }

    @Test func `an empty account and a used up rate have answers of their own`() async throws {
        try await Client.withSandbox {
            $0[vendor: "apollo"].credits = 0
        } _: { client in
            let query = match + "name=Jane%20Doe&domain=example.com"
            let empty = try await client.post(query, key)
            #expect(empty.status == 422)
            #expect(empty.string("error")?.contains("insufficient credits") == true)
            try await client.set("apollo", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(query, key)
            #expect(throttled.status == 429)
            #expect(throttled.headers["retry-after"] == "1")
            #expect(throttled.string("message")?.contains("maximum number of api calls") == true)
        }
    }

    @Test func `credits are counted down`() async throws {
        try await Client.withSandbox { client in
            _ = try await client.post(match + "name=Jane%20Doe&domain=example.com", key)
            let usage = try await client.post("/apollo/api/v1/usage_stats/credit_usage_stats", key)
            #expect(usage.number("credit_usage_stats.lead_credit.consumed") == 1)
            #expect(usage.number("credit_usage_stats.lead_credit.left_over") == 999_999)
            #expect(try await client.get("/apollo/api/v1/auth/health", key).status == 200)
        }
    }
}
