// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct GetProspectTests {
    private let find = "/getprospect/v2/email-finder?"
    private let key = ["apiKey": "sandbox-getprospect-key"]

    @Test(arguments: [
        "full_name=Ada%20Carter&domain=harbor.example", "first_name=Ada&last_name=Carter&company=harbor.example",
    ])
    func `a valid email costs a credit`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + query, key)
            #expect(answer.status == 200)
            #expect(answer.string("email") == "ada-carter@harbor.example")
            #expect(answer.string("status") == "valid")
            #expect(answer.string("account") == "ada-carter")
            #expect(try await client.state(of: "getprospect").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("Ada%20Brook&domain=orchard.example", "ada_brook@orchard.example", "accept_all", 1.0),
        ("Clara%20Ellis&domain=harbor.example", "clara-ellis@harbor.example", "unknown", 1),
        ("Iris%20Wells&domain=harbor.example", nil, "not_found", 0),
        ("Robin%20Nowhere&domain=acme.example", nil, "not_found", 0),
    ])
    func `any email costs a credit, and a miss nothing`(
        query: String, email: String?, status: String, charge: Double
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + "full_name=" + query, key)
            #expect(answer.status == 200)
            #expect(answer.string("email") == email)
            #expect(answer.string("status") == status)
            #expect(try await client.state(of: "getprospect").number("charged") == charge)
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "valid"), ("p.patel@northwind.example", "invalid"),
        ("anybody@openhouse.example", "accept_all"), ("greta.list@labs.example.org", "unknown"),
    ])
    func `the verifier tells the truth`(email: String, status: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/getprospect/v2/email-verifier?email=\(email)", key)
            #expect(answer.string("email") == email)
            #expect(answer.string("status") == status)
            #expect(try await client.state(of: "getprospect").number("charged") == 1)
        }
    }

    @Test func `keys, credits and rates are refused`() async throws {
        try await Client.withSandbox {
            $0[vendor: "getprospect"].credits = 0
        } _: { client in
            let ada = find + "full_name=Ada%20Carter&domain=harbor.example"
            #expect(try await client.get(ada).status == 401)
            #expect(try await client.get(ada, ["apiKey": "no"]).status == 403)
            #expect(try await client.get(find + "full_name=Ada%20Carter", key).status == 400)
            #expect(try await client.get(ada, key).status == 402)
            try await client.set("getprospect", #"{"requests_per_second": 0}"#)
            #expect(try await client.get(ada, ["X-API-KEY": "sandbox-getprospect-key"]).status == 429)
        }
    }
}
