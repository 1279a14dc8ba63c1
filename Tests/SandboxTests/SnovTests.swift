// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct SnovTests {
    private let find = "/snov/v2/emails-by-domain-by-name/"
    private let verify = "/snov/v2/email-verification/"
    private let hugo = #"{"rows": [{"first_name": "Hugo", "last_name": "Marsh", "domain": "meadow.example"}]}"#

    /// The headers of one who has fetched a token.
    private func key(_ client: Client) async throws -> [String: String] {
        let answer = try await client.post(
            "/snov/v1/oauth/access_token", ["Content-Type": "application/x-www-form-urlencoded"],
            "grant_type=client_credentials&client_id=sandbox-snov-id&client_secret=sandbox-snov-secret")
        #expect(answer.string("token_type") == "Bearer")
        #expect(answer.number("expires_in") == 3600)
        let token = try #require(answer.string("access_token"))
        return ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
    }

    @Test func `a task is in progress once, and then found for a credit`() async throws {
        try await Client.withSandbox {
            $0[vendor: "snov"].pendingPolls = 1
        } _: { client in
            let key = try await key(client)
            let started = try await client.post(find + "start", key, hugo)
            let hash = try #require(started.string("data.task_hash"))
            let path = find + "result?task_hash=\(hash)"
            #expect(try await client.get(path, key).string("status") == "in_progress")
            let done = try await client.get(path, key)
            #expect(done.string("status") == "completed")
            #expect(done.string("data.0.people") == "Hugo Marsh")
            #expect(done.string("data.0.result.0.email") == "hugo_marsh@meadow.example")
            #expect(done.string("data.0.result.0.smtp_status") == "valid")
            #expect(done.string("meta.rows.0.domain") == "meadow.example")
            let balance = try await client.get("/snov/v1/get-balance", key)
            #expect(balance.string("data.balance") == "999999.00")
        }
    }

    @Test func `rows keep their order, and those without email are free`() async throws {
        try await Client.withSandbox { client in
            let key = try await key(client)
            let rows = [
                ("Robin", "Nowhere", "acme.example"), ("Lena", "Stein", "meadow.example"),
                ("Nora", "Vale", "summit.example"), ("Emil", "Lind", "meadow.example"),
            ].map { #"{"first_name": "\#($0.0)", "last_name": "\#($0.1)", "domain": "\#($0.2)"}"# }
            let started = try await client.post(
                find + "start", key, #"{"rows": [\#(rows.joined(separator: ","))]}"#)
            let hash = try #require(started.string("data.task_hash"))
            let done = try await client.get(find + "result?task_hash=\(hash)", key)
            #expect((done["data.0.result"] as? [Any])?.isEmpty == true)
            #expect(done.string("data.1.result.0.unknown_status_reason") == "connection_error")
            #expect(done.string("data.2.result.0.unknown_status_reason") == "catchall")
            #expect((done["data.3.result"] as? [Any])?.isEmpty == true)
            #expect(try await client.state(of: "snov").number("charged") == 2)
        }
    }

    @Test func `emails are verified`() async throws {
        try await Client.withSandbox { client in
            let key = try await key(client)
            let started = try await client.post(
                verify + "start", key, #"{"emails": ["jane.doe@example.com", "t.trapp@globex.example"]}"#)
            let hash = try #require(started.string("data.task_hash"))
            let done = try await client.get(verify + "result?task_hash=\(hash)", key)
            #expect(done.string("data.0.email") == "jane.doe@example.com")
            #expect(done.string("data.0.result.smtp_status") == "valid")
            #expect(done.string("data.1.result.smtp_status") == "not_valid")
            #expect(try await client.state(of: "snov").number("charged") == 2)
        }
    }

    @Test func `keys, credits, rates and bodies are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "snov"].credits = 0
        } _: { client in
            let foreign = try await client.post(
                "/snov/v1/oauth/access_token", ["Content-Type": "application/json"],
                #"{"grant_type": "client_credentials", "client_id": "sandbox-snov-id", "client_secret": "no"}"#)
            #expect(foreign.status == 401)
            #expect(foreign.string("error") == "invalid_client")
            for headers in [[:], ["Authorization": "Bearer sandbox-snov-secret"]] {
                let answer = try await client.post(find + "start", headers, hugo)
                #expect(answer.status == 401)
                #expect(answer.number("errors.code") == 401)
            }
            let key = try await key(client)
            #expect(try await client.post(find + "start", key, #"{"rows": [{}]}"#).status == 400)
            let empty = try await client.post(find + "start", key, hugo)
            #expect(empty.status == 402)
            #expect(empty.bool("success") == false)
            #expect(try await client.get(find + "result?task_hash=nobody", key).status == 404)
            try await client.set("snov", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(find + "start", key, hugo).status == 429)
        }
    }
}
