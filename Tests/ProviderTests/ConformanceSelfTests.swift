// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

/// A vendor whose adapter has one defect, which the suite must find.
private struct Flawed: ExchangeProvider {
    enum Flaw: CaseIterable {
        case none, takesAnything, rawPath, keyInHeader, rawHeader, brokenBody, wrongPrice, otherDescriptor, emptyEmail
    }

    let flaw: Flaw

    static func facts(_ flaw: Flaw) -> ProviderDescriptor {
        ProviderDescriptor(
            id: "flawed", name: "Flawed", baseURL: "https://api.example.com", authentication: .bearer,
            capabilities: [
                .email: CapabilityDescriptor(
                    inputs: [[.fullName, .domain]],
                    price: VendorPrice(.found, Amount(1, flaw == .wrongPrice ? "other_credits" : "flawed_credits")))
            ])
    }

    var descriptor: ProviderDescriptor {
        var facts = Self.facts(flaw)
        if flaw == .otherDescriptor { facts.concurrency += 1 }
        return facts
    }

    func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
        let name = query.fullName ?? ""
        switch flaw {
        case .rawPath: return .get("/find/\(name)")
        case .keyInHeader: return .get("/find", query: [("name", name), ("token", "k")])
        case .rawHeader:
            guard case .header(let header) = ProviderDescriptor.Authentication.header("X-Name") else {
                return .get("/")
            }
            return .get("/find", headers: [HeaderItem(header, name)])
        case .brokenBody:
            var request = ProviderRequest.post("/find", json: .null)
            request.body = Array("{\"name\":\"\(name)\"}".utf8)
            return request
        default: return .get("/find", query: [("name", name)])
        }
    }

    func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if flaw == .takesAnything { return .miss }
        if let failure = reply.failure { throw failure }
        return try reply.json { json throws(ProviderError) in
            guard json["data"].isObject else { throw ProviderError(.malformedReply) }
            let address = flaw == .emptyEmail ? json["data"]["email"].string : json["data"]["email"].text
            return ProviderAnswer(emails: address.map { [EmailCandidate($0, grade: .unverified)] } ?? [])
        }
    }
}

@Suite struct ConformanceSelfTests {
    static func example(_ email: String, _ expected: String, path: String = "/find") throws -> ProviderCase {
        let text = """
            {"name": "an example", "source": "fiction", "confidence": "memory", "capability": "email",
             "query": {"full_name": "Jane Doe", "domain": "example.com"},
             "exchanges": [{"request": {"method": "GET", "path": "\(path)", "query": {"name": "Jane Doe"}},
                            "reply": {"status": 200, "json": {"data": {"email": \(email)}}}}],
             \(expected)}
            """
        return try ProviderCase(json: Array(text.utf8))
    }

    static func cases() throws -> [ProviderCase] {
        [
            try example(
                "\"jane@example.com\"",
                #""answer": {"emails": [{"address": "jane@example.com", "grade": "unverified"}]}"#),
            try example("null", #""answer": {}"#),
        ]
    }

    private func problems(_ flaw: Flawed.Flaw, _ cases: [ProviderCase]) async -> [String] {
        let definition = ProviderDefinition(Flawed.facts(flaw)) { Flawed(flaw: flaw) }
        return await ProviderConformance(definition, cases: cases).problems()
    }

    @Test func `a provider without a flaw passes`() async throws {
        #expect(await problems(.none, try Self.cases()) == [])
    }

    @Test(arguments: Flawed.Flaw.allCases.filter { $0 != .none })
    private func `each flaw is found`(flaw: Flawed.Flaw) async throws {
        let found = await problems(flaw, try Self.cases()).joined(separator: "\n")
        let words: String =
            switch flaw {
            case .none: ""
            case .takesAnything: "took a body that is not JSON"
            case .rawPath: "unescaped in the path"
            case .keyInHeader: "the parameter token is a key's"
            case .rawHeader: "a control character in the header"
            case .brokenBody: "breaks the body's JSON"
            case .wrongPrice: "a strange unit"
            case .otherDescriptor: "describes itself otherwise"
            case .emptyEmail: "an empty value as a candidate"
            }
        #expect(found.contains(words))
    }

    @Test func `a case that comes out otherwise is told`() async throws {
        let wrong = [
            try Self.example("\"jane@example.com\"", #""answer": {}"#),
            try Self.example("null", #""error": {"kind": "throttled"}"#),
            try Self.example("null", #""answer": {}"#, path: "/search"),
        ]
        let found = await problems(.none, wrong)
        #expect(found.contains { $0.contains("emails are") })
        #expect(found.contains { $0.contains("another kind of outcome") })
        #expect(found.contains { $0.contains("the path is '/find', not '/search'") })
        #expect(found.contains { $0.contains("no case of a hit") })
    }

    private static let head = #"{"name": "x", "source": "y", "confidence": "live", "#

    @Test(arguments: [
        "", "{}", #"{"name": "x"}"#,
        #"{"name": "x", "source": "y", "confidence": "sure", "exchanges": [], "answer": {}}"#,
        head + #""exchanges": []}"#,
        head + #""exchanges": [], "answer": {}, "error": {"kind": "throttled"}}"#,
        head + #""exchanges": [], "error": {"kind": "tired"}}"#,
        head + #""capability": "email", "query": {"nickname": "J"}, "exchanges": [], "answer": {}}"#,
        head + #""candidate": {"email": "a@example.com"}, "exchanges": [], "#
            + #""verdict": {"status": "locked", "reason": "timeout"}}"#,
    ])
    func `what is not a case is told`(text: String) {
        #expect(throws: ProviderCase.Malformed.self) { try ProviderCase(json: Array(text.utf8)) }
    }
}

@Suite struct PollingTests {
    static let jane = ContactQuery(capability: .email, fullName: "Jane Doe", domain: "example.com")

    /// A job that is ready at its third poll.
    private struct Job: PollingProvider {
        var descriptor: ProviderDescriptor { ScriptedProvider.descriptor("job", [.email]) }
        func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest { .get("/submit") }
        func request(for ticket: PollTicket) -> ProviderRequest { .get("/poll/\(ticket.rawValue)") }
        func progress(of query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> Progress {
            switch reply.status {
            case 200: .answered(.miss)
            case 201: .pending(PollTicket(rawValue: "one"), after: .seconds(3))
            case 203: .pending(PollTicket(rawValue: "two"), after: .seconds(7))
            default: .pending(nil, after: .seconds(5))
            }
        }
    }

    func exchange(_ path: String, _ status: Int) -> ProviderCase.Exchange {
        ProviderCase.Exchange(
            request: ProviderCase.ExpectedRequest(method: "GET", path: path), reply: ProviderReply(status: status))
    }

    @Test func `a ticket is kept before it is polled, and a new one before it is`() async throws {
        let replay = ReplayExchange([
            exchange("/submit", 201), exchange("/poll/one", 202), exchange("/poll/one", 203),
            exchange("/poll/two", 200),
        ])
        #expect(try await Job().find(Self.jane, using: ProviderClient(replay)) == .miss)
        #expect(replay.problems == [])
        #expect(replay.kept.map(\.rawValue) == ["one", "two"])
        #expect(replay.waited == [.seconds(3), .seconds(5), .seconds(7)])
    }

    @Test func `a job without an id is malformed`() async throws {
        let replay = ReplayExchange([exchange("/submit", 202)])
        await #expect(throws: ProviderError(.malformedReply, "a job was taken without an id")) {
            try await Job().find(Self.jane, using: ProviderClient(replay))
        }
    }

    /// A verification that is ready at its third poll.
    private struct Verification: VerifyingPollingProvider {
        var descriptor: ProviderDescriptor { ScriptedProvider.descriptor("job", [.verifyEmail]) }
        func request(for candidate: Candidate) throws(ProviderError) -> ProviderRequest { .get("/submit") }
        func request(for ticket: PollTicket) -> ProviderRequest { .get("/poll/\(ticket.rawValue)") }
        func progress(
            on candidate: Candidate, from reply: ProviderReply
        ) throws(ProviderError) -> JobProgress<Verdict> {
            switch reply.status {
            case 200: .answered(.email(EmailVerdict(.verified, .mailboxExists)))
            case 201: .pending(PollTicket(rawValue: "one"), after: .seconds(3))
            default: .pending(nil, after: .seconds(5))
            }
        }
    }

    @Test func `a verification is kept and polled as a search is`() async throws {
        let replay = ReplayExchange([exchange("/submit", 201), exchange("/poll/one", 202), exchange("/poll/one", 200)])
        let candidate = Candidate.email(EmailCandidate("jane.doe@example.com", grade: .unverified))
        let verdict = try await Verification().verify(candidate, using: ProviderClient(replay))
        #expect(verdict == .email(EmailVerdict(.verified, .mailboxExists)))
        #expect(replay.problems == [])
        #expect(replay.kept.map(\.rawValue) == ["one"])
        #expect(replay.waited == [.seconds(3), .seconds(5)])
    }

    @Test func `a scripted provider says what it was told, then its last`() async throws {
        let provider = ScriptedProvider("scripted", [.email], [.email("jane@example.com"), .fails(.throttled)])
        let client = ProviderClient(ReplayExchange([]))
        #expect(try await provider.find(Self.jane, using: client).emails.count == 1)
        await #expect(throws: ProviderError(.throttled)) { try await provider.find(Self.jane, using: client) }
        #expect(try await provider.find(Self.jane, using: client) == .miss)
        #expect(provider.queries == [Self.jane, Self.jane, Self.jane])
    }
}
