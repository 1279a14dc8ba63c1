// SPDX-License-Identifier: Apache-2.0
import Foundation
import Sandbox
import Testing

struct VoilaNorbertTests {
    private let search = "/voilanorbert/2018-01-08/search/name"
    private let key = basic("anyone:sandbox-voilanorbert-key")
    private let ada = "name=Ada+Jansen&domain=harbor.example"

    private static func basic(_ secret: String) -> [String: String] {
        [
            "Authorization": "Basic " + Data(secret.utf8).base64EncodedString(),
            "Content-Type": "application/x-www-form-urlencoded",
        ]
    }

    @Test func `a contact costs a credit once`() async throws {
        try await Client.withSandbox { client in
            for isNew in [true, false] {
                let answer = try await client.post(search, key, ada)
                #expect(answer.status == 200)
                #expect(answer.bool("searching") == false)
                #expect(answer.bool("is_new") == isNew)
                #expect(answer.string("email.email") == "ada-jansen@harbor.example")
                #expect(answer.number("email.score") == 97)
                #expect(answer.headers["x-ratelimit-remaining"] == "119")
            }
            let account = try await client.get("/voilanorbert/2018-01-08/account/", key)
            #expect(account.number("credits.remains") == 999_999)
            let credits = try await client.get("/voilanorbert/organization/credits", key)
            #expect(credits.number("remains") == 999_999)
            #expect(try await client.state(of: "voilanorbert").number("charged") == 1)
        }
    }

    @Test(arguments: [("Ada+Adler&domain=orchard.example", 70.0), ("Ben+Thorne&domain=harbor.example", 30)])
    func `what is unsure has a low score`(query: String, score: Double) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(search, key, "name=" + query)
            #expect(answer["email.email"] != nil)
            #expect(answer.number("email.score") == score)
        }
    }

    @Test(arguments: ["Robin+Nowhere&domain=acme.example", "Gina+Jansen&domain=harbor.example"])
    func `a miss is a null email, and free`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(search, key, "name=" + query)
            #expect(answer.status == 200)
            #expect(answer.bool("searching") == false)
            #expect(answer["email"] == nil)
            #expect(try await client.state(of: "voilanorbert").number("charged") == 0)
        }
    }

    @Test func `a contact may be searched for, and is polled for`() async throws {
        try await Client.withSandbox {
            $0[vendor: "voilanorbert"].pendingPolls = 1
        } _: { client in
            let submitted = try await client.post(search, key, ada)
            #expect(submitted.bool("searching") == true)
            #expect(submitted["email"] == nil)
            let id = try #require(submitted.number("id"))
            let path = "/voilanorbert/2018-01-08/contacts/\(Int(id))"
            #expect(try await client.get(path, key).bool("searching") == true)
            let done = try await client.get(path, key)
            #expect(done.bool("searching") == false)
            #expect(done.string("email.email") == "ada-jansen@harbor.example")
            #expect(try await client.get("/voilanorbert/2018-01-08/contacts/1", key).status == 404)
        }
    }

    @Test func `keys, credits and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "voilanorbert"].credits = 0
        } _: { client in
            for headers in [[:], Self.basic("sandbox-voilanorbert-key:"), Self.basic("a:b")] {
                #expect(try await client.post(search, headers, ada).status == 401)
            }
            #expect(try await client.post(search, key, "name=Ada+Jansen").status == 400)
            #expect(try await client.post(search, key, ada).status == 402)
            try await client.set("voilanorbert", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(search, key, ada)
            #expect(throttled.status == 429)
            #expect(throttled.headers["x-ratelimit-remaining"] == "0")
        }
    }
}
