// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct LushaTests {
    private let contacts = "/lusha/v3/contacts/"
    private let key = ["api_key": "sandbox-lusha-key", "Content-Type": "application/json"]
    private let felix =
        #"{"clientReferenceId": "row1", "firstName": "Felix", "lastName": "Frost", "companyDomain": "meadow.example"}"#

    private func body(_ contacts: String, _ reveal: String) -> String {
        #"{"contacts": [\#(contacts)], "reveal": [\#(reveal)]}"#
    }

    @Test func `a search and a reveal are a credit each, the second reveal is free`() async throws {
        try await Client.withSandbox { client in
            for price in [2.0, 1] {
                let answer = try await client.post(
                    contacts + "search-and-enrich", key, body(felix, #""emails""#))
                #expect(answer.status == 200)
                #expect(answer.string("results.0.clientReferenceId") == "row1")
                #expect(answer.string("results.0.emails.0.email") == "felix_frost@meadow.example")
                #expect(answer.string("results.0.emails.0.confidence") == "A+")
                #expect(answer["results.0.phones"] == nil)
                #expect(answer.number("billing.creditsCharged") == price)
                #expect(answer.headers["x-minute-requests-left"] != nil)
            }
            let usage = try await client.get("/lusha/v3/account/usage", key)
            #expect(usage.number("credits.remaining") == 999_997)
            #expect(usage.number("pricing.revealPhone.credits") == 5)
        }
    }

    @Test func `phones are five`() async throws {
        try await Client.withSandbox { client in
            let profile = #"{"linkedinUrl": "https://www.linkedin.com/in/felix-frost-at-meadow-example"}"#
            let answer = try await client.post(contacts + "search-and-enrich", key, body(profile, #""phones""#))
            #expect(answer.string("results.0.phones.0.number") == "+17025550158")
            #expect(answer.string("results.0.phones.0.type") == "mobile")
            #expect(answer["results.0.emails"] == nil)
            #expect(answer.number("billing.creditsCharged") == 6)
        }
    }

    @Test func `a preview leads to a reveal by id`() async throws {
        try await Client.withSandbox { client in
            let preview = try await client.post(contacts + "search", key, #"{"contacts": [\#(felix)]}"#)
            #expect(preview.string("results.0.canReveal.0.field") == "emails")
            #expect(preview.number("results.0.canReveal.1.credits") == 5)
            #expect(preview["results.0.emails"] == nil)
            let id = try #require(preview.string("results.0.id"))
            let answer = try await client.post(
                contacts + "enrich", key, #"{"ids": ["\#(id)"], "reveal": ["emails", "phones"]}"#)
            #expect(answer.string("results.0.emails.0.email") == "felix_frost@meadow.example")
            #expect(answer.number("billing.creditsCharged") == 6)
            #expect(try await client.state(of: "lusha").number("charged") == 7)
        }
    }

    @Test func `a miss is an error of its item, and free; a guess is a B`() async throws {
        try await Client.withSandbox { client in
            let robin = #"{"firstName": "Robin", "lastName": "Nowhere", "companyName": "Acme"}"#
            let guess = #"{"firstName": "Felix", "lastName": "Brandt", "companyDomain": "meadow.example"}"#
            let miss = try await client.post(contacts + "search-and-enrich", key, body(robin, #""emails""#))
            #expect(miss.status == 200)
            #expect(miss.string("results.0.error.code") == "NOT_FOUND")
            #expect(miss.number("billing.creditsCharged") == 0)
            let both = try await client.post(
                contacts + "search-and-enrich", key, body("\(robin), \(guess)", #""emails""#))
            #expect(both.string("results.1.emails.0.confidence") == "B")
            #expect(both.number("billing.resultsReturned") == 1)
        }
    }

    @Test func `keys, credits, rates and bodies are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "lusha"].credits = 1
        } _: { client in
            let path = contacts + "search-and-enrich"
            for headers in [[:], ["api_key": "no"]] {
                let answer = try await client.post(path, headers, body(felix, #""emails""#))
                #expect(answer.status == 401)
                #expect(answer.number("statusCode") == 401)
            }
            for body in [body(felix, #""shoes""#), body("", #""emails""#), body("{}", #""emails""#), "no json"] {
                #expect(try await client.post(path, key, body).status == 400)
            }
            #expect(try await client.post(path, key, body(felix, #""emails""#)).status == 402)
            #expect(try await client.state(of: "lusha").number("charged") == 0)
            try await client.set("lusha", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(path, key, body(felix, #""emails""#))
            #expect(throttled.status == 429)
            #expect(throttled.headers["x-minute-requests-left"] == "0")
        }
    }
}
