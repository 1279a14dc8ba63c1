// SPDX-License-Identifier: Apache-2.0

import DeclarativeProvider
import Enrichment
import EnrichmentTesting
import Testing

@Suite struct DeclarativeProviderTests {
    static let secret = "acme-{token}-0123456789"

    static func acme(
        _ change: (inout DeclarativeDefinition) -> Void = { _ in }
    ) -> DeclarativeDefinition {
        let credits = { (amount: Int64) in VendorPrice(.found, Amount(amount, "acme_crm_credits")) }
        var definition = DeclarativeDefinition(
            id: "acme_crm", capabilities: [.email: credits(1), .officePhone: credits(0)],
            request: .init(
                url: "https://crm.acme.example/v1/find",
                query: [
                    .init("first", "{first_name}"), .init("last", "{last_name}"), .init("domain", "{domain}"),
                ],
                headers: [.init("Authorization", TemplateText([.template("Bearer "), .secret(secret)]))]),
            answer: [
                .matched: ".person != null", .email: ".person.email",
                .status: #"if .person.verified then "verified" else "unverified" end"#,
                .officePhone: ".company.phone", .charged: ".cost",
            ],
            statuses: [402: .failure(.outOfCredits), 404: .noMatch, 429: .failure(.throttled)])
        change(&definition)
        return definition
    }

    static let jane = ContactQuery(capability: .email, firstName: "Jane", lastName: "Doe", domain: "example.com")

    static func reply(_ status: Int = 200, _ body: String = "", _ headers: [(String, String)] = []) -> ProviderReply {
        ProviderReply(status: status, headers: ReplyHeaders(headers), body: Array(body.utf8))
    }

    static let hit = #"{"person":{"email":"jane.doe@example.com","verified":true},"company":{"phone":"+12025550111"}}"#

    /// The cases of the example, in the form of the fixtures.
    static func cases() throws -> [ProviderCase] {
        let request = """
            {"method": "GET", "path": "/v1/find", "query": {"first": "Jane", "last": "Doe", "domain": "example.com"},
             "headers": {"Authorization": "Bearer \(secret)"}}
            """
        let found =
            #"{"emails": [{"address": "jane.doe@example.com", "grade": "verified"}], "#
            + #""office_phones": [{"raw": "+12025550111", "type": "office"}]}"#
        let written: [(name: String, capability: String, status: Int, body: String, expected: String)] = [
            ("hit", "email", 200, hit, #""answer": \#(found)"#),
            ("office", "office_phone", 200, hit, #""answer": \#(found)"#),
            (
                "charged", "email", 200, #"{"person": null, "cost": 0.25}"#,
                #""answer": {"charged": {"amount": "0.25", "unit": "acme_crm_credits"}}"#
            ),
            ("null", "office_phone", 200, #"{"person": null}"#, #""answer": {}"#),
            ("miss", "email", 404, #"{}"#, #""answer": {}"#),
            ("credits", "email", 402, #"{}"#, #""error": {"kind": "out_of_credits"}"#),
            ("throttled", "email", 429, #"{}"#, #""error": {"kind": "throttled"}"#),
            ("key", "email", 401, #"{}"#, #""error": {"kind": "unauthorized"}"#),
            ("malformed", "email", 200, #""<html>""#, #""error": {"kind": "malformed_reply"}"#),
        ]
        return try written.map { row in
            let text = """
                {"name": "\(row.name)", "source": "an example", "confidence": "documented",
                 "capability": "\(row.capability)",
                 "query": {"first_name": "Jane", "last_name": "Doe", "domain": "example.com"},
                 "exchanges": [{"request": \(request), "reply": {"status": \(row.status), "json": \(row.body)}}],
                 \(row.expected)}
                """
            return try ProviderCase(json: Array(text.utf8))
        }
    }

    @Test func `the example passes the conformance suite`() async throws {
        let conformance = ProviderConformance(
            try DeclarativeProvider(Self.acme()).definition, cases: try Self.cases(), carriesCredentials: true)
        #expect(await conformance.problems() == [])
    }

    @Test func `its inputs are the placeholders`() throws {
        let facts = try DeclarativeProvider(Self.acme()).descriptor
        #expect(facts.capabilities[.email]?.inputs == [[.firstName, .lastName, .domain]])
        #expect(facts.baseURL == "https://crm.acme.example")
    }

    @Test func `a value is encoded in a path, and stays one segment`() throws {
        let provider = try DeclarativeProvider(
            Self.acme { $0.request.url = "https://crm.acme.example/people/{full_name}/at/{domain}" })
        var query = Self.jane
        query.fullName = "a/../b?c#d%é\r\n"
        #expect(
            try provider.request(for: query).target
                == .path("/people/a%2F..%2Fb%3Fc%23d%25%C3%A9%0D%0A/at/example.com"))
    }

    @Test(arguments: ["..", ".", ""]) func `a value that would be a dot segment is refused`(value: String) throws {
        let provider = try DeclarativeProvider(Self.acme { $0.request.url = "https://crm.acme.example/v1/{full_name}" })
        var query = Self.jane
        query.fullName = value
        #expect(throws: ProviderError(.rejectedQuery, "a value that can't stand in a path")) {
            try provider.request(for: query)
        }
    }

    @Test func `a value with a line break never reaches a header`() throws {
        let provider = try DeclarativeProvider(Self.acme { $0.request.headers.append(.init("X-Name", "{full_name}")) })
        var query = Self.jane
        query.fullName = "Jane\r\nX-Injected: 1"
        #expect(throws: ProviderError(.rejectedQuery, "a value that can't stand in a header")) {
            try provider.request(for: query)
        }
    }

    @Test func `a value is a string of the JSON body, whatever it holds`() throws {
        let provider = try DeclarativeProvider(
            Self.acme {
                $0.request.body = .json(
                    .object([
                        ("name", .text("{full_name}")),
                        ("where", .array([.text("at {{{domain}}}"), .integer(1), .null])),
                    ]))
            })
        var query = Self.jane
        query.fullName = "\"},{\"x\":\"\\\n"
        let request = try provider.request(for: query)
        #expect(
            JSONDocument(request.body)
                == .object([
                    "name": .string("\"},{\"x\":\"\\\n"),
                    "where": .array([.string("at {example.com}"), .integer(1), .null]),
                ]))
        #expect(request.headers.map(\.value).contains("application/json"))
    }

    @Test func `a form is encoded`() throws {
        let provider = try DeclarativeProvider(
            Self.acme { $0.request.body = .form([.init("q", "{full_name}"), .init("d", "{domain}")]) })
        var query = Self.jane
        query.fullName = "a&b=c d"
        let body = try provider.request(for: query).body
        #expect(String(decoding: body, as: UTF8.self) == "q=a%26b%3Dc%20d&d=example.com")
    }

    @Test func `a secret is not read as a template, and is sent as it is`() throws {
        let request = try DeclarativeProvider(Self.acme()).request(for: Self.jane)
        #expect(request.headers.map(\.value) == ["Bearer \(Self.secret)"])
    }

    @Test func `a secret shows in no description`() throws {
        let definition = Self.acme()
        let provider = try DeclarativeProvider(definition)
        var shown = "\(definition) \(definition.request.headers) \(String(reflecting: definition.request))"
        dump(definition, to: &shown)
        dump(definition.request, to: &shown)
        shown += "\(try provider.request(for: Self.jane)) \(provider.descriptor)"
        #expect(!shown.contains("0123456789"))
        // The wrong header is named, its value isn't.
        let wrong = Self.acme { $0.request.headers = [.init("X-Key", TemplateText([.secret("0123456789\n")]))] }
        let problems = DeclarativeProvider.problems(of: wrong)
        #expect(problems.map(\.path) == ["request.headers.X-Key"])
        #expect(!"\(problems)".contains("0123456789"))
    }

    @Test func `all problems are told at once, each with its place`() {
        let problems = DeclarativeProvider.problems(
            of: Self.acme {
                $0.request.url = "https://crm.acme.example/{first_nam}/x"
                $0.request.query.append(.init("q", "ab}"))
                $0.request.headers.append(.init("Host", "example.com"))
                $0.answer[.email] = ".person.("
                $0.answer[.status] = "input"
                $0.timeout = .zero
            })
        #expect(
            problems.map(\.path) == [
                "timeout", "request.url", "request.query.q", "request.headers.Host", "answer.email", "answer.status",
            ])
        #expect(problems.map(\.offset) == [nil, 25, 2, nil, 9, 0])
    }

    @Test func `jq's own words on a program come back`() throws {
        let problems = DeclarativeProvider.problems(of: Self.acme { $0.answer[.email] = ".person | nosuch" })
        #expect(problems.count == 1)
        #expect(problems.first?.path == "answer.email")
        #expect(problems.first?.message.contains("nosuch/0 is not defined") == true)
    }

    @Test(arguments: [
        "env.HOME", "$ENV.HOME", "input", "[inputs]", "input_filename", "debug", "stderr", "import \"a\" as a; .",
        "include \"a\"; .", "modulemeta", "a::b", "halt", "now", "def f: f; f", "[range(1e18)]", "[repeat(1)]",
        "[while(true; 1)]", "until(false; .)", "[recurse(.)]", "[combinations]", "indices(\"\")",
        "index(.a)", "rindex(.a)", "jn(1; 1)", "strftime(1)", "todate", "[-1] | implode", "gsub(\"\"; \"a\")",
        "sub(\"\"; \"a\"; \"g\")",
        "\"a \\(env) b\"", "{a: env}", "(1", "1)", "1), b: (2", "\"open", "\"\\(1\"",
    ])
    func `a program that reaches out, or may not end, or breaks out is refused`(program: String) {
        let problems = DeclarativeProvider.problems(of: Self.acme { $0.answer[.email] = program })
        #expect(problems.map(\.path) == ["answer.email"])
        #expect(problems.first?.offset != nil)
    }

    @Test(arguments: [
        (".person.email", "a@example.com"), (".person | .email # the end", "a@example.com"),
        (#""\(.person.email | ascii_downcase)""#, "a@example.com"), ("{env: .person.email} | .env", "a@example.com"),
        (".person.input", "b@example.com"), (".person.email, \"second\"", "a@example.com"),
        (#".person.email as $x | if $x then $x else empty end"#, "a@example.com"),
        (#"[.. | strings | select(test("@"))] | first"#, "a@example.com"),
    ])
    func `a program of the usual kind is taken`(program: String, email: String) throws {
        let provider = try DeclarativeProvider(Self.acme { $0.answer[.email] = program })
        let answer = try provider.answer(
            to: Self.jane, from: Self.reply(200, #"{"person":{"email":"a@example.com","input":"b@example.com"}}"#))
        #expect(answer.emails.map(\.address) == [email])
    }

    @Test func `a program without an output gives nothing, and takes nothing from the others`() throws {
        let provider = try DeclarativeProvider(Self.acme { $0.answer[.email] = "empty" })
        let answer = try provider.answer(to: Self.jane, from: Self.reply(200, Self.hit))
        #expect(answer.emails.isEmpty)
        #expect(answer.officePhones.map(\.raw) == ["+12025550111"])
    }

    @Test func `a program that fails makes the reply malformed`() throws {
        let provider = try DeclarativeProvider(Self.acme())
        #expect(throws: ProviderError(.malformedReply, "the programs of the configuration failed on it")) {
            try provider.answer(to: Self.jane, from: Self.reply(200, #"{"person":[1]}"#))
        }
        // The interpreter is none the worse for it.
        #expect(try provider.answer(to: Self.jane, from: Self.reply(200, Self.hit)).emails.count == 1)
    }

    @Test func `a body beyond one mebibyte is not read`() throws {
        let provider = try DeclarativeProvider(Self.acme())
        let body = "[" + String(repeating: "0,", count: 600_000) + "0]"
        #expect(throws: ProviderError(.malformedReply, "the body is longer than 1 MiB")) {
            try provider.answer(to: Self.jane, from: Self.reply(200, body))
        }
    }

    @Test func `a status of the table comes with the vendor's wait`() throws {
        let provider = try DeclarativeProvider(Self.acme())
        #expect(throws: ProviderError(.throttled, retryAfter: .seconds(7))) {
            try provider.answer(to: Self.jane, from: Self.reply(429, "", [("Retry-After", "7")]))
        }
    }

    @Test func `phones come as texts, lists and objects`() throws {
        let provider = try DeclarativeProvider(
            Self.acme {
                $0.capabilities[.mobile] = VendorPrice(.found, Amount(1, "acme_crm_credits"))
                $0.answer = [
                    .email: ".e", .mobile: ".m", .phone: ".p",
                    .phones: #".all | map({number: .n, type: .t, extension: .x})"#, .confidence: ".c",
                ]
            })
        let answer = try provider.answer(
            to: Self.jane,
            from: Self.reply(
                200,
                #"{"m":"1","p":["2","3"],"e":"a@example.com","c":0.5,"#
                    + #""all":[{"n":"4","t":"direct","x":"9"},{"n":"5"},{"t":"home"},{"n":"6","t":"office"}]}"#))
        #expect(
            answer.phones == [
                PhoneCandidate("1", type: .mobile), PhoneCandidate("2", type: .other),
                PhoneCandidate("3", type: .other),
                PhoneCandidate("4", type: .direct, extension: "9"), PhoneCandidate("5", type: .other),
            ])
        #expect(answer.officePhones == [PhoneCandidate("6", type: .office)])
        #expect(answer.emails == [EmailCandidate("a@example.com", grade: .unverified, confidence: 0.5)])
    }

    @Test func `a verifier is declared too`() throws {
        let provider = try DeclarativeProvider(
            Self.acme {
                $0.capabilities = [.verifyEmail: VendorPrice(.attempt, Amount(1, "USD"))]
                $0.request = .init(url: "https://check.acme.example/v1/{email}")
                $0.answer = [.status: ".status", .reason: ".why", .suggestion: ".meant"]
            })
        let candidate = Candidate.email(EmailCandidate("jane@example.com", grade: .unverified))
        #expect(try provider.request(for: candidate).target == .path("/v1/jane%40example.com"))
        let verdict = try provider.verdict(
            on: candidate,
            from: Self.reply(200, #"{"status":"invalid","why":"possible_typo","meant":"jane@example.org"}"#))
        #expect(verdict == .email(EmailVerdict(.invalid, .possibleTypo, suggestion: "jane@example.org")))
        #expect(
            try provider.verdict(on: candidate, from: Self.reply(200, #"{"status":"odd","why":"odd"}"#))
                == .email(EmailVerdict(.unverified, .unspecified)))
    }

    @Test func `a pool of interpreters serves many tasks`() async throws {
        let provider = try DeclarativeProvider(Self.acme())
        let found = await withTaskGroup(of: String?.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let body = #"{"person":{"email":"p\#(number)@example.com"}}"#
                    return try? provider.answer(to: Self.jane, from: Self.reply(200, body)).emails.first?.address
                }
            }
            return await group.reduce(into: Set<String>()) { found, address in
                if let address { found.insert(address) }
            }
        }
        #expect(found.count == 64)
    }
}
