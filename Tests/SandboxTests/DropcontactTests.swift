// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct DropcontactTests {
    private let submit = "/dropcontact/v1/enrich/all"
    private let key = ["X-Access-Token": "sandbox-dropcontact-key"]
    private let camille =
        #"{"first_name": "Camille", "last_name": "Lefèvre", "website": "lumiere.example", "#
        + #""custom_fields": {"row": "7"}}"#
    private let robin = #"{"full_name": "Robin Nowhere", "website": "acme.example"}"#

    @Test func `a job is pending twice and then done, and gives back what it did not find`() async throws {
        try await Client.withSandbox {
            $0[vendor: "dropcontact"].credits = 10
        } _: { client in
            let accepted = try await client.post(submit, key, "{\"data\": [\(camille), \(robin)]}")
            #expect(accepted.bool("success") == true)
            #expect(accepted.number("credits_left") == 8)
            let id = try #require(accepted.string("request_id"))
            for _ in 1...2 {
                let pending = try await client.get("\(submit)/\(id)", key)
                #expect(pending.status == 200)
                #expect(pending.bool("success") == false)
                #expect(pending.string("reason") == "Request not ready yet, try again in 30 seconds")
            }
            for _ in 1...2 {
                let done = try await client.get("\(submit)/\(id)", key)
                #expect(done.bool("success") == true)
                #expect(done.string("data.0.email.0.email") == "camille-lefevre@lumiere.example")
                #expect(done.string("data.0.email.0.qualification") == "nominative@pro")
                #expect(done.string("data.0.custom_fields.row") == "7")
                #expect((done["data.1.email"] as? [Any])?.isEmpty == true)
            }
            let credits = try await client.get("/dropcontact/v1/account/credits", key)
            #expect(credits.number("credits") == 9)
            #expect(try await client.state(of: "dropcontact").number("charged") == 1)
        }
    }

    @Test func `polls can be made to wait for a time`() async throws {
        try await Client.withSandbox {
            $0[vendor: "dropcontact"].pendingPolls = 0
            $0[vendor: "dropcontact"].pendingMilliseconds = 600_000
        } _: { client in
            let accepted = try await client.post(submit, key, "{\"data\": [\(camille)]}")
            let id = try #require(accepted.string("request_id"))
            #expect(try await client.get("\(submit)/\(id)", key).bool("success") == false)
            try await client.set("dropcontact", #"{"pending_ms": 0}"#)
            #expect(try await client.get("\(submit)/\(id)", key).bool("success") == true)
        }
    }

    @Test func `a job that never was is pending for ever`() async throws {
        try await Client.withSandbox { client in
            for _ in 1...4 {
                let answer = try await client.get(submit + "/abcdefghijkl", key)
                #expect(answer.status == 200)
                #expect(answer.bool("success") == false)
            }
        }
    }

    @Test(arguments: ["{}", "no json", #"{"data": []}"#])
    func `a body without records is a 400`(body: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(submit, key, body)
            #expect(answer.status == 400)
            #expect(answer.string("reason") == "Missing data in JSON")
        }
    }

    @Test func `too many records are a 400`() async throws {
        try await Client.withSandbox { client in
            let records = Array(repeating: robin, count: 251).joined(separator: ",")
            let answer = try await client.post(submit, key, "{\"data\": [\(records)]}")
            #expect(answer.status == 400)
            #expect(answer.string("reason")?.contains("250") == true)
        }
    }

    @Test func `keys, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "dropcontact"].credits = 1
        } _: { client in
            let body = "{\"data\": [\(camille), \(robin)]}"
            for headers in [[:], ["X-Access-Token": "no"]] {
                let answer = try await client.post(submit, headers, body)
                #expect(answer.status == 401)
                #expect(answer.bool("error") == true)
            }
            #expect(try await client.post(submit, key, body).status == 403)
            #expect(try await client.get("/dropcontact/v1/account/credits", key).number("credits") == 1)
            try await client.set("dropcontact", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(submit, key, body).status == 429)
        }
    }
}
