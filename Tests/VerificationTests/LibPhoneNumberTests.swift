// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Testing
import Verification

struct LibPhoneNumberTests {
    private let verifier = LibPhoneNumber(defaultRegion: "US")

    private func verdict(
        _ raw: String, extension: String? = nil, country: String? = nil, defaultRegion: String? = "US"
    ) -> PhoneVerdict {
        LibPhoneNumber(defaultRegion: defaultRegion).verdict(
            on: PhoneCandidate(raw, type: .direct, extension: `extension`, doNotCall: .listed, country: country))
    }

    @Test(
        arguments: [
            ("+33 6 12 34 56 78", nil, "+33612345678", PhoneType.mobile, "FR"),
            ("06 12 34 56 78", "FR", "+33612345678", .mobile, "FR"),
            ("(202) 555-0143", nil, "+12025550143", nil, "US"), ("202.555.0143", nil, "+12025550143", nil, "US"),
            ("0049 30 123456", "FR", "+4930123456", nil, "DE"), ("020 7946 0018", "UK", "+442079460018", nil, "GB"),
            ("tel:+442079460018", nil, "+442079460018", nil, "GB"),
            ("+39 02 1234 5678", nil, "+390212345678", nil, "IT"),
            ("+1 800 555 0199", nil, "+18005550199", nil, nil), ("＋３３６１２３４５６７８", nil, "+33612345678", .mobile, "FR"),
            ("+٣٣٦١٢٣٤٥٦٧٨", nil, "+33612345678", .mobile, "FR"),
        ] as [(String, String?, String, PhoneType?, String?)])
    func `A number is read in normal form`(
        raw: String, country: String?, e164: String, type: PhoneType?, region: String?
    ) {
        let verdict = verdict(raw, country: country)
        #expect(verdict.status == .validNumber)
        #expect(verdict.number == PhoneNumber(e164: e164))
        #expect(verdict.type == type)
        #expect(region == nil || verdict.country == region)
        #expect(verdict.doNotCall == .listed)
    }

    @Test(
        arguments: [
            ("+1 202-555-0143 ext. 89", nil, "89"), ("202-555-0143x7", nil, "7"), ("+12025550143;ext=12", nil, "12"),
            ("+12025550143", "ext 34", "34"), ("+12025550143 ext 5", "6", "5"), ("+12025550143", "none", nil),
            ("+12025550143", "", nil), ("+12025550143 x٣٤", nil, "34"), ("+12025550143 x３４", nil, "34"),
        ] as [(String, String?, String?)])
    func `An extension is kept apart`(raw: String, given: String?, expected: String?) {
        let verdict = verdict(raw, extension: given)
        #expect(verdict.number == PhoneNumber(e164: "+12025550143", extension: expected))
    }

    @Test(arguments: [
        ("+1 202 555 01", "+120255501"), ("+33 1 23", "+33123"), ("+1 123 456 7890", "+11234567890"),
    ])
    func `A number that no plan gives out is invalid, in normal form`(raw: String, e164: String) {
        let verdict = verdict(raw)
        #expect(verdict.status == .invalidNumber)
        #expect(verdict.number?.e164 == e164)
        #expect(verdict.type == nil)
    }

    @Test(arguments: [
        "", "n/a", "call me", "+", "+999 123 456 789", "1", "\u{0}", "+33\u{0}612345678", "📞",
        String(repeating: "1", count: 251), String(repeating: "é", count: 126),
    ])
    func `What is no number is invalid without one`(raw: String) {
        #expect(verdict(raw) == PhoneVerdict(.invalidNumber, number: nil, doNotCall: .listed))
    }

    @Test func `Without a country only numbers with a country code are read`() {
        #expect(verdict("06 12 34 56 78", defaultRegion: nil).number == nil)
        #expect(verdict("+33612345678", defaultRegion: nil).status == .validNumber)
        #expect(verdict("06 12 34 56 78", defaultRegion: "FR").number?.e164 == "+33612345678")
        #expect(verdict("06 12 34 56 78", country: "FR", defaultRegion: "US").number?.e164 == "+33612345678")
        #expect(verdict("(202) 555-0143", country: "nowhere", defaultRegion: "US").status == .validNumber)
    }

    @Test func `The examples of every country are valid, and mobiles are known`() throws {
        let url = try #require(Bundle.module.url(forResource: "Resources/examples", withExtension: "csv"))
        let rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
        #expect(rows.count == 1_144)
        var invalid = 0
        for row in rows {
            let fields = row.split(separator: ",").map(String.init)
            let verdict = verdict("+\(fields[1])\(fields[3])")
            #expect(verdict.number?.e164 == "+\(fields[1])\(fields[3])", "\(row)")
            if verdict.status != .validNumber { invalid += 1 }
            switch fields[2] {
            case "mobile": #expect(verdict.type == .mobile || verdict.type == nil, "\(row)")
            case "pager", "premiumRate", "voicemail":
                #expect(verdict.type == .other || verdict.type == nil, "\(row)")
            default: break
            }
        }
        // The examples may be newer than the library that is installed: plans change a few ranges a year.
        #expect(invalid < 30)
    }

    @Test func `It is a verifier of phone numbers that costs nothing`() async throws {
        let definition = ProviderDefinition.libphonenumber
        #expect(definition.id == "libphonenumber")
        #expect(definition.descriptor.baseURL == nil)
        #expect(definition.descriptor.capabilities[.verifyPhone]?.price == .free)
        let provider = try #require(definition.makeProvider() as? any VerifyingProvider)
        let client = ProviderClient(UnusedExchange())
        let verdict = try await provider.verify(.phone(PhoneCandidate("+33612345678", type: .mobile)), using: client)
        #expect(verdict.isDefinite)
        await #expect(throws: ProviderError(.rejectedQuery, "only phone numbers are judged")) {
            try await provider.verify(.email(EmailCandidate("jane@example.com", grade: .unverified)), using: client)
        }
    }

    @Test func `Many threads may read at once`() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { verdict("+33612345678").status == .validNumber } }
            for await isValid in group { #expect(isValid) }
        }
    }
}

/// Fails every call: numbering plans need no network.
struct UnusedExchange: ProviderExchange {
    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply {
        throw ProviderError(.unavailable)
    }
    func keep(_ ticket: PollTicket) async throws(ProviderError) { throw ProviderError(.unavailable) }
    func wait(_ duration: Duration) async throws(ProviderError) { throw ProviderError(.unavailable) }
    var timeLeft: Duration { .zero }
}
