// SPDX-License-Identifier: Apache-2.0

import Enrichment
import ProviderCases
import Testing

/// What the reader says of a file that is no case: what is wrong, and where in it.
@Suite struct CaseReadingTests {
    static let head = #"{"name": "x", "source": "y", "confidence": "live", "#
    static let exchange = #""exchanges": [{"request": {"method": "GET", "path": "/"}, "reply": {"status": 200}}], "#

    static let broken: [(text: String, says: String)] = [
        ("", "not JSON: it ends too early"), (head + "1", "not JSON"),
        ("{\n \"name\": x\n}", "not JSON: line 2, column 10"),
        ("[]", "a case is an object"),
        ("{}", "`name` is missing"),
        (#"{"name": "x", "source": "y", "confidence": "sure", "exchanges": [], "answer": {}}"#, "`confidence` is live"),
        (head + #""exchanges": []}"#, "needs one of `answer`"),
        (head + #""exchanges": [], "answer": {}, "error": {"kind": "throttled"}}"#, "needs one of `answer`"),
        (head + #""exchanges": [], "error": {"kind": "tired"}}"#, "'tired' is not a kind of error: unauthorized"),
        (head + #""exchanges": [], "anwser": {}}"#, "`anwser` is unknown; known there: account, answer"),
        (
            head + #""exchanges": [{"request": {"method": "GET"}, "reply": {"status": 200}}], "answer": {}}"#,
            "`exchanges[0].request.path` is missing"
        ),
        (
            head + #""exchanges": [{"request": {"method": "GET", "path": "/"}, "reply": {"status": "x"}}]}"#,
            "`exchanges[0].reply.status` is not a whole number"
        ),
        (
            head
                + #""exchanges": [{"request": {"method": "GET", "path": "/", "params": {}}, "reply": {"status": 1}}]}"#,
            "`exchanges[0].request.params` is unknown; known there: form, headers"
        ),
        (head + exchange + #""query": {"domain": "example.com"}, "answer": {}}"#, "a query needs a `capability`: "),
        (
            head + exchange + #""capability": "email", "query": {"nickname": "J"}, "answer": {}}"#,
            "`query.nickname` is unknown"
        ),
        (
            head + exchange + #""capability": "email", "query": {"domain": 1}, "answer": {}}"#,
            "`query.domain` is not a field of a query with a text"
        ),
        (
            head + exchange + #""answer": {"emails": [{"address": "a@example.com", "grade": "sure"}]}}"#,
            "'sure' is not a grade of an email: "
        ),
        (head + exchange + #""answer": {"charged": {"amount": "free", "unit": "USD"}}}"#, "'free' is not an amount"),
        (
            head + exchange + #""candidate": {"email": "a@example.com"}, "verdict": {"status": "verified"}}"#,
            "`verdict.reason` is missing"
        ),
        (
            head + exchange + #""candidate": {"email": "a@example.com"}, "#
                + #""verdict": {"status": "verified", "reason": "mailbox_exists", "number": "+12025550143"}}"#,
            "an email's verdict has a status, a reason and a suggestion"
        ),
        (
            head + exchange + #""candidate": {"phone": "+12025550143"}, "#
                + #""verdict": {"status": "valid_number", "reason": "mailbox_exists"}}"#,
            "`verdict.reason` and `verdict.suggestion` are of an email"
        ),
        (
            head + exchange + #""candidate": {"phone": "+12025550143"}, "verdict": {"status": "verified"}}"#,
            "'verified' is not a status of a phone: "
        ),
        (
            head + exchange + #""candidate": {"phone": "+12025550143", "do_not_call": "maybe"}, "answer": {}}"#,
            "'maybe' is not a word for do_not_call: "
        ),
        (head + exchange + #""answer": null}"#, "needs one of `answer`"),
        (head + #""exchanges": {}, "answer": {}}"#, "`exchanges` is not a list"),
    ]

    @Test(arguments: broken) func `what is not a case is told, with its place`(text: String, says: String) {
        #expect {
            try ProviderCase(json: Array(text.utf8))
        } throws: { error in
            "\(error)".contains(says)
        }
    }

    @Test func `a phone's case has what its candidate and its verdict have`() throws {
        let text =
            Self.head + Self.exchange
            + #""candidate": {"phone": "202-555-0143", "extension": "9", "do_not_call": "listed", "country": "US"}, "#
            + #""verdict": {"status": "valid_number", "number": "+12025550143", "extension": "9", "type": "mobile", "#
            + #""do_not_call": "listed", "country": "US"}}"#
        let example = try ProviderCase(json: Array(text.utf8))
        #expect(example.capability == .verifyPhone)
        #expect(
            example.subject
                == .candidate(
                    .phone(
                        PhoneCandidate(
                            "202-555-0143", type: .other, extension: "9", doNotCall: .listed, country: "US"))))
        let number = PhoneNumber(e164: "+12025550143", extension: "9")
        let verdict = PhoneVerdict(.validNumber, number: number, type: .mobile, country: "US", doNotCall: .listed)
        #expect(example.expected == .verdict(.phone(verdict)))
        let other = Verdict.phone(PhoneVerdict(.validNumber, number: number, country: "US"))
        let told = CaseOutcome.verdict(other).differences(from: example.expected)
        #expect(told.count == 1)
        #expect(told.first?.contains("type mobile") == true && told.first?.contains("do_not_call listed") == true)
    }

    @Test func `a file beyond the bound is not read`() {
        #expect(throws: ProviderCase.Malformed.self) {
            try ProviderCase(json: [UInt8](repeating: UInt8(ascii: " "), count: ProviderCase.maximumLength + 1))
        }
    }

    @Test func `the fields of a query are those of a prospect`() throws {
        let fields = QueryField.allCases.filter { $0 != .known }.map { #""\#($0.rawValue)": "x""# }
        let text = Self.head + Self.exchange + #""capability": "email", "answer": {}, "query": {"#
        let example = try ProviderCase(json: Array((text + fields.joined(separator: ",") + "}}").utf8))
        guard case .query(let query) = example.subject else { Issue.record("not a query"); return }
        #expect(QueryField.allCases.allSatisfy { $0 == .known || query[$0] == "x" })
        #expect(example.capability == .email)
    }
}
