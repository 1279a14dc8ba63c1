// SPDX-License-Identifier: Apache-2.0

import Enrichment
import HTTPTypes
import ProviderCases
import Testing

/// How a request and an outcome differ from a case, in words.
@Suite struct CaseRunTests {
    typealias Expected = ProviderCase.ExpectedRequest

    static func post(_ body: String, query: [(String, String?)] = []) -> ProviderRequest {
        var request = ProviderRequest.post("/v1/find", query: query, json: .null)
        request.body = Array(body.utf8)
        return request
    }

    static func json(_ text: String) -> JSONDocument? { JSONDocument(Array(text.utf8)) }

    @Test func `a request as it is written has no difference`() {
        let expected = Expected(
            method: "POST", path: "/v1/find", query: ["a": "1"], headers: ["content-type": "application/json"],
            json: Self.json(#"{"b": [1, {"c": null}]}"#))
        #expect(expected.differences(from: Self.post(#"{"b":[1,{"c":null}]}"#, query: [("a", "1")])) == [])
    }

    @Test func `what differs in a request is told one by one`() {
        let expected = Expected(
            method: "GET", host: "example.com", path: "/v1/people", query: ["a": "1", "b": "2"],
            headers: ["X-Key": "k"])
        #expect(
            expected.differences(from: Self.post("", query: [("a", "2"), ("c", "3"), ("c", "4")])) == [
                "the method is 'POST', not 'GET'",
                "the host is absent, not 'example.com'",
                "the path is '/v1/find', not '/v1/people'",
                "the query's a is '2', not '1'",
                "the query's b is absent, not '2'",
                "the query's c is '3,4', not absent",
                "the header X-Key is absent, not 'k'",
            ])
    }

    @Test(arguments: [
        (
            #"{"a":{"b":1},"c":[1,2]}"#, #"{"a":{"b":2},"c":[1]}"#,
            ["the body's a.b is 1, not 2", "the body's c[1] is 2, not absent"]
        ),
        (#"{"a":"x"}"#, #"{"a":"x","b":null}"#, ["the body's b is absent, not null"]),
        ("[1]", #"{"a":1}"#, [#"the body is [1], not {"a":1}"#]),
        ("", #"{"a":1}"#, [#"the body is absent, not {"a":1}"#]),
        ("a=b", "1", ["the body is not JSON, not 1"]),
    ])
    func `a body is compared value by value`(sent: String, wanted: String, says: [String]) {
        let expected = Expected(method: "POST", path: "/v1/find", json: Self.json(wanted))
        #expect(expected.differences(from: Self.post(sent)) == says)
    }

    @Test func `a body that the case doesn't have is told`() {
        let expected = Expected(method: "POST", path: "/v1/find")
        #expect(expected.differences(from: Self.post(#"{"a":1}"#)) == [#"the body is {"a":1}, not absent"#])
        #expect(expected.differences(from: Self.post("a=1")) == ["the body is there, not absent"])
    }

    @Test func `many differences of one body are counted`() {
        let sent = "[" + (0..<20).map(String.init).joined(separator: ",") + "]"
        let expected = Expected(method: "POST", path: "/v1/find", json: .array([]))
        let found = expected.differences(from: Self.post(sent))
        #expect(found.count == 9)
        #expect(found.last == "the body differs in 12 more places")
    }

    @Test func `a form is compared by its fields`() {
        let expected = Expected(method: "POST", path: "/v1/find", form: ["q": "a&b=c d", "e": ""])
        #expect(expected.differences(from: Self.post("q=a%26b%3Dc%20d&e=")) == [])
        #expect(expected.differences(from: Self.post("q=a%26b%3Dc+d")) == ["the form's e is absent, not ''"])
    }

    @Test func `what may be a secret shows only where the case has it itself`() {
        let literals = ["s3cret-in-the-template", "Bearer s3cret", "fixed", "v1"]
        let expected = Expected(
            method: "POST", path: "/v1/find", query: ["kind": "fixed-2"], headers: ["Authorization": "Bearer ${TOKEN}"],
            json: Self.json(#"{"a": "x"}"#))
        var request = Self.post(
            #"{"a":"is \"s3cret-in-the-template\"","v1":"v1"}"#,
            query: [("kind", "fixed-1"), ("token", "s3cret-in-the-template")])
        request.headers.append(HeaderItem(.authorization, "Bearer s3cret"))
        let found = expected.differences(from: request, hiding: literals)
        #expect(
            found == [
                "the query's kind is 'fixed-1', not 'fixed-2'",
                "the query's token is '••••', not absent",
                "the header Authorization is '••••', not 'Bearer ${TOKEN}'",
                #"the body's a is "is \"••••\"", not "x""#,
                #"the body's v1 is "v1", not absent"#,
            ])
    }

    /// A vendor that answers by its reply's status.
    private struct Vendor: ExchangeProvider {
        var descriptor: ProviderDescriptor {
            ProviderDescriptor(id: "vendor", name: "Vendor", capabilities: [.email: CapabilityDescriptor(price: .free)])
        }
        func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest { .get("/v1") }
        func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
            if let failure = reply.failure { throw failure }
            return .miss
        }
    }

    static let get = ProviderCase.Exchange(
        request: Expected(method: "GET", path: "/v1"), reply: ProviderReply(status: 200))

    private func differences(
        _ exchanges: [ProviderCase.Exchange], _ expected: ProviderCase.Expectation,
        _ subject: ProviderCase.Subject = .query(ContactQuery(capability: .email))
    ) async -> [String] {
        let example = ProviderCase(
            name: "x", source: "y", confidence: "memory", subject: subject, exchanges: exchanges, expected: expected)
        return await CaseRun(example, by: Vendor()).differences
    }

    @Test func `an outcome of another kind is told`() async {
        var down = Self.get
        down.reply = ProviderReply(status: 503)
        let found = ProviderAnswer(emails: [EmailCandidate("a@example.com", grade: .verified)])
        #expect(await differences([Self.get], .answer(.miss)) == [])
        #expect(
            await differences([Self.get], .error(.throttled, retryAfter: nil)) == [
                "another kind of outcome than the case has: a miss, not the error throttled"
            ])
        #expect(
            await differences([down], .answer(found)) == [
                "it failed with unavailable, where the case has an answer"
            ])
        #expect(
            await differences([down], .error(.throttled, retryAfter: .seconds(3))) == [
                "it failed with unavailable, not throttled", "it asks to wait none, not 3.0 seconds",
            ])
        #expect(
            await differences([Self.get], .answer(found)) == ["emails are [], not [\"a@example.com verified\"]"])
    }

    @Test func `what differs in an answer is told one by one`() {
        let phone = PhoneCandidate("+12025550143", type: .mobile, extension: "9", country: "US")
        let answer = ProviderAnswer(
            emails: [EmailCandidate("a@example.com", grade: .guessed, confidence: 0.5)], phones: [phone],
            person: PersonFacts(title: "Head", companyDomain: "example.com"), charged: Amount(1, "USD"))
        #expect(CaseOutcome.answer(answer).differences(from: .answer(answer)) == [])
        #expect(
            CaseOutcome.answer(answer).differences(from: .answer(.miss)) == [
                #"emails are ["a@example.com guessed confidence 0.5"], not []"#,
                #"phones are ["+12025550143 mobile no_status do_not_call unknown extension 9 country US"], not []"#,
                "facts are title Head company_domain example.com, not none", "it charged 1 USD, not none",
            ])
    }

    @Test func `a request too many, one too few, and what can't be asked are told`() async {
        #expect(await differences([Self.get, Self.get], .answer(.miss)) == ["one request of the case was not sent"])
        #expect(
            await differences([], .answer(.miss)) == [
                "one request more than the case has",
                "it failed with unavailable: the case has no such exchange, where the case has a miss",
            ])
        #expect(
            await differences([], .account(ProviderAccount()), .account) == ["it can't be asked this"])
    }
}
