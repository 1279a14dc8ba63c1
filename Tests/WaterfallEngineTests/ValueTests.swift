// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

@testable import WaterfallEngine

/// Ids, fingerprints, dates: values with one right text or number.
struct ValueTests {
    // MARK: Identifiers

    @Test func `ids sort by the time they were made`() {
        var random = SeededGenerator(seed: 1)
        let ids = (0..<200).map { step in
            RequestID(at: noon + .milliseconds(step), using: &random)
        }
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(Set(ids).count == ids.count)
        #expect(ids[0].description.dropFirst(14).first == "7")
        #expect("89ab".contains(ids[0].description.dropFirst(19).first ?? " "))
    }

    @Test(arguments: [UInt64](0..<50))
    func `an id survives its text and its bytes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let id = RequestID(high: random.next(), low: random.next())
        #expect(RequestID(id.description) == id)
        #expect(RequestID(id.description.uppercased()) == id)
        #expect(RequestID(bytes: id.bytes) == id)
        #expect(id.description.utf8.count == 36)
    }

    @Test func `an id's text has leading zeros`() {
        let id = RequestID(high: 0x1, low: 0xAB)
        #expect(id.description == "00000000-0000-0001-0000-0000000000ab")
        #expect(RequestID(id.description) == id)
    }

    @Test(arguments: [
        "", "00000000", "000000000000000100000000000000ab", "+0000000-0000-0001-0000-0000000000ab",
        "00000000-0000-0001-+000-0000000000ab", "0000000-00000-0001-0000-0000000000ab",
        "g0000000-0000-0001-0000-0000000000ab", "00000000-0000-0001-0000-0000000000ab ",
        "٠0000000-0000-0001-0000-0000000000a",
    ])
    func `what is no id is not read as one`(text: String) {
        #expect(RequestID(text) == nil)
    }

    @Test func `sixteen bytes, no more and no fewer`() {
        #expect(RequestID(bytes: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(RequestID(bytes: [UInt8](repeating: 1, count: 17)) == nil)
    }

    // MARK: Fingerprints

    private static let jane = Prospect(
        firstName: "Jane", lastName: "Doe", fullName: "Jane Doe", companyName: "Example", domain: "example.com",
        linkedInURL: "https://www.linkedin.com/in/jane-doe", email: "jane@example.com", title: "CTO", country: "US")

    @Test func `a fingerprint is the same in every process and release`() {
        #expect(
            QueryFingerprint(Self.jane)
                == QueryFingerprint(high: GoldenFingerprint.jane.high, low: GoldenFingerprint.jane.low))
        let candidate = Candidate.email(EmailCandidate("Jane@Example.com", grade: .guessed))
        #expect(
            QueryFingerprint(candidate)
                == QueryFingerprint(high: GoldenFingerprint.candidate.high, low: GoldenFingerprint.candidate.low))
    }

    @Test func `every field counts, and which field it is`() {
        let paths: [WritableKeyPath<Prospect, String?>] = [
            \.firstName, \.lastName, \.fullName, \.companyName, \.domain, \.linkedInURL, \.email, \.title, \.country,
        ]
        var seen: Set<QueryFingerprint> = [QueryFingerprint(Self.jane)]
        for path in paths {
            var changed = Self.jane
            changed[keyPath: path] = (changed[keyPath: path] ?? "") + "x"
            seen.insert(QueryFingerprint(changed))
            changed[keyPath: path] = ""
            seen.insert(QueryFingerprint(changed))
            // A name in parts makes up a whole name where none is given.
            changed[keyPath: path] = nil
            if path != \.fullName { seen.insert(QueryFingerprint(changed)) }
        }
        #expect(seen.count == 1 + paths.count * 3 - 1)
        #expect(
            QueryFingerprint(Prospect(companyName: "a", domain: "b"))
                != QueryFingerprint(Prospect(companyName: "ab", domain: "")))
    }

    @Test func `keys and grades are no part of the question`() {
        var known = Self.jane
        known.keys = ProspectKeys(linkedIn: "x", email: "y", nameAtDomain: "z")
        #expect(QueryFingerprint(known) == QueryFingerprint(Self.jane))
        let one = Candidate.email(EmailCandidate("jane@example.com", grade: .guessed, confidence: 0.3))
        let other = Candidate.email(EmailCandidate("Jane@example.com", grade: .verified))
        #expect(QueryFingerprint(one) == QueryFingerprint(other))
        let phone = Candidate.phone(PhoneCandidate("5550143", type: .mobile, country: "US"))
        #expect(
            QueryFingerprint(phone) != QueryFingerprint(.phone(PhoneCandidate("5550143", type: .mobile, country: "GB")))
        )
    }

    // MARK: Dates

    @Test func `every day from 1970 to 2100 follows the day before`() {
        var (year, month, day) = (1970, 1, 1)
        for number in 0...47_846 {
            let date = CivilDate(containing: Timestamp(seconds: Int64(number) * 86_400 + 86_399))
            #expect(date == CivilDate(year: year, month: month, day: day))
            #expect(date.dayNumber == number)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2101, 1, 1))
    }

    @Test(arguments: [
        (Timestamp(seconds: 951_782_400), CivilDate(year: 2000, month: 2, day: 29)),
        (Timestamp(seconds: 4_107_542_400), CivilDate(year: 2100, month: 3, day: 1)),
        (Timestamp(microseconds: -1), CivilDate(year: 1969, month: 12, day: 31)),
        (Timestamp(seconds: -86_400), CivilDate(year: 1969, month: 12, day: 31)),
        (Timestamp(seconds: 0), CivilDate(year: 1970, month: 1, day: 1)),
    ])
    func `known days are what they are`(moment: Timestamp, date: CivilDate) {
        #expect(CivilDate(containing: moment) == date)
    }

    // MARK: Retry-After

    private static let now = Timestamp(seconds: 784_111_777 - 30)

    private func retryAfter(_ text: String, status: Int = 429, at now: Timestamp = Self.now) -> Duration? {
        let reply = ProviderReply(status: status, headers: ReplyHeaders([("retry-after", text), ("X-Other", "1")]))
        let resolved = RetryAfter.resolved(reply, at: now)
        #expect(resolved.headers["x-other"] == "1")
        return resolved.retryAfter
    }

    @Test func `a date becomes the seconds until then`() {
        #expect(retryAfter("Sun, 06 Nov 1994 08:49:37 GMT") == .seconds(30))
        #expect(retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", status: 503) == .seconds(30))
    }

    @Test func `a part of a second counts as a whole one, so that nothing goes too early`() {
        let now = Self.now + .microseconds(1)
        #expect(retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", at: now) == .seconds(30))
    }

    @Test func `a date that has passed is no wait`() {
        #expect(retryAfter("Sun, 06 Nov 1994 08:49:00 GMT") == .zero)
    }

    @Test(arguments: zip(["120", "0", "100000"], [Duration.seconds(120), .zero, .seconds(3_600)]))
    func `seconds stay seconds, up to an hour`(text: String, wait: Duration) {
        #expect(retryAfter(text) == wait)
    }

    @Test(arguments: [
        "soon", "", "-5", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "06 Nov 1994 08:49:37 GMT", "1.5",
    ])
    func `what is neither is no wait at all`(text: String) {
        #expect(retryAfter(text) == nil)
    }

    @Test func `an answer is left alone`() {
        let reply = ProviderReply(
            status: 200, headers: ReplyHeaders([("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")]))
        #expect(RetryAfter.resolved(reply, at: Self.now) == reply)
    }
}

/// Fingerprints as the first release made them: what is remembered under them must be found for ever.
private enum GoldenFingerprint {
    static let jane: (high: UInt64, low: UInt64) = (782_182_945_785_760_341, 10_680_581_078_113_358_872)
    static let candidate: (high: UInt64, low: UInt64) = (16_291_232_782_661_597_906, 11_399_449_387_802_095_512)
}
