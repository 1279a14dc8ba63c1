// SPDX-License-Identifier: Apache-2.0

import DeclarativeProvider
import Enrichment
import EnrichmentTesting
import Testing

/// `{title?}`: what is left out where a prospect lacks it, and `inputs`, which says what it needs then.
@Suite struct OptionalPlaceholderTests {
    typealias Definition = DeclarativeDefinition

    static func provider(_ change: (inout Definition) -> Void) throws -> DeclarativeProvider {
        try DeclarativeProvider(definition(change))
    }

    static func definition(_ change: (inout Definition) -> Void) -> Definition {
        DeclarativeProviderTests.acme { definition in
            definition.request.query = [.init("domain", "{domain}")]
            definition.request.headers = []
            change(&definition)
        }
    }

    static let bare = ContactQuery(capability: .email, domain: "example.com")
    static let titled = ContactQuery(capability: .email, domain: "example.com", title: "Head of X")

    @Test(
        arguments: [
            ("{title?}", nil, "Head of X"), ("a {title?}", "a", "a Head of X"),
            ("{title?} {country?}", nil, "Head of X"),
            (" {title?} ", nil, " Head of X "), ("{title?}-{domain}", "-example.com", "Head of X-example.com"),
            ("{title?} at {domain}", "at example.com", "Head of X at example.com"),
            ("{{{title?}}}", "{}", "{Head of X}"),
            ("fixed", "fixed", "fixed"), ("", "", ""),
        ] as [(String, String?, String?)])
    func `a parameter is left out where nothing of it is left`(text: String, bare: String?, titled: String?) throws {
        let provider = try Self.provider { $0.request.query.append(.init("t", TemplateText(text))) }
        func value(_ query: ContactQuery) throws -> String? {
            try provider.request(for: query).query.first { $0.name == "t" }?.value
        }
        #expect(try value(Self.bare) == bare)
        #expect(try value(Self.titled) == titled)
        #expect(provider.descriptor.capabilities[.email]?.inputs == [[.domain]])
    }

    @Test func `a secret beside an optional placeholder stays`() throws {
        let provider = try Self.provider {
            $0.request.query.append(.init("t", TemplateText([.secret("k?{x}"), .template("{title?}")])))
        }
        #expect(try provider.request(for: Self.bare).query.last == QueryItem("t", "k?{x}"))
    }

    @Test func `a header is left out, and what can't stand in one is still refused`() throws {
        let provider = try Self.provider { $0.request.headers = [.init("X-Title", "{title?}")] }
        #expect(try provider.request(for: Self.bare).headers.isEmpty)
        #expect(try provider.request(for: Self.titled).headers.map(\.value) == ["Head of X"])
        var hostile = Self.titled
        hostile.title = "a\r\nX-Injected: 1"
        #expect(throws: ProviderError(.rejectedQuery, "a value that can't stand in a header")) {
            try provider.request(for: hostile)
        }
    }

    @Test func `a content type that is left out has its standard`() throws {
        let provider = try Self.provider {
            $0.request.headers = [.init("Content-Type", "{title?}")]
            $0.request.body = .json(.object([("d", .text("{domain}"))]))
        }
        #expect(try provider.request(for: Self.bare).headers.map(\.value) == ["application/json"])
    }

    @Test func `members and elements of a body are left out, whole objects stay`() throws {
        let provider = try Self.provider {
            $0.request.body = .json(
                .object([
                    ("title", .text("{title?}")), ("where", .object([("country", .text("{country?}"))])),
                    ("words", .array([.text("{title?}"), .text("{domain}"), .null])), ("deep", .bool(true)),
                ]))
        }
        func body(_ query: ContactQuery) throws -> String {
            String(decoding: try provider.request(for: query).body, as: UTF8.self)
        }
        #expect(try body(Self.bare) == #"{"where":{},"words":["example.com",null],"deep":true}"#)
        var hostile = Self.titled
        hostile.title = "\"},{\"x\":\"\\\n"
        #expect(
            try body(hostile)
                == #"{"title":"\"},{\"x\":\"\\\n","where":{},"words":["\"},{\"x\":\"\\\n","example.com",null],"deep":true}"#
        )
    }

    @Test func `a body that is nothing else is left out, and so are fields of a form`() throws {
        let alone = try Self.provider { $0.request.body = .json(.text("{title?}")) }
        #expect(try alone.request(for: Self.bare).body.isEmpty)
        #expect(try alone.request(for: Self.bare).headers.isEmpty)
        #expect("\(try alone.request(for: Self.bare))".hasPrefix("POST, "))
        let form = try Self.provider {
            $0.request.body = .form([.init("t", "{title?}"), .init("d", "{domain}"), .init("c", "{country?}")])
        }
        #expect(String(decoding: try form.request(for: Self.bare).body, as: UTF8.self) == "d=example.com")
        #expect(
            String(decoding: try form.request(for: Self.titled).body, as: UTF8.self) == "t=Head%20of%20X&d=example.com")
    }

    @Test func `an input that is missing is refused as before`() throws {
        let provider = try Self.provider { $0.request.query.append(.init("t", "{title?}")) }
        #expect(throws: ProviderError(.rejectedQuery, "the query lacks a field that the template has")) {
            try provider.request(for: ContactQuery(capability: .email, title: "x"))
        }
    }

    @Test func `what is once an input and once optional is an input`() throws {
        let provider = try Self.provider { $0.request.query.append(.init("d", "{domain?}")) }
        #expect(provider.descriptor.capabilities[.email]?.inputs == [[.domain]])
    }

    // MARK: Inputs

    static let names: [Definition.Item] = [
        .init("linkedin", "{linkedin_url?}"), .init("first", "{first_name?}"), .init("last", "{last_name?}"),
        .init("domain", "{domain?}"),
    ]

    @Test func `alternative sets of inputs are the descriptor's`() throws {
        let provider = try Self.provider {
            $0.request.query = Self.names
            $0.inputs = [[.linkedInURL], [.firstName, .lastName, .domain]]
        }
        let facts = provider.descriptor
        #expect(facts.capabilities[.email]?.inputs == [[.linkedInURL], [.firstName, .lastName, .domain]])
        let byProfile = ContactQuery(capability: .email, linkedInURL: "https://www.linkedin.com/in/jane-doe")
        #expect(facts.accepts(byProfile))
        #expect(try provider.request(for: byProfile).query.map(\.name) == ["linkedin"])
        let byName = ContactQuery(capability: .email, firstName: "Jane", lastName: "Doe", domain: "example.com")
        #expect(facts.accepts(byName))
        #expect(try provider.request(for: byName).query.map(\.name) == ["first", "last", "domain"])
        #expect(!facts.accepts(ContactQuery(capability: .email, firstName: "Jane", domain: "example.com")))
    }

    @Test func `a full name is made of its parts`() throws {
        let provider = try Self.provider {
            $0.request.query = [.init("name", "{full_name}")]
            $0.inputs = [[.firstName, .lastName], [.fullName]]
        }
        let query = ContactQuery(capability: .email, firstName: "Jane", lastName: "Doe")
        #expect(provider.descriptor.accepts(query))
        #expect(try provider.request(for: query).query.map(\.value) == ["Jane Doe"])
    }

    static let wrong: [(query: [Definition.Item], inputs: [Set<QueryField>], path: String, says: String)] = [
        (names, [], "request", "every placeholder is optional; say what it needs with `inputs`"),
        (names, [[.domain], []], "inputs[1]", "an empty set"),
        (names, [[.domain], [.title]], "inputs[1]", "no placeholder for any of these"),
        (
            [.init("d", "{domain}"), .init("l", "{linkedin_url?}")], [[.linkedInURL], [.domain]], "inputs[0]",
            "a prospect with these alone has no `domain`; add it, or write '{domain?}'"
        ),
        ([.init("h", "{linkedin_handle}")], [[.domain]], "inputs[0]", "has no `linkedin_url`"),
    ]

    @Test(arguments: wrong.indices) func `inputs that can't be are told, with their place`(index: Int) {
        let row = Self.wrong[index]
        let problems = DeclarativeProvider.problems(
            of: Self.definition {
                $0.request.query = row.query
                $0.inputs = row.inputs
            })
        #expect(problems.first?.path == row.path)
        #expect(problems.first?.message.contains(row.says) == true, "\(problems)")
    }

    @Test func `a verifier has no inputs, and may know its address optionally`() throws {
        func verifier(_ change: (inout Definition) -> Void = { _ in }) -> Definition {
            Self.definition {
                $0.capabilities = [.verifyEmail: .free]
                $0.request = .init(url: "https://check.acme.example/v1", query: [.init("e", "{email?}")])
                $0.answer = [.status: ".status"]
                change(&$0)
            }
        }
        let provider = try DeclarativeProvider(verifier())
        let candidate = Candidate.email(EmailCandidate("jane@example.com", grade: .unverified))
        #expect(try provider.request(for: candidate).query == [QueryItem("e", "jane@example.com")])
        #expect(DeclarativeProvider.problems(of: verifier { $0.inputs = [[.email]] }).map(\.path) == ["inputs"])
        let more = verifier { $0.request.query.append(.init("t", "{title?}")) }
        #expect(DeclarativeProvider.problems(of: more).map(\.path) == ["request"])
    }

    // MARK: What is written wrongly

    @Test(arguments: [
        ("https://crm.acme.example/v1/{title?}", 28, "'{title?}' can't be left out of a path; write '{title}'"),
        ("https://crm.acme.example/{domain}/a{title?}", 35, "can't be left out of a path"),
        ("https://{domain?}.acme.example/", 8, "the host"),
        ("https://crm.acme.example/{titel?}", 25, "'{titel?}' is not a placeholder"),
    ])
    func `a path has no optional placeholder`(url: String, offset: Int, says: String) {
        let problems = DeclarativeProvider.problems(of: Self.definition { $0.request.url = url })
        #expect(problems.map(\.path) == ["request.url"])
        #expect(problems.first?.offset == offset)
        #expect(problems.first?.message.contains(says) == true, "\(problems)")
    }

    @Test(arguments: ["{?title}", "{title ?}", "{title??}", "{ title }", "{title? }"])
    func `one that is written otherwise is told how`(text: String) {
        let problems = DeclarativeProvider.problems(
            of: Self.definition { $0.request.query.append(.init("t", TemplateText(text))) })
        #expect(
            problems.map(\.message) == ["a placeholder is written '{title}', one that is optional '{title?}'"])
        #expect(problems.first?.offset == 0)
    }

    @Test(arguments: ["{?}", "{}", "{titel?}", "{known?}"]) func `what is none is told`(text: String) {
        let problems = DeclarativeProvider.problems(
            of: Self.definition { $0.request.query.append(.init("t", TemplateText(text))) })
        #expect(problems.first?.message.contains("not a placeholder; there are company_name") == true, "\(problems)")
    }

    @Test func `no value breaks the form of a request with optional placeholders`() async throws {
        let provider = try Self.provider {
            $0.request = .init(
                url: "https://crm.acme.example/v1/{domain}",
                query: [.init("t", "{title?}"), .init("n", "{first_name?} {last_name?}")],
                headers: [.init("X-Country", "{country?}")], body: .json(.object([("c", .text("{company_name?}"))])))
        }
        let subjects: [ContactQuery] = [
            Self.bare, Self.titled,
            ContactQuery(
                capability: .email, firstName: "Jane", lastName: "Doe", companyName: "Example", domain: "example.com",
                title: "Head", country: "FR"),
        ]
        for query in subjects {
            let example = ProviderCase(
                name: "x", source: "y", confidence: "memory", subject: .query(query), exchanges: [],
                expected: .answer(.miss))
            #expect(await ProviderConformance(provider.definition, cases: [example]).escapingProblems() == [])
        }
    }
}
