// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct FindymailTests {
    private let key = ["Authorization": "Bearer sandbox-findymail-key", "Accept": "application/json"]
    private let maria = #"{"name": "Maria Garcia", "domain": "globex.example"}"#

    @Test func `a name and a profile find an email for a credit`() async throws {
        try await Client.withSandbox { client in
            let byName = try await client.post("/findymail/api/search/name", key, maria)
            let byProfile = try await client.post(
                "/findymail/api/search/business-profile", key,
                #"{"linkedin_url": "https://linkedin.com/in/maria-garcia-globex"}"#)
            for answer in [byName, byProfile] {
                #expect(answer.status == 200)
                #expect(answer.string("contact.email") == "maria_garcia@globex.example")
            }
            #expect(try await client.state(of: "findymail").number("charged") == 2)
        }
    }

    @Test func `a phone costs ten credits, and is a United States number`() async throws {
        try await Client.withSandbox { client in
            let found = try await client.post(
                "/findymail/api/search/phone", key, #"{"linkedin_url": "maria-garcia-globex"}"#)
            #expect(found.string("phone") == "+12125550177")
            #expect(found.string("line_type") == "Mobile")
            let missed = try await client.post(
                "/findymail/api/search/phone", key, #"{"linkedin_url": "sean-obrien-northwind"}"#)
            #expect(missed.status == 200)
            #expect(missed["phone"] == nil)
            #expect(try await client.state(of: "findymail").number("charged") == 10)
        }
    }

    @Test func `a miss is a null contact, and free`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                "/findymail/api/search/name", key, #"{"name": "Robin Nowhere", "domain": "acme.example"}"#)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"contact":null}"#)
            #expect(try await client.state(of: "findymail").number("charged") == 0)
        }
    }

    @Test func `verifications have a pool of their own`() async throws {
        try await Client.withSandbox {
            $0[vendor: "findymail"].verifierCredits = 2
        } _: { client in
            let good = try await client.post(
                "/findymail/api/verify", key, #"{"email": "jane.doe@example.com"}"#)
            #expect(good.bool("verified") == true)
            let bad = try await client.post(
                "/findymail/api/verify", key, #"{"email": "p.patel@northwind.example"}"#)
            #expect(bad.bool("verified") == false)
            let empty = try await client.post("/findymail/api/verify", key, #"{"email": "a@b.example"}"#)
            #expect(empty.status == 402)
            let credits = try await client.get("/findymail/api/credits", key)
            #expect(credits.number("credits") == 1_000_000)
            #expect(credits.number("verifier_credits") == 0)
        }
    }

    @Test func `a bad key is a login page unless JSON is accepted`() async throws {
        try await Client.withSandbox { client in
            let page = try await client.post(
                "/findymail/api/search/name", ["Authorization": "Bearer no", "Accept": "*/*"], maria)
            #expect(page.status == 302)
            #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
            let json = try await client.post(
                "/findymail/api/search/name", ["Accept": "application/json"], maria)
            #expect(json.status == 401)
            #expect(json.string("message") == "Unauthenticated.")
        }
    }

    @Test func `what is missing is named`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post("/findymail/api/search/name", key, #"{"name": "Jane Doe"}"#)
            #expect(answer.status == 422)
            #expect(answer.string("errors.domain.0") == "The domain field is required.")
        }
    }

    @Test func `an empty account is a 402 and a used up rate a 429`() async throws {
        try await Client.withSandbox {
            $0[vendor: "findymail"].credits = 0
        } _: { client in
            let empty = try await client.post("/findymail/api/search/name", key, maria)
            #expect(empty.status == 402)
            #expect(empty.string("error") == "Not enough credits")
            try await client.set("findymail", #"{"requests_per_second": 0}"#)
            #expect(try await client.post("/findymail/api/search/name", key, maria).status == 429)
        }
    }
}
