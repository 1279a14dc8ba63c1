// SPDX-License-Identifier: Apache-2.0

import Foundation
import Sandbox
import Testing

/// What the vendors that only verify emails say, each in its own words.
struct EmailVerifierTests {
    /// A vendor: how it is asked, and where its answer has the word.
    struct Vendor: Sendable, CustomTestStringConvertible {
        var id: String
        /// The path up to the address.
        var path: String
        var headers: [String: String] = [:]
        var word: String
        /// Its words for what is true of the addresses below, one by one.
        var words: [String]
        /// Those of its words that cost nothing.
        var freeWords: Set<String> = []
        var balance: (path: String, member: String)?
        /// What a wrong key, an empty account and too many calls are: a status, and a text of the answer.
        var refused: (Int, String), empty: (Int, String), throttled: (Int, String)

        var testDescription: String { id }
    }

    static let addresses = [
        "jane.doe@example.com", "anybody@openhouse.example", "p.patel@northwind.example", "omar.said@quiet.example",
        "jane.doe", "a@throwaway.example", "info@acme.example", "trap@acme.example", "greta.list@labs.example.org",
    ]

    static let vendors: [Vendor] = [
        Vendor(
            id: "neverbounce", path: "/v4.2/single/check?key=sandbox-neverbounce-key&email=", word: "result",
            words: ["valid", "catchall", "invalid", "invalid", "invalid", "disposable", "valid", "valid", "unknown"],
            balance: ("/v4.2/account/info?key=sandbox-neverbounce-key", "credits_info.paid_credits_remaining"),
            refused: (200, "auth_failure"), empty: (200, "general_failure"), throttled: (200, "throttle_triggered")),
        Vendor(
            id: "millionverifier", path: "/api/v3/?api=sandbox-millionverifier-key&email=", word: "result",
            words: ["ok", "catch_all", "invalid", "invalid", "invalid", "disposable", "ok", "invalid", "unknown"],
            freeWords: ["catch_all", "unknown"],
            balance: ("/api/v3/credits?api=sandbox-millionverifier-key", "credits"),
            refused: (200, "Apikey not found"), empty: (200, "Insufficient credits"), throttled: (429, "Too Many")),
        Vendor(
            id: "bouncer", path: "/v1.1/email/verify?email=", headers: ["x-api-key": "sandbox-bouncer-key"],
            word: "status",
            words: [
                "deliverable", "risky", "undeliverable", "undeliverable", "undeliverable", "risky", "risky", "risky",
                "unknown",
            ],
            balance: ("/v1.1/credits", "credits"), refused: (401, "Unauthorized"), empty: (402, "Payment Required"),
            throttled: (429, "Too Many")),
        Vendor(
            id: "kickbox", path: "/v2/verify?email=", headers: ["Authorization": "Bearer sandbox-kickbox-key"],
            word: "result",
            words: [
                "deliverable", "risky", "undeliverable", "undeliverable", "undeliverable", "risky", "risky", "risky",
                "unknown",
            ],
            balance: ("/v2/balance", "balance"), refused: (403, "Invalid API key"),
            empty: (403, "Insufficient balance"),
            throttled: (429, "Too many")),
        Vendor(
            id: "emailable", path: "/v1/verify?accept_all=true&email=",
            headers: ["Authorization": "Bearer sandbox-emailable-key"], word: "state",
            words: [
                "deliverable", "risky", "undeliverable", "undeliverable", "undeliverable", "risky", "risky", "risky",
                "unknown",
            ],
            balance: ("/v1/account", "available_credits"), refused: (403, "invalid"), empty: (402, "credits"),
            throttled: (429, "rate limit")),
        Vendor(
            id: "debounce", path: "/v1/?api=sandbox-debounce-key&email=", word: "debounce.code",
            words: ["5", "4", "6", "6", "1", "3", "8", "2", "7"],
            balance: ("/v1/balance/?api=sandbox-debounce-key", "balance"), refused: (401, "Wrong API"),
            empty: (402, "Credits Low"), throttled: (429, "Maximum")),
        Vendor(
            id: "mailgun", path: "/v4/address/validate?address=",
            headers: ["Authorization": "Basic " + Data("api:sandbox-mailgun-key".utf8).base64EncodedString()],
            word: "result",
            words: [
                "deliverable", "catch_all", "undeliverable", "undeliverable", "undeliverable", "do_not_send",
                "deliverable", "do_not_send", "unknown",
            ],
            refused: (401, "Forbidden"), empty: (402, "Payment"), throttled: (429, "Too many")),
    ]

    @Test(arguments: vendors) func `an address has the vendor's word, and costs a credit`(vendor: Vendor) async throws {
        try await Client.withSandbox { client in
            for (address, word) in zip(Self.addresses, vendor.words) {
                let answer = try await client.get("/\(vendor.id)\(vendor.path)\(address)", vendor.headers)
                #expect(answer.status == 200)
                #expect(answer.string(vendor.word) == word, "\(address): \(answer.text)")
            }
            let charged = vendor.words.filter { !vendor.freeWords.contains($0) }.count
            #expect(try await client.state(of: vendor.id).number("charged") == Double(charged))
        }
    }

    @Test(arguments: vendors) func `a wrong key, an empty account and too many calls differ`(
        vendor: Vendor
    ) async throws {
        try await Client.withSandbox { settings in
            settings[vendor: vendor.id].credits = 1
        } _: { client in
            func ask(_ path: String, _ headers: [String: String]) async throws -> Answer {
                try await client.get("/\(vendor.id)\(path)", headers)
            }
            let jane = vendor.path + "jane.doe@example.com"
            let wrong = try await ask(
                jane.replacing("sandbox", with: "wrong"),
                vendor.headers.mapValues { $0.replacing("sandbox", with: "wrong").replacing("Basic ", with: "Basic x") }
            )
            #expect(wrong.status == vendor.refused.0)
            #expect(wrong.text.contains(vendor.refused.1))
            if let (path, member) = vendor.balance {
                let balance = try await ask(path, vendor.headers)
                #expect(balance.number(member) == 1 || balance.string(member) == "1", "\(balance.text)")
            }
            #expect(try await ask(jane, vendor.headers).string(vendor.word) == vendor.words[0])
            let empty = try await ask(vendor.path + "omar.said@acme.example", vendor.headers)
            #expect(empty.status == vendor.empty.0)
            #expect(empty.text.contains(vendor.empty.1))
            try await client.set(vendor.id, #"{"requests_per_second": 0}"#)
            let throttled = try await ask(jane, vendor.headers)
            #expect(throttled.status == vendor.throttled.0)
            #expect(throttled.text.contains(vendor.throttled.1))
        }
    }

    @Test func `Emailable asks to come back, and looks for a catch-all only when asked`() async throws {
        try await Client.withSandbox { settings in
            settings[vendor: "emailable"].pendingPolls = 1
        } _: { client in
            let headers = ["Authorization": "Bearer sandbox-emailable-key"]
            let path = "/emailable/v1/verify?email=anybody@openhouse.example"
            #expect(try await client.get(path, headers).status == 249)
            let plain = try await client.get(path, headers)
            #expect(plain.string("state") == "deliverable")
            #expect(plain.bool("accept_all") == false)
            #expect(plain.headers["ratelimit-limit"] == "25")
            _ = try await client.get(path + "&accept_all=true", headers)
            let asked = try await client.get(path + "&accept_all=true", headers)
            #expect(asked.string("state") == "risky")
            #expect(asked.bool("accept_all") == true)
            #expect(try await client.state(of: "emailable").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "safe"), ("anybody@openhouse.example", "risky"), ("info@acme.example", "risky"),
        ("p.patel@northwind.example", "invalid"), ("jane.doe", "invalid"), ("greta.list@labs.example.org", "unknown"),
        ("jane@not-reserved.test", "unknown"),
    ])
    func `Reacher costs nothing, and tells a wrong secret in plain text`(email: String, word: String) async throws {
        try await Client.withSandbox { client in
            let body = #"{"to_email": "\#(email)"}"#
            let secret = ["x-reacher-secret": "sandbox-reacher-key"]
            let answer = try await client.post("/reacher/v1/check_email", secret, body)
            #expect(answer.string("is_reachable") == word, "\(answer.text)")
            #expect(answer["smtp.error"] == nil || word == "unknown")
            let missing = try await client.post("/reacher/v1/check_email", [:], body)
            #expect(missing.status == 400)
            #expect(missing.text == #"Missing request header "x-reacher-secret""#)
            let empty = try await client.post("/reacher/v1/check_email", secret, "{}")
            #expect(empty.string("error") == "to_email field is required.")
            #expect(try await client.state(of: "reacher").number("charged") == 0)
        }
    }
}
