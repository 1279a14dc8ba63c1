// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct KasprTests {
    private let path = "/kaspr/profile/linkedin"
    private let key = ["Authorization": "Bearer sandbox-kaspr-key", "accept-version": "v2.0"]

    private func body(_ slug: String, _ wanted: String, _ more: String = "") -> String {
        #"{"id": "\#(slug)", "name": "Ada Lind", "dataToGet": [\#(wanted)]\#(more)}"#
    }

    @Test func `each field that is found costs a credit`() async throws {
        try await Client.withSandbox { client in
            let email = try await client.post(path, key, body("ada-lind-at-harbor-example", #""workEmail""#))
            #expect(email.status == 200)
            #expect(email.string("profile.starryWorkEmail") == "ada-lind@harbor.example")
            #expect(email.bool("profile.emails.0.valid") == true)
            #expect(email["profile.starryPhone"] == nil)
            let both = try await client.post(
                path, key, body("ada-lind-at-harbor-example", #""workEmail", "phone""#))
            #expect(both.string("profile.phones.0") == "+16175550173")
            #expect(try await client.state(of: "kaspr").number("charged") == 3)
            let credits = try await client.get("/kaspr/keys/remainingCredits", key)
            #expect(credits.number("workEmailCredits") == 999_997)
        }
    }

    @Test func `what is unsure is not valid`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(path, key, body("ben-ellis-at-harbor-example", #""workEmail""#))
            #expect(answer.string("profile.emails.0.email") == "ben-ellis@harbor.example")
            #expect(answer.bool("profile.emails.0.valid") == false)
        }
    }

    @Test(arguments: [
        ("robin-nowhere", #""workEmail""#, ""),
        ("ada-dahl-at-harbor-example", #""phone""#, #", "isPhoneRequired": true"#),
        ("clara-keller-at-harbor-example", #""workEmail""#, #", "requiredData": ["workEmail"]"#),
    ])
    func `a miss is a 200 without profile, and free`(slug: String, wanted: String, more: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(path, key, body(slug, wanted, more))
            #expect(answer.status == 200)
            #expect(answer["profile"] == nil)
            #expect(try await client.state(of: "kaspr").number("charged") == 0)
        }
    }

    @Test func `a profile that lacks what is wanted has empty lists`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(path, key, body("clara-keller-at-harbor-example", #""workEmail""#))
            #expect((answer["profile.professionalEmails"] as? [Any])?.isEmpty == true)
            #expect(try await client.state(of: "kaspr").number("charged") == 0)
        }
    }

    @Test(arguments: [
        (#"{"id": "https://www.linkedin.com/in/ada-lind", "dataToGet": ["workEmail"]}"#, 500),
        (#"{"id": "ada-lind", "dataToGet": ["email"]}"#, 500), (#"{"dataToGet": ["workEmail"]}"#, 400),
        (#"{"id": "anyone", "dataToGet": []}"#, 200),
    ])
    func `what is malformed is a 500, and to want nothing a check of the key`(body: String, status: Int) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(path, key, body)
            #expect(answer.status == status)
        }
    }

    @Test func `keys, credits and rates are refused`() async throws {
        try await Client.withSandbox {
            $0[vendor: "kaspr"].credits = 1
        } _: { client in
            let both = body("ada-lind-at-harbor-example", #""workEmail", "phone""#)
            #expect(try await client.post(path, [:], both).status == 401)
            #expect(try await client.post(path, ["Authorization": "Bearer no"], both).status == 403)
            let short = try await client.post(path, ["Authorization": "sandbox-kaspr-key"], both)
            #expect(short.status == 200)
            #expect(short.string("message") == "No credits left")
            try await client.set("kaspr", #"{"credits": 0}"#)
            #expect(try await client.post(path, key, both).status == 402)
            try await client.set("kaspr", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(path, key, both).status == 429)
        }
    }
}
