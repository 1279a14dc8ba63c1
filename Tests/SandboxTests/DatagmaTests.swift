// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct DatagmaTests {
    private static let key = "?apiId=sandbox-datagma-key"
    private let find = "/datagma/api/ingress/v6/findEmail\(Self.key)"
    private let search = "/datagma/api/ingress/v1/search\(Self.key)"
    private let full = "/datagma/api/ingress/v2/full\(Self.key)"
    private let felix = "https%3A%2F%2Fwww.linkedin.com%2Fin%2Ffelix-stein-at-meadow-example"

    @Test func `an email is valid for a credit`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(find + "&fullName=Felix%20Stein&company=meadow.example")
            #expect(answer.status == 200)
            #expect(answer.string("email") == "felix_stein@meadow.example")
            #expect(answer.string("status") == "Valid")
            let newer = try await client.get(
                "/datagma/api/ingress/v8/findEmail\(Self.key)&firstName=Felix&lastName=Stein&company=meadow.example")
            #expect(newer.string("status") == "valid")
            #expect(try await client.get("/datagma/api/ingress/v1/mine\(Self.key)").number("credit") == 999_998)
        }
    }

    @Test func `what is probable, catch-all or unknown is free`() async throws {
        try await Client.withSandbox { client in
            let probable = try await client.get(find + "&fullName=Nora%20Stein&company=meadow.example")
            #expect(probable.string("status") == "MostProbable")
            #expect(probable.string("mostProbableEmail.0") == "nora_stein@meadow.example")
            #expect(probable["email"] == nil)
            let catchAll = try await client.get(find + "&fullName=Nora%20Lind&company=summit.example")
            #expect(catchAll.bool("cachAll") == true)
            for query in ["&fullName=Robin%20Nowhere&company=Acme", "&fullName=Felix%20Brandt&company=meadow.example"] {
                #expect(try await client.get(find + query).string("status") == "NotFound")
            }
            #expect(try await client.state(of: "datagma").number("charged") == 0)
        }
    }

    @Test func `a mobile burns thirty`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(search + "&username=\(felix)&minimumMatch=1")
            #expect(answer.number("creditBurn") == 30)
            #expect(answer.string("person.phones.0.displayInternational") == "+1 303-555-0174")
            #expect(answer.number("person.phones.0.number") == 3_035_550_174)
            let miss = try await client.get(search + "&email=robin.nowhere%40acme.example")
            #expect(miss.status == 200)
            #expect(miss.number("code") == 5)
            #expect(try await client.state(of: "datagma").number("charged") == 30)
        }
    }

    @Test func `a full enrichment is two, and thirty more with a phone`() async throws {
        try await Client.withSandbox { client in
            let without = try await client.get(full + "&data=\(felix)&personFull=true")
            #expect(without.string("emailV2") == "felix_stein@meadow.example")
            #expect(without.number("creditBurn") == 2)
            let with = try await client.get(full + "&data=\(felix)&phoneFull=true")
            #expect(with.number("phoneFull.phones.0.countryCode") == 1)
            #expect(with.number("creditBurn") == 32)
            #expect(try await client.state(of: "datagma").number("charged") == 34)
        }
    }

    @Test func `keys, credits, rates and queries are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "datagma"].credits = 0
        } _: { client in
            let query = "&fullName=Felix%20Stein&company=meadow.example"
            #expect(try await client.get("/datagma/api/ingress/v6/findEmail?apiId=no" + query).status == 401)
            #expect(try await client.get("/datagma/api/ingress/v6/findEmail?fullName=Felix").status == 401)
            #expect(try await client.get(find + "&fullName=Felix").number("code") == 3)
            #expect(try await client.get("/datagma/v1/mine\(Self.key)").number("credit") == 0)
            let empty = try await client.get(find + query)
            #expect(empty.status == 200)
            #expect(empty.number("code") == 13)
            #expect(empty.string("message") == "can't get credit")
            try await client.set("datagma", #"{"requests_per_second": 0}"#)
            #expect(try await client.get(find + query).status == 429)
        }
    }
}
