// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct FullContactTests {
    private let enrich = "/fullcontact/v3/person.enrich"
    private let key = ["Authorization": "Bearer sandbox-fullcontact-key", "Content-Type": "application/json"]
    private let clara = #"{"profiles": [{"url": "https://www.linkedin.com/in/clara-lind-at-meadow-example"}]}"#

    @Test(arguments: [
        #"{"profiles": [{"url": "https://www.linkedin.com/in/clara-lind-at-meadow-example"}]}"#,
        #"{"profiles": [{"service": "linkedin", "username": "clara-lind-at-meadow-example"}]}"#,
    ])
    func `a profile leads to an email and a mobile`(body: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(enrich, key, body)
            #expect(answer.status == 200)
            #expect(answer.string("fullName") == "clara lind")
            #expect(answer.string("details.emails.0.value") == "clara_lind@meadow.example")
            #expect(answer.string("details.phones.0.value") == "+12065550189")
            #expect(answer.string("details.profiles.linkedin.service") == "linkedin")
            #expect(answer.headers["x-rate-limit-remaining"] == "5999")
            #expect(try await client.state(of: "fullcontact").number("charged") == 1)
            let stats = try await client.post("/fullcontact/v3/stats.get", key, #"{"stats": ["person"]}"#)
            #expect(stats.number("stats.person.enrichment.matches.count") == 1)
            #expect(stats.number("stats.person.enrichment.matches.quota") == 1_000_000)
        }
    }

    @Test func `what it has may not be shown, and is charged`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                enrich, key, #"{"profiles": [{"url": "https://www.linkedin.com/in/nora-vale-at-meadow-example"}]}"#)
            #expect(answer.status == 200)
            #expect((answer["details.emails"] as? [Any])?.isEmpty == true)
            #expect(try await client.state(of: "fullcontact").number("charged") == 1)
        }
    }

    @Test func `a miss is a 404, and free`() async throws {
        try await Client.withSandbox { client in
            for body in [
                #"{"email": "robin.nowhere@acme.example"}"#,
                #"{"name": {"full": "Clara Lind"}, "location": {"addressLine1": "1 Main St", "city": "Denver"}}"#,
            ] {
                let answer = try await client.post(enrich, key, body)
                #expect(answer.status == 404)
                #expect(answer.string("message") == "Profile not found")
            }
            #expect(try await client.state(of: "fullcontact").number("charged") == 0)
        }
    }

    @Test func `a search may be queued`() async throws {
        try await Client.withSandbox {
            $0[vendor: "fullcontact"].pendingPolls = 1
        } _: { client in
            let queued = try await client.post(enrich, key, clara)
            #expect(queued.status == 202)
            #expect(queued.string("requestId") != nil)
            #expect(try await client.post(enrich, key, clara).status == 200)
            #expect(try await client.state(of: "fullcontact").number("charged") == 1)
        }
    }

    @Test func `keys, credits, rates and bodies are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "fullcontact"].credits = 0
        } _: { client in
            #expect(try await client.post(enrich, [:], clara).status == 403)
            let foreign = try await client.post(enrich, ["Authorization": "Bearer no"], clara)
            #expect(foreign.status == 401)
            #expect(foreign.string("message") == "401: Expired access token: no")
            let invalid = try await client.post(enrich, key, "no json")
            #expect(invalid.status == 400)
            #expect(invalid.number("code") == 400)
            let nameAlone = try await client.post(enrich, key, #"{"name": {"full": "Clara Lind"}}"#)
            #expect(nameAlone.status == 400)
            #expect(try await client.post("/fullcontact/person.enrich", key, clara).status == 403)
            #expect(try await client.post(enrich, key, clara).status == 403)
            try await client.set("fullcontact", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(enrich, key, clara).status == 429)
        }
    }
}
