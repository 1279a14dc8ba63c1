// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct EnrowTests {
    private let find = "/enrow/email/find/single"
    private let verify = "/enrow/email/verify/single"
    private let phone = "/enrow/phone/single"
    private let key = ["x-api-key": "sandbox-enrow-key", "Content-Type": "application/json"]
    private let hugo = #"{"fullname": "Hugo Stein", "company_domain": "meadow.example", "custom": {"row": 1}}"#

    @Test func `a search goes on twice, and then is valid`() async throws {
        try await Client.withSandbox {
            $0[vendor: "enrow"].pendingPolls = 2
        } _: { client in
            let accepted = try await client.post(find, key, hugo)
            #expect(accepted.status == 200)
            #expect(accepted.number("credits_used") == 1)
            let id = try #require(accepted.string("id"))
            for _ in 1...2 {
                let pending = try await client.get(find + "?id=\(id)", key)
                #expect(pending.status == 202)
                #expect(pending.string("qualification") == "ongoing")
            }
            let done = try await client.get(find + "?id=\(id)", key)
            #expect(done.status == 200)
            #expect(done.string("email") == "hugo_stein@meadow.example")
            #expect(done.string("qualification") == "valid")
            #expect(done.number("custom.row") == 1)
            #expect(try await client.state(of: "enrow").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("Oscar Reed", "meadow.example"), ("Hugo Keller", "harbor.example"), ("Robin Nowhere", "acme.example"),
    ])
    func `what is not found, or not sure, is given back`(name: String, domain: String) async throws {
        try await Client.withSandbox { client in
            let accepted = try await client.post(
                find, key, #"{"fullname": "\#(name)", "company_domain": "\#(domain)"}"#)
            let id = try #require(accepted.string("id"))
            #expect(try await client.get("/enrow/account/info", key).number("credits") == 999_999)
            for _ in 1...2 {
                let done = try await client.get(find + "?id=\(id)", key)
                #expect(done.string("qualification") == "invalid")
                #expect(done["email"] == nil)
            }
            #expect(try await client.get("/enrow/account/info", key).number("credits") == 1_000_000)
        }
    }

    @Test func `a phone is fifty`() async throws {
        try await Client.withSandbox { client in
            let accepted = try await client.post(
                phone, key, #"{"linkedin_url": "https://www.linkedin.com/in/hugo-stein-at-meadow-example"}"#)
            #expect(accepted.status == 201)
            #expect(accepted.number("credits_used") == 50)
            let id = try #require(accepted.string("id"))
            let done = try await client.get(phone + "?id=\(id)", key)
            #expect(done.string("number") == "+16175550189")
            #expect(done.string("country") == "US")
            #expect(done.string("qualification") == "found")
            let other = try await client.post(
                phone, key, #"{"first_name": "Robin", "last_name": "Nowhere", "company_domain": "acme.example"}"#)
            let otherID = try #require(other.string("id"))
            let miss = try await client.get(phone + "?id=\(otherID)", key)
            #expect(miss.string("qualification") == "not_found")
            #expect(try await client.get("/enrow/account/info", key).number("credits") == 999_950)
        }
    }

    @Test(arguments: [("jane.doe@example.com", "valid"), ("t.trapp@globex.example", "invalid")])
    func `a verification is a quarter`(email: String, qualification: String) async throws {
        try await Client.withSandbox { client in
            let accepted = try await client.post(verify, key, #"{"email": "\#(email)"}"#)
            #expect(accepted.number("credits.amount") == 0.25)
            let id = try #require(accepted.string("id"))
            let done = try await client.get(verify + "?id=\(id)", key)
            #expect(done.string("qualification") == qualification)
            #expect(try await client.state(of: "enrow").number("charged") == 0.25)
        }
    }

    @Test func `keys, credits, rates and ids are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "enrow"].credits = 0
        } _: { client in
            let missing = try await client.post(find, [:], hugo)
            #expect(missing.status == 401)
            #expect(missing.string("message") == "No apikey found in the x-api-key headers")
            let foreign = try await client.post(find, ["x-api-key": "no"], hugo)
            #expect(foreign.string("message") == "This apikey is not valid")
            #expect(try await client.post(find, key, #"{"fullname": "Hugo Stein"}"#).status == 400)
            let empty = try await client.post(find, key, hugo)
            #expect(empty.status == 422)
            #expect(empty.string("message") == "Insufficient balance")
            try await client.set("enrow", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(find, key, hugo).status == 429)
            let unknown = try await client.get(find + "?id=nobody", key)
            #expect(unknown.status == 404)
            #expect(unknown.string("message") == "Bulk search not found")
        }
    }
}
