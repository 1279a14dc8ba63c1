// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct ForagerTests {
    private let lookup = "/forager/api/sandbox-forager-id/datastorage/person_contacts_lookup/"
    private let key = ["X-API-KEY": "sandbox-forager-secret"]
    private let ada = #"{"linkedin_public_identifier": "ada-grant-at-harbor-example", "do_contacts_enrichment": true}"#

    @Test func `an email costs five credits and a phone fifteen`() async throws {
        try await Client.withSandbox { client in
            let emails = try await client.post(lookup + "work_emails/", key, ada)
            #expect(emails.status == 200)
            let validEmail =
                #"[{"email":"ada-grant@harbor.example","email_type":"work","validation_status":"valid"}]"#
            #expect(emails.text == validEmail)
            let phones = try await client.post(lookup + "phone_numbers/", key, ada)
            #expect(phones.text == #"[{"phone_number":"+13125550190"}]"#)
            #expect(try await client.state(of: "forager").number("charged") == 20)
        }
    }

    @Test(arguments: [
        ("ada-brook-at-orchard-example", #""risky""#), ("ada-thorne-at-harbor-example", #""unknown""#),
    ])
    func `what is unsure has a word`(slug: String, status: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                lookup + "work_emails/", key, #"{"linkedin_public_identifier": "\#(slug)"}"#)
            #expect(answer.text.contains(#""validation_status":"# + status))
        }
    }

    @Test(arguments: [
        #"{"linkedin_public_identifier": "robin-nowhere"}"#, #"{"person_id": 7}"#,
        #"{"linkedin_public_identifier": "https://www.linkedin.com/in/ada-grant-at-harbor-example"}"#,
        #"{"linkedin_public_identifier": "ada-brook-at-harbor-example"}"#,
    ])
    func `a miss is an empty list, and is charged`(body: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(lookup + "work_emails/", key, body)
            #expect(answer.status == 200)
            #expect(answer.text == "[]")
            #expect(try await client.state(of: "forager").number("charged") == 5)
        }
    }

    @Test func `keys, accounts, paths, credits and rates are refused`() async throws {
        try await Client.withSandbox {
            $0[vendor: "forager"].credits = 4
        } _: { client in
            let foreign = "/forager/api/1/datastorage/person_contacts_lookup/work_emails/"
            #expect(try await client.post(lookup + "work_emails/", [:], ada).status == 403)
            #expect(try await client.post(lookup + "work_emails/", ["X-API-KEY": "no"], ada).status == 403)
            #expect(try await client.post(foreign, key, ada).status == 403)
            #expect(try await client.post(lookup + "work_emails", key, ada).status == 404)
            #expect(try await client.post(lookup + "work_emails/", key, "{}").status == 400)
            #expect(try await client.post(lookup + "work_emails/", key, ada).status == 402)
            let log = "/forager/api/sandbox-forager-id/subscriptions/balance_change_logs/"
            #expect(try await client.get(log, key).status == 200)
            try await client.set("forager", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(lookup + "work_emails/", key, ada).status == 429)
        }
    }
}
