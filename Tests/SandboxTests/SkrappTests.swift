// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct SkrappTests {
    private let find = "/skrapp/api/v2/find?"
    private let key = ["X-Access-Key": "sandbox-skrapp-key", "Content-Type": "application/json"]

    @Test func `an email is found for a credit`() async throws {
        try await Client.withSandbox { client in
            for query in [
                "firstName=Felix&lastName=Frost&domain=meadow.example", "fullName=Felix%20Frost&company=meadow.example",
            ] {
                let answer = try await client.get(find + query, key)
                #expect(answer.status == 200)
                #expect(answer.string("email") == "felix_frost@meadow.example")
                #expect(answer.string("quality.status") == "valid")
            }
            let account = try await client.get("/skrapp/api/v2/account", key)
            #expect(account.number("credit.email.used") == 2)
            #expect(account.number("credit.email.quota") == 1_000_000)
        }
    }

    @Test(arguments: [
        ("Nora%20Reed", "meadow.example", "unknown", 1.0), ("Felix%20Vale", "summit.example", "catch-all", 1),
        ("Vera%20Stein", "harbor.example", nil, 0), ("Robin%20Nowhere", "acme.example", nil, 0),
    ])
    func `how good it is has a word, and a miss is free`(
        name: String, domain: String, status: String?, price: Double
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + "fullName=\(name)&domain=\(domain)", key)
            #expect(answer.status == 200)
            #expect(answer.string("quality.status") == status)
            #expect((answer["email"] == nil) == (status == nil))
            #expect(try await client.state(of: "skrapp").number("charged") == price)
        }
    }

    @Test func `rows keep their ids`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                "/skrapp/api/v2/find_bulk", key,
                #"[{"tId": 1, "fullName": "Robin Nowhere", "domain": "acme.example"}, "#
                    + #"{"tId": 2, "firstName": "Felix", "lastName": "Frost", "domain": "meadow.example"}]"#)
            #expect(answer["0.email"] == nil)
            #expect(answer.number("1.tId") == 2)
            #expect(answer.string("1.email") == "felix_frost@meadow.example")
            #expect(try await client.state(of: "skrapp").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("jane.doe%40example.com", "valid"), ("a%40openhouse.example", "catch-all"),
        ("t.trapp%40globex.example", "invalid"), ("greta.list%40labs.example.org", "unknown"),
    ])
    func `a verdict has a word, and is free`(email: String, status: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/skrapp/v3/verify?email=\(email)", key)
            #expect(answer.string("email_status") == status)
            let bulk = try await client.get("/skrapp/v3/verify_bulk?emails=\(email),b%40acme.example", key)
            #expect(bulk.string("0.email_status") == status)
            #expect(try await client.state(of: "skrapp").number("charged") == 0)
        }
    }

    @Test func `keys, credits, rates and queries are refused`() async throws {
        try await Client.withSandbox {
            $0[vendor: "skrapp"].credits = 0
        } _: { client in
            let path = find + "fullName=Felix%20Frost&domain=meadow.example"
            for headers in [[:], ["X-Access-Key": "no"]] {
                #expect(try await client.get(path, headers).status == 401)
            }
            #expect(try await client.get(find + "fullName=Felix%20Frost", key).status == 400)
            #expect(try await client.get(path, key).status == 402)
            try await client.set("skrapp", #"{"requests_per_second": 0}"#)
            #expect(try await client.get(path, key).status == 429)
        }
    }
}
