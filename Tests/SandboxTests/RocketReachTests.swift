// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct RocketReachTests {
    private static let base = "/rocketreach/api/v2"
    private let lookup = base + "/person/lookup?"
    private let universal = base + "/universal/person/lookup?"
    private let account = base + "/account/"
    private let key = ["Api-Key": "sandbox-rocketreach-key"]
    private let clara = "linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fclara-reed-at-meadow-example"

    @Test func `a lookup costs once, and has phones where they are asked for`() async throws {
        try await Client.withSandbox { client in
            for _ in 1...2 {
                let answer = try await client.get(lookup + clara, key)
                #expect(answer.status == 200)
                #expect(answer.string("status") == "complete")
                #expect(answer.string("emails.0.email") == "clara_reed@meadow.example")
                #expect(answer.string("emails.0.smtp_valid") == "valid")
                #expect(answer["phones.0"] == nil)
            }
            #expect(try await client.get(account, key).number("credit_usage.0.remaining") == 999_999)
            let phone = try await client.get(lookup + clara + "&lookup_type=phone", key)
            #expect(phone.string("phones.0.e164") == "+14155550191")
            #expect(phone["emails.0"] == nil)
            #expect(try await client.state(of: "rocketreach").number("charged") == 2)
        }
    }

    @Test func `a lookup is polled until it is complete`() async throws {
        try await Client.withSandbox {
            $0[vendor: "rocketreach"].pendingPolls = 1
        } _: { client in
            let searching = try await client.get(lookup + clara, key)
            #expect(searching.string("status") == "searching")
            let id = Int(try #require(searching.number("id")))
            let path = Self.base + "/person/checkStatus?ids=\(id)"
            #expect(try await client.get(path, key).string("0.status") == "progress")
            let done = try await client.get(path, key)
            #expect(done.string("0.status") == "complete")
            #expect(done.string("0.recommended_email") == "clara_reed@meadow.example")
            #expect(try await client.get(lookup + clara, key).string("status") == "complete")
            #expect(try await client.get(Self.base + "/person/checkStatus?ids=1", key).status == 404)
            #expect(try await client.state(of: "rocketreach").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("Lena%20Moss", "meadow.example", "unknown", "B", 0.0),
        ("Nora%20Moss", "summit.example", "accept-all", "A-", 1),
    ])
    func `an address has a grade, and a poor one is free`(
        name: String, employer: String, validity: String, grade: String, price: Double
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(lookup + "name=\(name)&current_employer=\(employer)", key)
            #expect(answer.string("emails.0.smtp_valid") == validity)
            #expect(answer.string("emails.0.grade") == grade)
            #expect(try await client.state(of: "rocketreach").number("charged") == price)
        }
    }

    @Test func `who has no profile is a 404, and who has no contact is complete`() async throws {
        try await Client.withSandbox { client in
            let miss = try await client.get(lookup + "name=Robin%20Nowhere&current_employer=Acme", key)
            #expect(miss.status == 404)
            let masked = try await client.get(lookup + "name=Rosa%20Keller&current_employer=harbor.example", key)
            #expect(masked.string("status") == "complete")
            #expect(masked["emails.0"] == nil)
            #expect(try await client.state(of: "rocketreach").number("charged") == 0)
        }
    }

    @Test func `a universal lookup pays for each part`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(
                universal + clara + "&reveal_professional_email=true&reveal_phone=true", key)
            #expect(answer.string("recommended_email") == "clara_reed@meadow.example")
            #expect(answer.string("phones.0.type") == "mobile")
            let account = try await client.get(Self.base + "/universal/account/", key)
            #expect(account.number("credit_usage.0.credits_remaining") == 999_992)
        }
    }

    @Test func `keys, credits, rates and queries are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "rocketreach"].credits = 0
        } _: { client in
            for headers in [[:], ["Api-Key": "no"]] {
                let answer = try await client.get(lookup + clara, headers)
                #expect(answer.status == 401)
                #expect(answer.string("message") == "Invalid API Key")
            }
            #expect(try await client.get(lookup + "name=Clara%20Reed", key).status == 400)
            #expect(try await client.get("/rocketreach/account/", key).number("credit_usage.0.remaining") == 0)
            #expect(try await client.get(lookup + clara, key).status == 402)
            try await client.set("rocketreach", #"{"requests_per_second": 0}"#)
            let throttled = try await client.get(lookup + clara, key)
            #expect(throttled.status == 429)
            #expect(throttled.headers["retry-after"] == "1")
        }
    }
}
