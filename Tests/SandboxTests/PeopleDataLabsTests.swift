// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct PeopleDataLabsTests {
    private let enrich = "/people_data_labs/v5/person/enrich?"
    private let key = ["X-Api-Key": "sandbox-people_data_labs-key"]

    @Test(arguments: [
        "name=Zo%C3%AB%20D%27Angelo&company=labs.example.org",
        "first_name=Zoe&last_name=DAngelo&company=Example%20Labs",
        "profile=linkedin.com/in/zoe-dangelo-labs",
    ])
    func `a person is enriched, and says what it cost`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(enrich + query, key)
            #expect(answer.status == 200)
            #expect(answer.string("data.work_email") == "zoe.dangelo@labs.example.org")
            #expect(answer.string("data.mobile_phone") == "+12065550161")
            #expect(answer.number("likelihood") == 8)
            #expect(answer.string("data.full_name") == "zoë d'angelo")
            #expect(answer.headers["x-call-credits-spent"] == "1")
            #expect(answer.headers["x-totallimit-remaining"] == "999999")
        }
    }

    @Test func `the body of a POST says the same, and a repeat is charged again`() async throws {
        try await Client.withSandbox { client in
            for _ in 1...2 {
                let answer = try await client.post(
                    enrich, key, #"{"name": "Jane Doe", "company": "example.com", "titlecase": true}"#)
                #expect(answer.string("data.full_name") == "Jane Doe")
            }
            #expect(try await client.state(of: "people_data_labs").number("charged") == 2)
        }
    }

    @Test(arguments: [
        "name=Robin%20Nowhere&company=acme.example",
        "name=%C5%81ukasz%20%C5%BB%C3%B3%C5%82ty&company=labs.example.org&min_likelihood=6",
        "name=Conor%20McDonald&company=hooli.example&required=mobile_phone",
        "name=Conor%20McDonald&company=hooli.example&required=work_email%20AND%20mobile_phone",
    ])
    func `a miss is a free 404`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(enrich + query, key)
            #expect(answer.status == 404)
            #expect(answer.string("error.type") == "not_found")
            #expect(answer.headers["x-call-credits-spent"] == "0")
            #expect(try await client.state(of: "people_data_labs").number("charged") == 0)
        }
    }

    @Test func `what the plan does not show is true, and charged`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(
                enrich + "name=Alex%20Kim&company=shop.example.com&required=work_email", key)
            #expect(answer.status == 200)
            #expect(answer.bool("data.work_email") == true)
            #expect(answer.string("data.work_email") == nil)
            #expect(try await client.state(of: "people_data_labs").number("charged") == 1)
        }
    }

    @Test func `every refusal has its status and type`() async throws {
        try await Client.withSandbox {
            $0[vendor: "people_data_labs"].credits = 0
        } _: { client in
            let query = enrich + "name=Jane%20Doe&company=example.com"
            let expected: [(Answer, Int, String)] = [
                (try await client.get(query), 401, "authentication_error"),
                (try await client.get(query, ["X-Api-Key": "no"]), 401, "authentication_error"),
                (try await client.get(enrich + "name=Jane%20Doe", key), 400, "invalid_request_error"),
                (try await client.post(enrich, key, "{"), 400, "invalid_request_error"),
                (try await client.get(query, key), 402, "payment_required"),
            ]
            for (answer, status, type) in expected {
                #expect(answer.status == status)
                #expect(answer.number("status") == Double(status))
                #expect(answer.string("error.type") == type)
            }
            try await client.set("people_data_labs", #"{"requests_per_second": 0}"#)
            let throttled = try await client.get(query, key)
            #expect(throttled.status == 429)
            #expect(throttled.string("error.type") == "rate_limit_error")
        }
    }
}
