// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct GooglePlacesTests {
    private let search = "/google_places/v1/places:searchText"
    private let key = [
        "X-Goog-Api-Key": "sandbox-google_places-key",
        "X-Goog-FieldMask": "places.id,places.nationalPhoneNumber,places.internationalPhoneNumber,places.websiteUri",
    ]

    @Test(arguments: [
        ("Acme", "+1 202-555-0100", "(202) 555-0100", "https://www.acme.example/"),
        ("Northwind Traders London", "+44 20 7946 0018", "020 7946 0018", "https://www.northwind.example/"),
        ("Example Shop", "+1 617-555-0102", "(617) 555-0102", "https://www.shop.example.com/"),
        ("lumiere.example", "+33 1 99 00 12 34", "01 99 00 12 34", "https://www.lumiere.example/"),
    ])
    func `a company has its phone and website`(
        text: String, international: String, national: String, website: String
    ) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(search, key, #"{"textQuery": "\#(text)", "regionCode": "US"}"#)
            #expect(answer.status == 200)
            #expect(answer.string("places.0.internationalPhoneNumber") == international)
            #expect(answer.string("places.0.nationalPhoneNumber") == national)
            #expect(answer.string("places.0.websiteUri") == website)
            #expect(answer["places.0.displayName"] == nil)
            #expect(try await client.state(of: "google_places").number("charged") == 0.035)
        }
    }

    @Test func `a place is had by its id`() async throws {
        try await Client.withSandbox { client in
            let found = try await client.post(search, key, #"{"textQuery": "Acme"}"#)
            let id = try #require(found.string("places.0.id"))
            let headers = ["X-Goog-Api-Key": "sandbox-google_places-key", "X-Goog-FieldMask": "displayName,websiteUri"]
            let place = try await client.get("/google_places/v1/places/\(id)", headers)
            #expect(place.string("displayName.text") == "Acme")
            #expect(place["nationalPhoneNumber"] == nil)
            #expect(try await client.get("/google_places/v1/places/ChIJ", headers).status == 400)
            #expect(try await client.state(of: "google_places").number("charged") == 0.075)
        }
    }

    @Test func `a miss is an empty object, and is paid for`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post(search, key, #"{"textQuery": "acme.test"}"#)
            #expect(answer.status == 200)
            #expect(answer.text == "{}")
            #expect(try await client.state(of: "google_places").number("charged") == 0.035)
        }
    }

    @Test func `some invented companies are places, and some are not`() async throws {
        try await Client.withSandbox { client in
            var found = 0
            for number in 0..<40 {
                let answer = try await client.post(search, key, #"{"textQuery": "planet\#(number).example"}"#)
                if answer["places.0.nationalPhoneNumber"] != nil { found += 1 }
            }
            #expect((15...33).contains(found), "\(found) of 40")
        }
    }

    @Test func `keys, masks, billing and rates are refused in its words`() async throws {
        try await Client.withSandbox {
            $0[vendor: "google_places"].credits = 0
        } _: { client in
            let acme = #"{"textQuery": "Acme"}"#
            let refused = try await client.post(search, ["X-Goog-Api-Key": "no"], acme)
            #expect(refused.status == 403)
            #expect(refused.string("error.status") == "PERMISSION_DENIED")
            let unmasked = try await client.post(search, ["X-Goog-Api-Key": "sandbox-google_places-key"], acme)
            #expect(unmasked.status == 400)
            #expect(unmasked.string("error.status") == "INVALID_ARGUMENT")
            #expect(try await client.post(search, key, "{}").status == 400)
            let unpaid = try await client.post(search, key, acme)
            #expect(unpaid.status == 403)
            #expect(unpaid.string("error.message")?.contains("billing") == true)
            try await client.set("google_places", #"{"requests_per_second": 0}"#)
            let throttled = try await client.post(search, key, acme)
            #expect(throttled.status == 429)
            #expect(throttled.string("error.status") == "RESOURCE_EXHAUSTED")
        }
    }
}
