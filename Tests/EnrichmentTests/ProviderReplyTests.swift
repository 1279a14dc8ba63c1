// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@Suite struct ProviderReplyTests {
    @Test(
        arguments: [
            (200, nil), (204, nil), (299, nil), (301, .unavailable), (302, .unavailable), (400, .rejectedQuery),
            (401, .unauthorized), (402, .outOfCredits), (403, .unauthorized), (404, .malformedReply), (408, .timedOut),
            (422, .rejectedQuery), (429, .throttled), (500, .unavailable), (599, .unavailable), (0, .malformedReply),
            (199, .malformedReply), (600, .malformedReply),
        ] as [(Int, ProviderError.Kind?)])
    func `a status has its common meaning`(status: Int, kind: ProviderError.Kind?) {
        #expect(ProviderReply(status: status).failure?.kind == kind)
    }

    @Test(
        arguments: [
            ("5", .seconds(5)), ("0", .zero), (" 7 ", .seconds(7)), ("999999", .seconds(3_600)), ("-1", nil),
            ("1.5", nil),
            ("", nil), ("Sun, 22 Nov 2026 22:00:00 GMT", nil), ("99999999999999999999", nil),
        ] as [(String, Duration?)])
    func `Retry-After is a number of seconds, an hour at most`(text: String, wait: Duration?) {
        let reply = ProviderReply(status: 429, headers: ReplyHeaders([("Retry-After", text)]))
        #expect(reply.retryAfter == wait)
        #expect(reply.failure?.retryAfter == wait)
    }

    @Test func `headers are found in any case, the first counts, blanks fall off`() {
        let block = Array("X-A:  one \r\nx-a: two\r\nEmpty:\r\nno colon\r\nx-b:a:b\t\r\n".utf8)
        let headers = ReplyHeaders(block: block)
        #expect(headers["x-a"] == "one")
        #expect(headers["X-A"] == "one")
        #expect(headers["empty"] == "")
        #expect(headers["x-b"] == "a:b")
        #expect(headers["x"] == nil)
        #expect(headers["x-aa"] == nil)
        #expect(headers["not a name"] == nil)
        #expect(headers.pairs.map(\.name) == ["X-A", "x-a", "Empty", "x-b"])
    }

    @Test func `a name is not found in part, nor by a letter that only looks alike`() {
        let headers = ReplyHeaders([("x-limit", "1"), ("retry_after", "2")])
        #expect(headers["x-limi"] == nil)
        #expect(headers["retry-after"] == nil)
    }

    @Test func `a reply doesn't show its content`() {
        let reply = ProviderReply(
            status: 200, headers: ReplyHeaders([("X-Secret", "jane")]), body: Array("jane@example.com".utf8))
        #expect("\(reply) \(String(reflecting: reply))".contains("jane") == false)
    }

    @Test func `every word of an error is its own`() {
        #expect(Set(ProviderError.Kind.allCases.map(\.rawValue)).count == ProviderError.Kind.allCases.count)
        #expect("\(ProviderError(.throttled, "the minute is used up"))" == "throttled: the minute is used up")
    }
}

@Suite struct JSONValueTests {
    @Test func `a document is written as RFC 8259 has it`() {
        let value: JSONValue = .object(compacting: [
            "a": "x\"\\\n\r\t\u{1}\u{1F}é😀", "left out": nil, "b": .array([1, true, .null, -5]), "c": .object([]),
        ])
        #expect(
            String(decoding: value.serialized(), as: UTF8.self)
                == #"{"a":"x\"\\\n\r\t\u0001\u001fé😀","b":[1,true,null,-5],"c":{}}"#)
    }

    @Test func `what is written is read again`() throws {
        let text = String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init)))
        let read = try JSONReader.read(JSONValue.array([.string(text)]).serialized()) { $0.elements.first?.string }
        #expect(read == text)
    }
}

@Suite struct ContactQueryTests {
    @Test(
        arguments: [
            ("https://www.linkedin.com/in/jane-doe", "jane-doe"), ("https://www.linkedin.com/in/jane-doe/", "jane-doe"),
            ("https://www.linkedin.com/in/jane-doe?x=1", "jane-doe"), ("https://www.linkedin.com/company/example", nil),
            ("https://www.linkedin.com/in/", nil), ("", nil),
        ] as [(String, String?)])
    func `the handle is what follows in`(url: String, handle: String?) {
        #expect(ContactQuery(capability: .email, linkedInURL: url).linkedInHandle == handle)
    }

    @Test func `a full name is made of its parts`() {
        #expect(ContactQuery(capability: .email, firstName: "Jane", lastName: "Doe").fullName == "Jane Doe")
        #expect(ContactQuery(capability: .email, firstName: "Jane").fullName == nil)
        #expect(ContactQuery(capability: .email, firstName: "J", lastName: "D", fullName: "Jane").fullName == "Jane")
    }

    @Test func `what is missing is told of the set that comes nearest`() {
        let facts = ProviderDescriptor(
            id: "x", name: "X",
            capabilities: [
                .email: CapabilityDescriptor(inputs: [[.fullName, .domain], [.linkedInURL]], price: .free)
            ])
        #expect(facts.missingInputs(for: ContactQuery(capability: .email, domain: "example.com")).count == 1)
        #expect(facts.accepts(ContactQuery(capability: .email, fullName: "Jane Doe", domain: "example.com")))
        #expect(!facts.accepts(ContactQuery(capability: .email)))
    }

    @Test(arguments: [
        ("hunter", true), ("people_data_labs", true), ("a1", true), ("", false), ("1a", false), ("_a", false),
        ("Hunter", false), ("a-b", false), ("é", false), (String(repeating: "a", count: 65), false),
    ])
    func `an id is snake case`(id: String, isWellFormed: Bool) {
        #expect(ProviderID(rawValue: id).isWellFormed == isWellFormed)
    }

    @Test func `what holds personal data shows none of it`() {
        let phone = PhoneCandidate("+1 202 555 0143", type: .mobile)
        let email = EmailCandidate("jane.doe@example.com", grade: .verified)
        let query = ContactQuery(
            capability: .email, firstName: "Jane", lastName: "Doe", domain: "example.com", email: "jane@example.org",
            known: KnownFacts(officePhones: [phone]))
        let request = ProviderRequest.get("/jane", query: [("email", "jane@example.org")])
        let answer = ProviderAnswer(
            emails: [email], phones: [phone], person: PersonFacts(linkedInURL: "https://www.linkedin.com/in/jane"))
        let values: [Any] = [
            phone, email, query, request, answer, answer.person, Candidate.email(email), Candidate.phone(phone),
            EmailVerdict(.invalid, .possibleTypo, suggestion: "jane@example.com"), [query], query.known,
            PhoneVerdict(.validNumber, number: PhoneNumber(e164: "+12025550143")),
        ]
        for value in values {
            var shown = "\(value) \(String(reflecting: value))"
            dump(value, to: &shown)
            #expect(!shown.lowercased().contains("jane") && !shown.contains("0143"), "\(type(of: value))")
        }
    }

    @Test func `a word is found in a body whatever its case`() {
        let reply = ProviderReply(status: 403, body: Array("Not enough CREDITS".utf8))
        #expect(reply.mentions("credit") && reply.mentions("Enough"))
        #expect(!reply.mentions("token") && !ProviderReply(status: 403, body: [0xFF, 0xFE]).mentions("credit"))
    }
}
