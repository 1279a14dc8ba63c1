// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct IcypeasTests {
    private static let read = "/icypeas/api/bulk-single-searchs/read"
    private static let key = ["Authorization": "sandbox-icypeas-key", "Content-Type": "application/json"]
    private let search = "/icypeas/api/email-search"
    private let lena =
        #"{"firstname": "Lena", "lastname": "Moss", "domainOrCompany": "meadow.example", "#
        + #""custom": {"externalId": "row-1"}}"#

    private static func submit(_ client: Client, _ path: String, _ body: String) async throws -> String {
        let accepted = try await client.post(path, key, body)
        #expect(accepted.status == 200)
        #expect(accepted.string("item.status") == "NONE")
        let id = try #require(accepted.string("item._id"))
        return #"{"id": "\#(id)"}"#
    }

    @Test func `a search is in progress once, and then found for a credit`() async throws {
        try await Client.withSandbox {
            $0[vendor: "icypeas"].pendingPolls = 1
        } _: { client in
            let id = try await Self.submit(client, search, lena)
            let pending = try await client.post(Self.read, Self.key, id)
            #expect(pending.string("items.0.status") == "IN_PROGRESS")
            let done = try await client.post(Self.read, Self.key, id)
            #expect(done.string("items.0.status") == "DEBITED")
            #expect(done.string("items.0.results.emails.0.email") == "lena_moss@meadow.example")
            #expect(done.string("items.0.results.emails.0.certainty") == "ultra_sure")
            #expect(done.string("items.0.userData.externalId") == "row-1")
            #expect(done.string("items.0._id").map { id.contains($0) } == true)
            #expect(try await client.state(of: "icypeas").number("charged") == 1)
        }
    }

    @Test(arguments: [
        ("Ivy", "Stein", "meadow.example", "DEBITED", "risky"),
        ("Nora", "Vale", "summit.example", "DEBITED", "probable"),
        ("Ivy", "Moss", "harbor.example", "DEBITED_NOT_FOUND", nil),
        ("Robin", "Nowhere", "acme.example", "DEBITED_NOT_FOUND", nil),
    ])
    func `how sure it is has a word, and a miss is free`(
        first: String, last: String, domain: String, status: String, certainty: String?
    ) async throws {
        try await Client.withSandbox { client in
            let id = try await Self.submit(
                client, search,
                #"{"firstname": "\#(first)", "lastname": "\#(last)", "domainOrCompany": "\#(domain)"}"#)
            let done = try await client.post(Self.read, Self.key, id)
            #expect(done.string("items.0.status") == status)
            #expect(done.string("items.0.results.emails.0.certainty") == certainty)
            #expect(try await client.state(of: "icypeas").number("charged") == (certainty == nil ? 0 : 1))
        }
    }

    @Test(arguments: [
        ("jane.doe@example.com", "ultra_sure"), ("a@openhouse.example", "probable"),
        ("t.trapp@globex.example", "undeliverable"), ("greta.list@labs.example.org", "risky"),
    ])
    func `a verification costs a tenth`(email: String, certainty: String) async throws {
        try await Client.withSandbox { client in
            let id = try await Self.submit(client, "/icypeas/api/email-verification", #"{"email": "\#(email)"}"#)
            let done = try await client.post(Self.read, Self.key, id)
            #expect(done.string("items.0.results.emails.0.certainty") == certainty)
            let account = try await client.post(
                "/icypeas/api/a/actions/subscription-information", Self.key, #"{"email": "jane@example.com"}"#)
            #expect(account.number("credits") == 999_999.9)
        }
    }

    @Test func `an empty account is a status of the search`() async throws {
        try await Client.withSandbox {
            $0[vendor: "icypeas"].credits = 0
        } _: { client in
            let id = try await Self.submit(client, search, lena)
            let done = try await client.post(Self.read, Self.key, id)
            #expect(done.string("items.0.status") == "INSUFFICIENT_FUNDS")
            #expect(try await client.state(of: "icypeas").number("out_of_credits") == 1)
        }
    }

    @Test func `keys, rates, bodies and ids are refused in its words`() async throws {
        try await Client.withSandbox { client in
            for headers in [[:], ["Authorization": "Bearer sandbox-icypeas-key"]] {
                #expect(try await client.post(search, headers, lena).status == 401)
            }
            let invalid = try await client.post(search, Self.key, #"{"firstname": "Lena"}"#)
            #expect(invalid.status == 400)
            #expect(invalid.string("validationErrors.0.field") == "domainOrCompany")
            #expect(try await client.post("/icypeas/email-search", Self.key, lena).string("item.status") == "NONE")
            let unknown = try await client.post(Self.read, Self.key, #"{"id": "nobody"}"#)
            #expect(unknown.number("total") == 0)
            try await client.set("icypeas", #"{"requests_per_second": 0}"#)
            #expect(try await client.post(search, Self.key, lena).status == 429)
        }
    }
}
