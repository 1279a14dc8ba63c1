// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct TombaTests {
    private let find = "/tomba/v1/email-finder?"
    private let phone = "/tomba/v1/phone-finder?"
    private let verify = "/tomba/v1/email-verifier/"
    private let key = ["X-Tomba-Key": "sandbox-tomba-id", "X-Tomba-Secret": "sandbox-tomba-secret"]
    private let clara = "https%3A%2F%2Fwww.linkedin.com%2Fin%2Fclara-stein-at-meadow-example"

    @Test func `an email costs once a month, by name or by profile`() async throws {
        try await Client.withSandbox { client in
            for path in [
                find + "domain=meadow.example&full_name=Clara%20Stein",
                find + "company=meadow.example&first_name=Clara&last_name=Stein", "/tomba/v1/linkedin?url=\(clara)",
            ] {
                let answer = try await client.get(path, key)
                #expect(answer.status == 200)
                #expect(answer.string("data.email") == "clara_stein@meadow.example")
                #expect(answer.string("data.verification.status") == "valid")
                #expect(answer.number("data.score") == 99)
                #expect(answer.bool("data.phone_number") == true)
                #expect(answer.headers["x-ratelimit-remaining"] != nil)
            }
            #expect(try await client.state(of: "tomba").number("charged") == 1)
            let account = try await client.get("/tomba/v1/me", key)
            #expect(account.number("data.pricing.available_searches") == 999_999)
        }
    }

    @Test func `a guess has a low score, a catch-all a flag, a miss no email`() async throws {
        try await Client.withSandbox { client in
            let guess = try await client.get(find + "domain=meadow.example&full_name=Hugo%20Stein", key)
            #expect(guess.number("data.score") == 42)
            #expect(guess.string("data.verification.status") == "unknown")
            let catchAll = try await client.get(find + "domain=summit.example&full_name=Nora%20Moss", key)
            #expect(catchAll.bool("data.accept_all") == true)
            for query in [
                "domain=meadow.example&full_name=Emil%20Keller", "domain=acme.example&full_name=Robin%20Nowhere",
            ] {
                let miss = try await client.get(find + query, key)
                #expect(miss.status == 200)
                #expect(miss["data.email"] == nil)
                #expect(miss.number("data.score") == 0)
            }
            #expect(try await client.state(of: "tomba").number("charged") == 2)
        }
    }

    @Test func `a phone is five`() async throws {
        try await Client.withSandbox { client in
            let mobile = try await client.get(phone + "linkedin=\(clara)", key)
            #expect(mobile.string("data.e164_format") == "+16175550185")
            #expect(mobile.string("data.line_type") == "MOBILE")
            let office = try await client.get(phone + "domain=acme.example", key)
            #expect(office.string("data.e164_format") == "+12025550100")
            #expect(office.string("data.line_type") == "FIXED_LINE")
            let miss = try await client.get(phone + "email=robin.nowhere%40acme.example", key)
            #expect(miss.status == 200)
            #expect(miss["data.e164_format"] == nil)
            #expect(try await client.get(phone + "domain=acme.example&email=a%40b.example", key).status == 400)
            #expect(try await client.state(of: "tomba").number("charged") == 10)
        }
    }

    @Test func `a mobile may come with the email`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(
                find + "domain=meadow.example&full_name=Clara%20Stein&enrich_mobile=true", key)
            #expect(answer.string("data.phone_data.e164_format") == "+16175550185")
            #expect(try await client.state(of: "tomba").number("charged") == 6)
            let valid = try await client.get("/tomba/v1/phone-validator?phone=%2B16175550185", key)
            #expect(valid.bool("data.valid") == true)
        }
    }

    @Test(arguments: [
        ("jane.doe%40example.com", "deliverable", "valid"), ("a%40openhouse.example", "deliverable", "valid"),
        ("t.trapp%40globex.example", "undeliverable", "invalid"),
        ("greta.list%40labs.example.org", "unknown", "unknown"),
    ])
    func `a verification is one`(email: String, result: String, status: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(verify + email, key)
            #expect(answer.string("data.email.result") == result)
            #expect(answer.string("data.email.status") == status)
            #expect(try await client.state(of: "tomba").number("charged") == 1)
        }
    }

    @Test func `keys, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "tomba"].credits = 0
        } _: { client in
            let path = find + "domain=meadow.example&full_name=Clara%20Stein"
            let half = ["X-Tomba-Key": "sandbox-tomba-id"]
            let foreign = ["X-Tomba-Key": "sandbox-tomba-id", "X-Tomba-Secret": "no"]
            for (headers, status) in [([:], 401), (half, 400), (foreign, 401)] {
                let answer = try await client.get(path, headers)
                #expect(answer.status == status)
                #expect(answer.string("errors.type") == "authentication_failed")
            }
            #expect(try await client.get("/tomba/v1/usage", half).number("total.search") == 0)
            #expect(try await client.get("/tomba/me", key).number("data.pricing.available_searches") == 0)
            #expect(try await client.get("/tomba/me", key).number("data.requests.domains.available") == 0)
            #expect(try await client.get(path, key).status == 402)
            try await client.set("tomba", #"{"requests_per_second": 0}"#)
            let throttled = try await client.get(path, key)
            #expect(throttled.status == 429)
            #expect(throttled.headers["x-ratelimit-remaining"] == "0")
        }
    }
}
