// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct SurfeTests {
    private let path = "/surfe/v2/people/enrich"
    private let key = ["Authorization": "Bearer sandbox-surfe-key"]
    private let david =
        #"{"firstName": "David", "lastName": "Dahl", "companyDomain": "harbor.example", "externalID": "row-1"}"#
    private let robin = #"{"firstName": "Robin", "lastName": "Nowhere", "companyName": "Acme"}"#

    private func body(_ people: String, email: Bool = true, mobile: Bool = false, _ more: String = "") -> String {
        #"{"people": [\#(people)], "include": {"email": \#(email), "mobile": \#(mobile)}\#(more)}"#
    }

    private func result(_ client: Client, _ body: String) async throws -> Answer {
        let submitted = try await client.post(path, key, body)
        #expect(submitted.status == 202)
        let id = try #require(submitted.string("enrichmentID"))
        #expect(submitted.string("enrichmentCallbackURL")?.hasSuffix("/v2/people/enrich/" + id) == true)
        return try await client.get("\(path)/\(id)", key)
    }

    @Test func `email and mobile cost a credit each`() async throws {
        try await Client.withSandbox { client in
            let answer = try await result(client, body("\(david), \(robin)", mobile: true))
            #expect(answer.string("status") == "COMPLETED")
            #expect(answer.number("percentCompleted") == 100)
            #expect(answer.string("people.0.externalID") == "row-1")
            #expect(answer.string("people.0.emails.0.email") == "david-dahl@harbor.example")
            #expect(answer.string("people.0.emails.0.validationStatus") == "VALID")
            #expect(answer.string("people.0.mobilePhones.0.mobilePhone") == "+14155550164")
            #expect((answer["people.1.emails"] as? [Any])?.isEmpty == true)
            #expect((answer["people.1.mobilePhones"] as? [Any])?.isEmpty == true)
            let credits = try await client.get("/surfe/v2/credits", key)
            #expect(credits.number("emailCredits") == 999_998)
            #expect(try await client.state(of: "surfe").number("charged") == 2)
        }
    }

    @Test(arguments: [
        ("ada-dahl-at-orchard-example", "CATCH_ALL"), ("david-irving-at-harbor-example", "UNKNOWN"),
        ("kira-jansen-at-harbor-example", nil),
    ])
    func `what is unsure has a word`(slug: String, status: String?) async throws {
        try await Client.withSandbox { client in
            let person = #"{"linkedinUrl": "https://www.linkedin.com/in/\#(slug)"}"#
            let answer = try await result(client, body(person))
            #expect(answer.string("people.0.emails.0.validationStatus") == status)
            #expect(answer.string("people.0.linkedInUrl") == "https://www.linkedin.com/in/\(slug)")
        }
    }

    @Test func `a mobile can hang on an email`() async throws {
        try await Client.withSandbox { client in
            let elsa = #"{"linkedinUrl": "elsa-price-at-harbor-example"}"#
            let with = try await result(client, body(elsa, mobile: true))
            #expect(with.string("people.0.mobilePhones.0.mobilePhone") == "+12125550172")
            let option = #", "enrichmentOptions": {"skipMobileEnrichmentIfNoEmailFound": true}"#
            let without = try await result(client, body(elsa, mobile: true, option))
            #expect(without["people.0.mobilePhones.0"] == nil)
            #expect(try await client.state(of: "surfe").number("charged") == 1)
        }
    }

    @Test func `a job is polled for, and none that never was`() async throws {
        try await Client.withSandbox {
            $0[vendor: "surfe"].pendingPolls = 1
        } _: { client in
            let pending = try await result(client, body(david))
            #expect(pending.string("status") == "IN_PROGRESS")
            let id = try #require(pending.string("enrichmentID"))
            #expect(try await client.get("\(path)/\(id)", key).string("status") == "COMPLETED")
            #expect(try await client.get(path + "/1", key).status == 404)
        }
    }

    @Test func `keys, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "surfe"].credits = 0
        } _: { client in
            #expect(try await client.post(path, [:], body(david)).status == 401)
            #expect(try await client.post(path, key, body("{}")).status == 400)
            #expect(try await client.post(path, key, body("")).status == 400)
            let empty = try await client.post(path, key, body(david))
            #expect(empty.status == 402)
            #expect(empty["code"] != nil)
            try await client.set("surfe", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(path, key, body(david)).status == 429)
        }
    }
}
