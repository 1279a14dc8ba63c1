// SPDX-License-Identifier: Apache-2.0

import Foundation
import Sandbox
import Testing

/// What the vendors that validate phone numbers say, each in its own words.
struct PhoneValidatorTests {
    static let twilio = [
        "Authorization": "Basic " + Data("sandbox-twilio-sid:sandbox-twilio-secret".utf8).base64EncodedString()
    ]
    static let veriphone = ["Authorization": "Bearer sandbox-veriphone-key"]

    @Test(arguments: [
        ("+12025550143", nil, "+12025550143", "US", "mobile"), ("2025550143", "US", "+12025550143", "US", "mobile"),
        ("+12025550100", nil, "+12025550100", "US", "landline"), ("+13055550199", nil, "+13055550199", "US", "mobile"),
        ("+442079460018", nil, "+442079460018", "GB", "landline"),
        ("02079460018", "GB", "+442079460018", "GB", "landline"),
        ("0199001234", "FR", "+33199001234", "FR", "landline"),
        ("+447700900123", nil, nil, nil, nil), ("+120255501430", nil, nil, nil, nil),
        ("2025550143", "DE", nil, nil, nil),
    ])
    func `a number is valid where its plan gives it out, and each says so in its way`(
        number: String, country: String?, e164: String?, region: String?, line: String?
    ) async throws {
        try await Client.withSandbox { client in
            let digits = number.filter(\.isNumber)
            let suffix = { (name: String) in country.map { "&\(name)=\($0)" } ?? "" }
            let twilio = try await client.get(
                "/twilio/v2/PhoneNumbers/\(number)?Fields=line_type_intelligence\(suffix("CountryCode"))", Self.twilio)
            #expect(twilio.bool("valid") == (e164 != nil))
            #expect(twilio.string("country_code") == region)
            #expect(twilio.string("line_type_intelligence.type") == line)
            #expect((twilio["validation_errors"] == nil) == (e164 != nil))
            let veriphone = try await client.get(
                "/veriphone/v2/verify?phone=\(number.replacing("+", with: "%2B"))\(suffix("default_country"))",
                Self.veriphone)
            #expect(veriphone.bool("phone_valid") == (e164 != nil))
            #expect(veriphone.string("e164") == e164 ?? "")
            #expect(
                veriphone.string("phone_type") == (line == nil ? "unknown" : line == "mobile" ? "mobile" : "fixed_line")
            )
            let abstract = try await client.get(
                "/abstractapi/v1/?api_key=sandbox-abstractapi-key&phone=\(digits)\(suffix("country"))")
            #expect(abstract.bool("phone_validation.is_valid") == (e164 != nil))
            #expect(abstract.string("phone_format.international") == e164)
            let numverify = try await client.get(
                "/numverify/api/validate?access_key=sandbox-numverify-key&number=\(digits)\(suffix("country_code"))")
            #expect(numverify.bool("valid") == (e164 != nil))
            #expect(numverify.string("line_type") == line)
            for (id, charged) in [("twilio", 0.008), ("veriphone", 1), ("abstractapi", 1), ("numverify", 1)] {
                #expect(try await client.state(of: id).number("charged") == charged)
            }
        }
    }

    @Test(arguments: [
        ("/twilio/v2/PhoneNumbers/+12025550143?Fields=line_type_intelligence", 401, "20003", 401, "10001", 429),
        ("/veriphone/v2/verify?phone=%2B12025550143", 401, "Unauthorized", 402, "PaymentRequired", 429),
        ("/abstractapi/v1/?api_key=sandbox-abstractapi-key&phone=12025550143", 401, "unauthorized", 422, "quota", 429),
        (
            "/numverify/api/validate?access_key=sandbox-numverify-key&number=12025550143", 200, "101", 200, "104", 429
        ),
    ])
    func `a wrong key, an empty account and too many calls differ`(
        path: String, refused: Int, refusal: String, empty: Int, emptiness: String, throttled: Int
    ) async throws {
        try await Client.withSandbox { settings in
            settings.forEveryVendor { $0.credits = 0 }
        } _: { client in
            let id = String(path.split(separator: "/")[0])
            let headers = id == "twilio" ? Self.twilio : id == "veriphone" ? Self.veriphone : [:]
            let wrong = try await client.get(path.replacing("sandbox", with: "wrong"), [:])
            #expect(wrong.status == refused)
            #expect(wrong.text.contains(refusal))
            let spent = try await client.get(path, headers)
            #expect(spent.status == empty)
            #expect(spent.text.contains(emptiness), "\(spent.text)")
            try await client.set(id, #"{"requests_per_second": 0}"#)
            #expect(try await client.get(path, headers).status == throttled)
        }
    }

    @Test func `a validity alone is free at Twilio`() async throws {
        try await Client.withSandbox { client in
            let answer = try await client.get("/twilio/v2/PhoneNumbers/+12025550143", Self.twilio)
            #expect(answer.bool("valid") == true)
            #expect(answer["line_type_intelligence"] == nil)
            #expect(try await client.state(of: "twilio").number("charged") == 0)
            let nothing = try await client.get("/twilio/v1/PhoneNumbers/+12025550143", Self.twilio)
            #expect(nothing.status == 404)
            #expect(nothing.number("code") == 20404)
        }
    }

    @Test func `what is no number is refused`() async throws {
        try await Client.withSandbox { client in
            let numverify = "/numverify/api/validate?access_key=sandbox-numverify-key"
            let none = try await client.get(numverify)
            #expect(none.number("error.code") == 210)
            let strange = try await client.get(numverify + "&number=x1")
            #expect(strange.number("error.code") == 211)
            let veriphone = try await client.get("/veriphone/v2/verify", Self.veriphone)
            #expect(veriphone.status == 400)
            let abstract = try await client.get("/abstractapi/v1/?api_key=sandbox-abstractapi-key")
            #expect(abstract.status == 400)
        }
    }
}
