// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct WizaTests {
    private static let reveals = "/wiza/api/individual_reveals"
    private static let key = ["Authorization": "Bearer sandbox-wiza-key", "Content-Type": "application/json"]
    private let felix =
        #"{"individual_reveal": {"profile_url": "https://www.linkedin.com/in/felix-wells-at-meadow-example"}, "#

    private static func submit(_ client: Client, _ body: String) async throws -> String {
        let accepted = try await client.post(reveals, key, body)
        #expect(accepted.status == 200)
        #expect(accepted.string("data.status") == "queued")
        return "\(reveals)/\(Int(try #require(accepted.number("data.id"))))"
    }

    @Test func `a reveal is resolving once, and then finished with both`() async throws {
        try await Client.withSandbox {
            $0[vendor: "wiza"].pendingPolls = 1
        } _: { client in
            let path = try await Self.submit(client, felix + #""enrichment_level": "full"}"#)
            let pending = try await client.get(path, Self.key)
            #expect(pending.string("data.status") == "resolving")
            #expect(pending.bool("data.is_complete") == false)
            let done = try await client.get(path, Self.key)
            #expect(done.string("data.status") == "finished")
            #expect(done.string("data.email") == "felix_wells@meadow.example")
            #expect(done.string("data.email_status") == "valid")
            #expect(done.string("data.phones.0.number") == "+17025550185")
            #expect(done.number("data.credits.api_credits.total") == 8)
            #expect(path.hasSuffix("/\(Int(done.number("data.id") ?? 0))"))
            #expect(try await client.state(of: "wiza").number("charged") == 8)
        }
    }

    @Test(arguments: [("partial", 3.0), ("phone", 6), ("none", 1)])
    func `a level reveals its own part`(level: String, price: Double) async throws {
        try await Client.withSandbox { client in
            let path = try await Self.submit(client, felix + #""enrichment_level": "\#(level)"}"#)
            let done = try await client.get(path, Self.key)
            #expect((done["data.email"] == nil) == (level != "partial"))
            #expect((done["data.mobile_phone"] == nil) == (level != "phone"))
            #expect(try await client.state(of: "wiza").number("charged") == price)
        }
    }

    @Test(arguments: [
        ("Lena Lind", "meadow.example", "risky", 1.0), ("Nora Stein", "summit.example", "risky", 1),
        ("Oscar Lind", "meadow.example", "unfound", 1), ("Robin Nowhere", "acme.example", "unfound", 0),
    ])
    func `a risky email is free, its profile isn't`(
        name: String, domain: String, status: String, price: Double
    ) async throws {
        try await Client.withSandbox { client in
            let path = try await Self.submit(
                client,
                #"{"individual_reveal": {"full_name": "\#(name)", "domain": "\#(domain)"}, "#
                    + #""enrichment_level": "partial"}"#)
            let done = try await client.get(path, Self.key)
            #expect(done.string("data.status") == "finished")
            #expect(done.string("data.email_status") == status)
            #expect((done["data.email"] == nil) == (status == "unfound"))
            let account = try await client.get("/wiza/api/meta/credits", Self.key)
            #expect(account.number("credits.api_credits") == 1_000_000 - price)
        }
    }

    @Test func `keys, credits, rates, bodies and ids are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "wiza"].credits = 6
        } _: { client in
            let body = felix + #""enrichment_level": "full"}"#
            for headers in [[:], ["Authorization": "Bearer no"]] {
                let answer = try await client.post(Self.reveals, headers, body)
                #expect(answer.status == 401)
                #expect(answer.string("status.message") == "Invalid API key.")
            }
            #expect(try await client.get("/wiza/meta/credits", Self.key).number("credits.api_credits") == 6)
            #expect(try await client.post(Self.reveals, Self.key, "{}").status == 400)
            #expect(try await client.post(Self.reveals, Self.key, body).status == 402)
            #expect(try await client.get(Self.reveals + "/1", Self.key).status == 404)
            try await client.set("wiza", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(Self.reveals, Self.key, body).status == 429)
        }
    }
}
