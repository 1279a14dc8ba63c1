// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct HunterTests {
    private let find = "/hunter/v2/email-finder?api_key=sandbox-hunter-key"

    @Test func `a known person is found and charged once`() async throws {
        try await Client.withSandbox { client in
            let path = find + "&domain=acme.example&first_name=John&last_name=Smith"
            for _ in 1...2 {
                let answer = try await client.get(path)
                #expect(answer.status == 200)
                #expect(answer.string("data.email") == "john.smith@acme.example")
                #expect(answer.string("data.verification.status") == "valid")
                #expect(answer.string("meta.params.last_name") == "Smith")
            }
            let state = try await client.state(of: "hunter")
            #expect(state.number("charged") == 1)
            #expect(state.number("hits") == 2)
        }
    }

    @Test func `a profile handle and a full name lead to the same person`() async throws {
        try await Client.withSandbox { client in
            let byHandle = try await client.get(find + "&linkedin_handle=camille-lefevre")
            let byName = try await client.get(
                find + "&domain=lumiere.example&full_name=CAMILLE%20Lefe%CC%80vre")
            #expect(byHandle.string("data.email") == "camille-lefevre@lumiere.example")
            #expect(byName.string("data.email") == "camille-lefevre@lumiere.example")
        }
    }

    @Test(arguments: [
        ("Dr.%20John%20Smith,%20PhD", "acme.example", "john.smith@acme.example"),
        ("JOHN++smith+Jr.", "https%3A%2F%2Fwww.acme.example%2Fabout", "john.smith@acme.example"),
        ("Mary-Ann%20van%20der%20Berg", "hooli.example", "maryann.vanderberg@hooli.example"),
        ("%E5%A4%AA%E9%83%8E%20%E5%B1%B1%E7%94%B0", "SAKURA.example", "taro.yamada@sakura.example"),
    ])
    func `titles, suffixes, case and page addresses make no difference`(
        name: String, domain: String, email: String
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + "&full_name=\(name)&domain=\(domain)")
            #expect(answer.string("data.email") == email)
        }
    }

    @Test func `a miss is a 200 without email, and free`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(
                find + "&domain=acme.example&first_name=Robin&last_name=Nowhere")
            #expect(answer.status == 200)
            #expect(answer["data"] != nil)
            #expect(answer["data.email"] == nil)
            let state = try await client.state(of: "hunter")
            #expect(state.number("charged") == 0)
            #expect(state.number("misses") == 1)
        }
    }

    @Test(arguments: [
        ("", 401),
        ("&api_key=sandbox-apollo-key&domain=acme.example&full_name=J%20D", 401),
    ])
    func `a missing or foreign key is a 401`(query: String, status: Int) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/hunter/v2/email-finder?x=1" + query)
            #expect(answer.status == status)
            #expect(answer.string("errors.0.id") == "authentication_failed")
        }
    }

    @Test(arguments: [["X-API-KEY": "sandbox-hunter-key"], ["Authorization": "Bearer sandbox-hunter-key"]])
    func `the key may stand in a header`(headers: [String: String]) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/hunter/v2/account", headers)
            #expect(answer.status == 200)
            #expect(answer.number("data.requests.credits.remaining") == 1_000_000)
        }
    }

    @Test func `an empty account is a 429, and finding goes down to it`() async throws {
        try await Client.withSandbox {
            $0[vendor: "hunter"].credits = 1
        } _: { client in
            let first = try await client.get(find + "&domain=example.com&full_name=Jane%20Doe")
            #expect(first.status == 200)
            let second = try await client.get(find + "&domain=acme.example&full_name=Mia%20Wong")
            #expect(second.status == 429)
            #expect(second.number("errors.0.code") == 429)
            let account = try await client.get("/hunter/v2/account?api_key=sandbox-hunter-key")
            #expect(account.number("data.requests.credits.remaining") == 0)
            #expect(account.number("data.requests.credits.used") == 1)
        }
    }

    @Test(arguments: ["email-finder", "email-verifier"])
    func `it may still be searching`(endpoint: String) async throws {
        try await Client.withSandbox {
            $0[vendor: "hunter"].pendingPolls = 2
        } _: { client in
            let path =
                "/hunter/v2/\(endpoint)?api_key=sandbox-hunter-key&domain=example.com"
                + "&full_name=Jane%20Doe&email=jane.doe@example.com"
            var statuses: [Int] = []
            for _ in 1...4 { statuses.append(try await client.get(path).status) }
            #expect(statuses == [202, 202, 200, 200])
            #expect(try await client.state(of: "hunter").number("hits") == 2)
        }
    }

    @Test func `above its rate it answers 403`() async throws {
        try await Client.withSandbox {
            $0[vendor: "hunter"].requestsPerSecond = 0
        } _: { client in
            let answer = try await client.get(find + "&domain=example.com&full_name=Jane%20Doe")
            #expect(answer.status == 403)
            #expect(try await client.state(of: "hunter").number("throttled") == 1)
        }
    }

    @Test(arguments: ["&full_name=Jane%20Doe", "&domain=example.com", "&domain=example.com&first_name=Jane"])
    func `too little to go on is a 400`(query: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + query)
            #expect(answer.status == 400)
            #expect(answer.string("errors.0.id") == "wrong_params")
        }
    }

    @Test func `a person may be its undoing`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + "&domain=initech.example&full_name=Frida%20Holm")
            #expect(answer.status == 500)
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "valid", 0.5), ("p.patel@northwind.example", "invalid", 0.5),
        ("anybody@openhouse.example", "accept_all", 0.5), ("a@throwaway.example", "disposable", 0),
        ("omar.said@quiet.example", "invalid", 0.5), ("greta.list@labs.example.org", "unknown", 0),
    ])
    func `the verifier tells the truth for half a credit, and not to know for nothing`(
        email: String, status: String, charge: Double
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(
                "/hunter/v2/email-verifier?api_key=sandbox-hunter-key&email=\(email)")
            #expect(answer.status == 200)
            #expect(answer.string("data.status") == status)
            #expect(answer.string("data.email") == email)
            #expect(try await client.state(of: "hunter").number("charged") == charge)
        }
    }
}
