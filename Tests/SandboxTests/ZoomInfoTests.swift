// SPDX-License-Identifier: Apache-2.0
import Foundation
import Sandbox
import Testing

struct ZoomInfoTests {
    private let contacts = "/zoominfo/gtm/data/v1/contacts/enrich"
    private let token = "/zoominfo/gtm/oauth/v1/token"
    private let ada = #"{"externalURL": "https://www.linkedin.com/in/ada-ellis-at-harbor-example"}"#

    private func basic(_ secret: String) -> [String: String] {
        ["Authorization": "Basic " + Data(secret.utf8).base64EncodedString()]
    }

    private func key(_ client: Client) async throws -> [String: String] {
        let answer = try await client.post(
            token, basic("sandbox-zoominfo-id:sandbox-zoominfo-secret"), "grant_type=client_credentials")
        #expect(answer.status == 200)
        #expect(answer.number("expires_in") == 3600)
        return ["Authorization": "Bearer " + (try #require(answer.string("access_token")))]
    }

    private func body(_ inputs: String, _ required: String = "") -> String {
        #"{"data": {"type": "ContactEnrich", "attributes": {"matchPersonInput": [\#(inputs)], "#
            + #""outputFields": ["email", "mobilePhone", "contactAccuracyScore", "companyPhone"], "#
            + #""requiredFields": [\#(required)]}}}"#
    }

    @Test func `a record costs a credit once, and shows what is asked for`() async throws {
        try await Client.withSandbox { client in
            let key = try await key(client)
            for _ in 1...2 {
                let answer = try await client.post(contacts, key, body(ada))
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == "application/vnd.api+json")
                #expect(answer.string("data.0.meta.matchStatus") == "FULL_MATCH")
                #expect(answer.string("data.0.attributes.email") == "ada-ellis@harbor.example")
                #expect(answer.string("data.0.attributes.mobilePhone") == "(206) 555-0193")
                #expect(answer.number("data.0.attributes.contactAccuracyScore") == 95)
                #expect(answer.string("data.0.attributes.company.phone") == "(212) 555-0137")
                #expect(answer["data.0.attributes.jobTitle"] == nil)
            }
            #expect(try await client.state(of: "zoominfo").number("charged") == 1)
            let usage = try await client.get("/zoominfo/gtm/data/v1/users/usage", key)
            #expect(usage.number("data.0.attributes.usage.0.usageRemaining") == 999_999)
        }
    }

    @Test(arguments: [
        (#"{"fullName": "Robin Nowhere", "companyName": "Acme"}"#, "NO_MATCH"),
        (#"{"fullName": "Robin Nowhere"}"#, "INVALID_INPUT"),
        (#"{"fullName": "Iris Dahl", "companyName": "harbor.example"}"#, "NON_MATCH_BY_REQUIRED_FIELDS"),
    ])
    func `a miss is a match status, and free`(input: String, status: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(contacts, try await key(client), body(input, #""email""#))
            #expect(answer.status == 200)
            #expect(answer.string("data.0.type") == "NoMatch")
            #expect(answer.string("data.0.meta.matchStatus") == status)
            #expect(try await client.state(of: "zoominfo").number("charged") == 0)
        }
    }

    @Test func `companies have phones`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                "/zoominfo/gtm/data/v1/companies/enrich", try await key(client),
                #"{"data": {"type": "CompanyEnrich", "attributes": {"#
                    + #""matchCompanyInput": [{"companyName": "Acme"}, {"companyWebsite": "acme.test"}]}}}"#)
            #expect(answer.string("data.0.attributes.phone") == "(202) 555-0100")
            #expect(answer.string("data.1.meta.matchStatus") == "NO_MATCH")
            #expect(try await client.state(of: "zoominfo").number("charged") == 1)
        }
    }

    @Test func `an empty account is a 400, and a status where it runs empty`() async throws {
        try await Client.withSandbox {
            $0[vendor: "zoominfo"].credits = 1
        } _: { client in
            let key = try await key(client)
            let more = #"{"fullName": "Jonas Olsen", "companyName": "harbor.example"}"#
            let part = try await client.post(contacts, key, body(ada + "," + more))
            #expect(part.string("data.1.meta.matchStatus") == "LIMIT_EXCEEDED")
            let none = try await client.post(contacts, key, body(more))
            #expect(none.status == 400)
            #expect(none.string("errors.0.code") == "PFAPI0011")
        }
    }

    @Test func `secrets, tokens and rates are refused in its words`() async throws {
        try await Client.withSandbox { client in
            let grant = "grant_type=client_credentials"
            #expect(try await client.post(token, basic("sandbox-zoominfo-id:no"), grant).status == 401)
            let secret = basic("sandbox-zoominfo-id:sandbox-zoominfo-secret")
            #expect(try await client.post(token, secret, "grant_type=password").status == 400)
            for headers in [[:], secret, ["Authorization": "Bearer no"]] {
                let refused = try await client.post(contacts, headers, body(ada))
                #expect(refused.status == 401)
                #expect(refused.string("error.code") == "ZI0001")
            }
            let key = try await key(client)
            #expect(try await client.post(contacts, key, "{}").status == 400)
            try await client.set("zoominfo", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(contacts, key, body(ada))
            #expect(throttled.status == 429)
            #expect(throttled.headers["retry-after"] == "1")
            #expect(throttled.string("error.code") == "ZI0004")
        }
    }
}
