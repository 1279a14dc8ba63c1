// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct ProspeoTests {
    private let enrich = "/prospeo/enrich-person"
    private let key = ["X-KEY": "sandbox-prospeo-key", "Content-Type": "application/json"]
    private let priya =
        #"{"only_verified_email": true, "data": {"first_name": "Priya", "last_name": "Patel", "#
        + #""company_website": "northwind.example"}}"#

    @Test func `a match costs once, and is free afterwards`() async throws {
        try await Client.withSandbox { client in
            for isFree in [false, true] {
                let answer = try await client.post(enrich, key, priya)
                #expect(answer.status == 200)
                #expect(answer.bool("free_enrichment") == isFree)
                #expect(answer.string("person.email.email") == "priya.patel@northwind.example")
                #expect(answer.bool("person.email.revealed") == true)
                #expect(answer.headers["x-minute-request-left"] != nil)
            }
            #expect(try await client.state(of: "prospeo").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("Sean O’Brien", "northwind.example", "sean.obrien@northwind.example"),
        ("Thao Nguyen", "umbrella.example", "thao.nguyen@umbrella.example"),
        ("Bjorn Akesson", "initech.example", "bjornakesson@initech.example"),
    ])
    func `a name is found without its accents`(name: String, domain: String, email: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                enrich, key, #"{"data": {"full_name": "\#(name)", "company_website": "\#(domain)"}}"#)
            #expect(answer.string("person.email.email") == email)
        }
    }

    @Test func `a mobile makes it ten, nine of them later`() async throws {
        try await Client.withSandbox { client in
            let data = #""data": {"linkedin_url": "https://www.linkedin.com/in/jane-doe"}}"#
            let without = try await client.post(enrich, key, "{" + data)
            #expect(without.bool("person.mobile.revealed") == false)
            #expect(without.string("person.mobile.mobile")?.contains("*") == true)
            let with = try await client.post(enrich, key, #"{"enrich_mobile": true, "# + data)
            #expect(with.string("person.mobile.mobile") == "+12025550143")
            #expect(with.bool("person.mobile.revealed") == true)
            #expect(try await client.state(of: "prospeo").number("charged") == 10)
        }
    }

    @Test func `a masked email is not revealed`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(
                enrich, key, #"{"data": {"full_name": "Alex Kim", "company_website": "shop.example.com"}}"#)
            #expect(answer.bool("person.email.revealed") == false)
            #expect(answer.string("person.email.email") == "al*****@shop.example.com")
        }
    }

    @Test(arguments: [
        (#"{"data": {"full_name": "Robin Nowhere", "company_website": "acme.example"}}"#, "NO_MATCH"),
        (
            #"{"only_verified_email": true, "data": {"full_name": "Oliver Stone", "company_name": "Open House"}}"#,
            "NO_MATCH"
        ),
        (#"{"data": {"full_name": "Jane Doe"}}"#, "INVALID_DATAPOINTS"),
        ("no json", "INVALID_REQUEST"),
    ])
    func `a miss and a malformed request are 400s told apart by their code`(
        body: String, code: String
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(enrich, key, body)
            #expect(answer.status == 400)
            #expect(answer.bool("error") == true)
            #expect(answer.string("error_code") == code)
            #expect(try await client.state(of: "prospeo").number("charged") == 0)
        }
    }

    @Test func `keys, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "prospeo"].credits = 0
        } _: { client in
            let missing = try await client.post(enrich, [:], priya)
            let foreign = try await client.post(enrich, ["X-KEY": "no"], priya)
            for answer in [missing, foreign] {
                #expect(answer.status == 401)
                #expect(answer.string("error_code") == "INVALID_API_KEY")
            }
            let empty = try await client.post(enrich, key, priya)
            #expect(empty.status == 400)
            #expect(empty.string("error_code") == "INSUFFICIENT_CREDITS")
            try await client.set("prospeo", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(enrich, key, priya)
            #expect(throttled.status == 429)
            #expect(throttled.string("error_code") == "RATE_LIMITED")
        }
    }

    @Test func `the account says what is left`() async throws {
        try await Client.withSandbox { client in
            _ = try await client.post(enrich, key, priya)
            let account = try await client.get("/prospeo/account-information", key)
            #expect(account.number("response.remaining_credits") == 999_999)
            #expect(account.number("response.used_credits") == 1)
        }
    }
}
