// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct GooglePlacesLegacyTests {
    private let place = "/google_places_legacy/maps/api/place/"
    private let key = "key=sandbox-google_places_legacy-key"
    private let find = "findplacefromtext/json?inputtype=textquery&"

    @Test func `a company is found, and its details have the phone`() async throws {
        try await Client.withSandbox { client in
            let found = try await client.get(
                place + find + key + "&input=Acme&fields=place_id,name,formatted_address")
            #expect(found.status == 200)
            #expect(found.string("status") == "OK")
            #expect(found.string("candidates.0.name") == "Acme")
            let id = try #require(found.string("candidates.0.place_id"))
            let details = try await client.get(
                place + "details/json?" + key + "&place_id=\(id)"
                    + "&fields=name,formatted_phone_number,international_phone_number,website")
            #expect(details.string("status") == "OK")
            #expect(details.string("result.formatted_phone_number") == "(202) 555-0100")
            #expect(details.string("result.international_phone_number") == "+1 202-555-0100")
            #expect(details.string("result.website") == "https://www.acme.example/")
            #expect(details["result.business_status"] == nil)
            #expect(try await client.state(of: "google_places_legacy").number("charged") == 0.037)
        }
    }

    @Test(arguments: [
        ("findplacefromtext/json?inputtype=textquery&input=acme.test", "ZERO_RESULTS", 0.017),
        ("findplacefromtext/json?inputtype=textquery", "INVALID_REQUEST", 0),
        ("findplacefromtext/json?inputtype=textquery&input=Acme&fields=formatted_phone_number", "INVALID_REQUEST", 0),
        ("details/json?place_id=ChIJ", "NOT_FOUND", 0.02), ("details/json?fields=name", "INVALID_REQUEST", 0),
    ])
    func `misses and malformed requests are 200s told apart by their status`(
        path: String, status: String, charge: Double
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get(place + path + "&" + key)
            #expect(answer.status == 200)
            #expect(answer.string("status") == status)
            #expect(try await client.state(of: "google_places_legacy").number("charged") == charge)
        }
    }

    @Test func `keys, billing and rates are refused by their status`() async throws {
        try await Client.withSandbox {
            $0[vendor: "google_places_legacy"].credits = 0
        } _: { client in
            for query in ["input=Acme", "input=Acme&key=no", "input=Acme&" + key] {
                let answer = try await client.get(place + find + query)
                #expect(answer.status == 200)
                #expect(answer.string("status") == "REQUEST_DENIED")
                #expect(answer["error_message"] != nil)
            }
            try await client.set("google_places_legacy", #"{"requests_per_second": 0}"#)
            let throttled = try await client.get(place + find + "input=Acme&" + key)
            #expect(throttled.status == 200)
            #expect(throttled.string("status") == "OVER_QUERY_LIMIT")
        }
    }
}
