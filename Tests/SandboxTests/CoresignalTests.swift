// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct CoresignalTests {
    private let collect = "/coresignal/cdapi/v2/employee_multi_source/collect/"
    private let search = "/coresignal/cdapi/v2/employee_multi_source/search/es_dsl"
    private let key = ["apikey": "sandbox-coresignal-key"]

    @Test(arguments: [
        ("ada-olsen-at-harbor-example", "ada-olsen@harbor.example", "verified"),
        ("ada-adler-at-orchard-example", "ada_adler@orchard.example", "matched_pattern"),
        ("elsa-grant-at-harbor-example", "elsa-grant@harbor.example", "guessed_common_pattern"),
        ("elsa-forster-at-harbor-example", nil, nil),
    ])
    func `a record costs twenty credits`(slug: String, email: String?, status: String?) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(collect + slug, key)
            #expect(answer.status == 200)
            #expect(answer.string("primary_professional_email") == email)
            #expect(answer.string("primary_professional_email_status") == status)
            #expect(answer.string("professional_emails_collection.0.professional_email") == email)
            #expect(answer.headers["x-credits-remaining"] == "999980")
            #expect(try await client.state(of: "coresignal").number("charged") == 20)
        }
    }

    @Test func `a search gives ids for nothing`() async throws {
        try await Client.withSandbox { client in
            let found = try await client.post(
                search, key,
                #"{"query": {"bool": {"must": [{"match_phrase": {"full_name": "Ada Olsen"}}, "#
                    + #"{"term": {"active_experience_company_website": {"value": "harbor.example"}}}]}}}"#)
            #expect(found.headers["x-total-results"] == "1")
            #expect(try await client.state(of: "coresignal").number("charged") == 0)
            let id = found.text.filter(\.isNumber)
            let record = try await client.get(collect + id, key)
            #expect(record.string("primary_professional_email") == "ada-olsen@harbor.example")
            let none = try await client.post(search, key, #"{"query": {"match": {"full_name": "Robin Nowhere"}}}"#)
            #expect(none.text == "[]")
        }
    }

    @Test(arguments: ["robin-nowhere", "7"])
    func `a miss is a 404, and free`(key slug: String) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(collect + slug, key)
            #expect(answer.status == 404)
            #expect(answer["detail"] != nil)
            #expect(try await client.state(of: "coresignal").number("charged") == 0)
        }
    }

    @Test func `keys, credits and rates are refused`() async throws {
        try await Client.withSandbox {
            $0[vendor: "coresignal"].credits = 19
        } _: { client in
            let ada = collect + "ada-olsen-at-harbor-example"
            #expect(try await client.get(ada).status == 401)
            let empty = try await client.get(ada, key)
            #expect(empty.status == 402)
            #expect(empty.string("detail") == "Insufficient credits")
            try await client.set("coresignal", #"{"requests_per_second": 0}"#)
            #expect(try await client.get(ada, key).status == 429)
        }
    }
}
