// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct CognismTests {
    private let base = "/cognism/api/search/"
    private let key = ["Authorization": "Bearer sandbox-cognism-key"]
    private let ada = #"{"firstName": "Ada", "lastName": "Forster", "accountWebsite": "https://www.harbor.example"}"#

    private func redeemID(_ client: Client, _ body: String) async throws -> String {
        let answer = try await client.post(base + "contact/enrich", key, body)
        return try #require(answer.string("results.0.redeemId"))
    }

    @Test(arguments: [
        #"{"firstName": "Ada", "lastName": "Forster", "accountWebsite": "harbor.example"}"#,
        #"{"linkedinUrl": "https://www.linkedin.com/in/ada-forster-at-harbor-example"}"#,
    ])
    func `a match is free, and what is behind it costs a credit once`(person: String) async throws {
        try await Client.withSandbox { client in
            let match = try await client.post(base + "contact/enrich", key, person)
            #expect(match.status == 200)
            #expect(match.number("matchScore") == 88)
            #expect(match.bool("results.0.hasMobilePhoneNumbers") == true)
            #expect(try await client.state(of: "cognism").number("charged") == 0)
            let id = try #require(match.string("results.0.redeemId"))
            for _ in 1...2 {
                let contact = try await client.post(
                    base + "contact/redeem?mergePhonesAndLocations=true", key, #"{"redeemIds": ["\#(id)"]}"#)
                #expect(contact.number("totalResults") == 1)
                #expect(contact.string("results.0.email.address") == "ada-forster@harbor.example")
                #expect(contact.string("results.0.email.quality") == "HIGH_PLUS")
                #expect(contact.string("results.0.mobilePhoneNumbers.0.number") == "+17025550186")
                let office = "results.0.account.officePhoneNumbers.0.number"
                #expect(contact.string(office) == "+12125550137")
            }
            #expect(try await client.state(of: "cognism").number("charged") == 1)
        }
    }

    @Test(arguments: [
        (#"{"firstName": "Robin", "lastName": "Nowhere", "accountName": "Acme"}"#),
        #"{"firstName": "Ada", "lastName": "Irving", "accountWebsite": "harbor.example", "minMatchScore": 50}"#,
    ])
    func `a miss has no results`(person: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(base + "contact/enrich", key, person)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"results":[]}"#)
        }
    }

    @Test func `an email that is not shown is not promised either`() async throws {
        try await Client.withSandbox { client in
            let person = #"{"linkedinUrl": "ada-price-at-harbor-example"}"#
            let match = try await client.post(base + "contact/enrich", key, person)
            #expect(match.bool("results.0.hasEmail") == false)
            let id = try #require(match.string("results.0.redeemId"))
            let contact = try await client.post(base + "contact/redeem", key, #"{"redeemIds": ["\#(id)"]}"#)
            #expect(contact["results.0.email"] == nil)
            #expect(try await client.state(of: "cognism").number("charged") == 1)
        }
    }

    @Test func `accounts have office phones, for nothing`() async throws {
        try await Client.withSandbox { client in
            for body in [#"{"domain": "acme.example"}"#, #"{"name": "Acme"}"#] {
                let match = try await client.post(base + "account/enrich", key, body)
                let id = try #require(match.string("results.0.id"))
                let account = try await client.post(base + "account/redeem", key, #"{"redeemIds": ["\#(id)"]}"#)
                #expect(account.string("result.0.officePhoneNumbers.0.number") == "+12025550100")
                #expect(account.string("result.0.officePhoneNumbers.0.label") == "COMPANY_SWITCHBOARD")
            }
            #expect(try await client.state(of: "cognism").number("charged") == 0)
        }
    }

    @Test func `keys, entitlements and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "cognism"].credits = 0
        } _: { client in
            let missing = try await client.post(base + "contact/enrich", [:], ada)
            #expect(missing.status == 401)
            #expect(missing.text.hasPrefix(#"[{"key":"MissingCredentials","code":401"#))
            #expect(try await client.post(base + "contact/enrich?api_key=no", [:], ada).status == 401)
            #expect(try await client.post(base + "contact/enrich", key, "{}").status == 400)
            let id = try await redeemID(client, ada)
            #expect(try await client.post(base + "contact/redeem", key, "{}").status == 400)
            let empty = try await client.post(base + "contact/redeem", key, #"{"redeemIds": ["\#(id)"]}"#)
            #expect(empty.status == 403)
            #expect(empty.text.contains("You have no entitlement set"))
            let entitlement = try await client.get(base + "entitlement/contactEntitlementSubscription", key)
            #expect(entitlement.bool("contact Entitlement.email") == true)
            try await client.set("cognism", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(base + "contact/enrich", key, ada)
            #expect(throttled.status == 429)
            #expect(throttled.headers["x-rate-total-limit-remaining"] == "0")
        }
    }
}
