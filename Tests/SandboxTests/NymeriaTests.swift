// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct NymeriaTests {
    private let enrich = "/nymeria/api/v4/person/enrich"
    private let key = ["X-Api-Key": "sandbox-nymeria-key"]
    private let ada = "?profile=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada-jansen-at-harbor-example"

    @Test func `a match has email and mobile, and costs a credit each time`() async throws {
        try await Client.withSandbox { client in
            for _ in 1...2 {
                let answer = try await client.get(enrich + ada + "&require=email,phone", key)
                #expect(answer.status == 200)
                #expect(answer.string("data.work_email") == "ada-jansen@harbor.example")
                #expect(answer.string("data.emails.0.type") == "professional")
                #expect(answer.string("data.mobile_phone") == "+12065550163")
                #expect(answer.string("data.profiles.0.username") == "ada-jansen-at-harbor-example")
            }
            #expect(try await client.state(of: "nymeria").number("charged") == 2)
        }
    }

    @Test(arguments: [
        "?profile=linkedin.com%2Fin%2Frobin-nowhere", "?email=robin.nowhere@acme.example", "?lid=7",
        "?profile=hugo-ellis-at-harbor-example&require=email", "?profile=ada-adler-at-harbor-example&require=phone",
    ])
    func `a miss is a 404, and free`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(enrich + query, key)
            #expect(answer.status == 404)
            #expect(answer.string("error.type") == "not_found")
            #expect(answer["params"] != nil)
            #expect(try await client.state(of: "nymeria").number("charged") == 0)
        }
    }

    @Test func `a person whose email is not shown is a match all the same`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(enrich + "?profile=hugo-ellis-at-harbor-example", key)
            #expect(answer.status == 200)
            #expect(answer["data.work_email"] == nil)
            #expect((answer["data.emails"] as? [Any])?.isEmpty == true)
            #expect(try await client.state(of: "nymeria").number("charged") == 1)
        }
    }

    @Test func `many are asked for at once`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                enrich + "/bulk", key,
                #"{"requests": [{"params": {"profile": "ada-jansen-at-harbor-example"}, "metadata": {"id": "1"}}, "#
                    + #"{"params": {"profile": "robin-nowhere"}, "metadata": {"id": "2"}}]}"#)
            #expect(answer.text.contains(#""metadata":{"id":"1"}"#))
            #expect(answer.text.contains(#""metadata":{"id":"2"}"#))
            #expect(answer.text.contains(#""status":404"#))
            #expect(try await client.state(of: "nymeria").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "valid"), ("p.patel@northwind.example", "invalid"),
        ("anybody@openhouse.example", "catchall"), ("a@throwaway.example", "disposable"),
        ("greta.list@labs.example.org", "unknown"),
    ])
    func `the verifier tells the truth for a credit`(email: String, result: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/nymeria/api/v4/email/verify?email=\(email)", key)
            #expect(answer.string("data.result") == result)
            #expect(try await client.state(of: "nymeria").number("charged") == 1)
        }
    }

    @Test func `keys, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "nymeria"].credits = 0
        } _: { client in
            let refused = try await client.get(enrich + ada)
            #expect(refused.status == 401)
            #expect(refused.string("error.type") == "invalid_request_error")
            #expect(try await client.get(enrich, key).status == 400)
            #expect(try await client.post("/nymeria/check-authentication", key).status == 200)
            #expect(try await client.get(enrich + ada, key).status == 402)
            try await client.set("nymeria", #"{"requests_per_second": 0}"#)
            #expect(try await client.get(enrich + ada, key).status == 503)
        }
    }
}
