// SPDX-License-Identifier: Apache-2.0

import DeclarativeProvider
import Enrichment
import EnrichmentTesting
import Testing

/// `poll:`, `token:`, `failure` and `emails` of a provider that is written in YAML.
@Suite struct DeclaredJobTests {
    typealias Definition = DeclarativeDefinition

    static func definition(_ change: (inout Definition) -> Void = { _ in }) -> Definition {
        DeclarativeProviderTests.acme { definition in
            definition.request = .init(
                url: "https://crm.acme.example/v1/jobs",
                body: .json(.object([("name", .text("{full_name}")), ("domain", .text("{domain}"))])))
            definition.poll = .init(
                id: ".job.id", request: .init(url: "https://crm.acme.example/v1/jobs/{job}"),
                pending: #".state == "running""#)
            definition.timeout = .seconds(60)
            definition.statuses = [:]
            change(&definition)
        }
    }

    static let jane = ContactQuery(
        capability: .email, firstName: "Jane", lastName: "Doe", fullName: "Jane Doe", domain: "example.com")
    static let taken = DeclarativeProviderTests.reply(200, #"{"job": {"id": "j-1"}}"#)
    static let running = DeclarativeProviderTests.reply(200, #"{"state": "running"}"#)
    static let done = DeclarativeProviderTests.reply(200, DeclarativeProviderTests.hit)

    static func reply(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> ProviderReply {
        DeclarativeProviderTests.reply(status, body, headers)
    }

    static func job(_ change: (inout Definition) -> Void = { _ in }) throws -> any PollingProvider {
        try #require(
            try DeclarativeProvider(definition(change)).definition.makeProvider() as? any PollingProvider)
    }

    /// What it comes to, and what it sent, kept and waited for.
    static func run(
        _ replies: [ProviderReply], _ change: (inout Definition) -> Void = { _ in }
    ) async throws -> (outcome: CaseOutcome, replay: ReplayExchange) {
        let request = ProviderCase.ExpectedRequest(
            method: "", host: nil, path: "", query: [:], headers: [:], json: nil, form: nil)
        let replay = ReplayExchange(replies.map { ProviderCase.Exchange(request: request, reply: $0) })
        let outcome = await CaseOutcome(try job(change), .query(jane), ProviderClient(replay))
        return (outcome, replay)
    }

    static func failed(_ outcome: CaseOutcome) -> ProviderError.Kind? {
        if case .error(let error) = outcome { error.kind } else { nil }
    }

    static func address(_ outcome: CaseOutcome) -> String? {
        if case .answer(let answer) = outcome { answer.emails.first?.address } else { nil }
    }

    // MARK: Asking

    @Test func `a job is submitted, kept, and asked for until it is done`() async throws {
        let (outcome, replay) = try await Self.run([Self.taken, Self.running, Self.running, Self.done])
        #expect(Self.address(outcome) == "jane.doe@example.com")
        #expect(replay.kept == [PollTicket(rawValue: "j-1")])
        #expect(replay.waited == Array(repeating: .seconds(5), count: 3))
        #expect(replay.sent.map(\.target) == [.path("/v1/jobs")] + Array(repeating: .path("/v1/jobs/j-1"), count: 3))
        #expect(replay.sent.map(\.body.isEmpty) == [false, true, true, true])
    }

    @Test func `its facts are those of a job`() throws {
        let facts = try Self.job().descriptor
        #expect(facts.repeats == .asyncID)
        #expect(facts.authentication == .none)
        #expect(facts.capabilities[.email]?.inputs == [[.fullName, .domain]])
    }

    @Test func `a result that is there at once is taken`() async throws {
        let (outcome, replay) = try await Self.run([Self.done])
        #expect(Self.address(outcome) == "jane.doe@example.com")
        #expect(replay.kept.isEmpty)
    }

    @Test(arguments: [#"{}"#, #"{"person": null}"#, #"{"job": {"id": null}}"#, #"{"state": "running"}"#])
    func `a reply with neither a job nor a result is malformed, and no miss`(body: String) async throws {
        let (outcome, _) = try await Self.run([Self.reply(200, body)])
        #expect(Self.failed(outcome) == .malformedReply)
    }

    @Test func `later replies may carry an id too`() async throws {
        let (outcome, replay) = try await Self.run(
            [
                Self.reply(200, #"{"id": "j-1"}"#), Self.reply(200, #"{"id": "j-2", "state": "running"}"#),
                Self.reply(200, #"{"id": "j-1", "person": null}"#),
            ]
        ) {
            $0.poll?.id = ".id"
        }
        guard case .answer(.miss) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(replay.kept == [PollTicket(rawValue: "j-1")])
        #expect(replay.sent.last?.target == .path("/v1/jobs/j-1"))
    }

    @Test func `an id program that fails on later replies does no harm`() async throws {
        let list = Self.reply(200, #"{"job": [], "person": {"email": "jane.doe@example.com"}}"#)
        let (outcome, _) = try await Self.run([Self.taken, list])
        #expect(Self.address(outcome) == "jane.doe@example.com")
    }

    @Test func `a vendor that says how long to wait is believed`() async throws {
        let slow = Self.reply(200, #"{"state": "running"}"#, [("Retry-After", "20")])
        let fast = Self.reply(200, #"{"state": "running"}"#, [("Retry-After", "1")])
        let (_, replay) = try await Self.run([Self.taken, slow, fast, Self.done])
        #expect(replay.waited == [.seconds(5), .seconds(20), .seconds(5)])
    }

    // MARK: Statuses

    @Test func `a status may say that a job isn't done`() async throws {
        let (outcome, replay) = try await Self.run(
            [
                Self.reply(202, #"{"job": {"id": "j-1"}}"#), Self.reply(202, ""), Self.reply(425, "<html>"), Self.done,
            ]
        ) {
            $0.poll?.pending = nil
            $0.statuses = [202: .pending, 425: .pending]
        }
        #expect(Self.address(outcome) == "jane.doe@example.com")
        #expect(replay.waited.count == 3)
    }

    @Test func `a 400 is read by the program, and one that it knows nothing of is a failure`() async throws {
        let wait = Self.reply(400, #"{"state": "running"}"#)
        let (found, _) = try await Self.run([Self.taken, wait, wait, Self.done])
        #expect(Self.address(found) == "jane.doe@example.com")
        for body in [#"{"state": "odd"}"#, "<html>", "", #"[1]"#] {
            let (outcome, _) = try await Self.run([Self.taken, Self.reply(400, body)])
            #expect(Self.failed(outcome) == .rejectedQuery)
        }
    }

    @Test(arguments: [
        (401, ProviderError.Kind.unauthorized), (402, .outOfCredits), (429, .throttled), (503, .unavailable),
    ])
    func `a status that means something is never a job that isn't done`(
        status: Int, kind: ProviderError.Kind
    ) async throws {
        // A program that takes everything but an answer for "not yet".
        let change: (inout Definition) -> Void = { $0.poll?.pending = #".state != "done""# }
        let (outcome, replay) = try await Self.run([Self.taken, Self.reply(status, #"{"error": "x"}"#)], change)
        #expect(Self.failed(outcome) == kind)
        #expect(replay.sent.count == 2)
    }

    @Test func `the table comes before the programs`() async throws {
        let wait = Self.reply(400, #"{"state": "running"}"#)
        let (outcome, _) = try await Self.run([Self.taken, wait]) { $0.statuses = [400: .noMatch] }
        guard case .answer(.miss) = outcome else { return #expect(Bool(false), "\(outcome)") }
    }

    @Test(
        arguments: [
            (200, #""out_of_credits""#, .outOfCredits), (422, #""out_of_credits""#, .outOfCredits),
            (400, #""throttled""#, .throttled), (200, #""pending""#, .malformedReply),
            (200, #""odd""#, .malformedReply), (200, "7", .malformedReply), (400, "null", .rejectedQuery),
            (403, #""throttled""#, .unauthorized),
        ] as [(Int, String, ProviderError.Kind)])
    func `a program names the failure`(status: Int, word: String, kind: ProviderError.Kind) async throws {
        let body = #"{"word": \#(word), "person": {"email": "jane.doe@example.com"}}"#
        let provider = try DeclarativeProvider(DeclarativeProviderTests.acme { $0.answer[.failure] = ".word" })
        #expect(throws: ProviderError(kind)) {
            do throws(ProviderError) {
                _ = try provider.answer(to: Self.jane, from: Self.reply(status, body))
            } catch {
                throw ProviderError(error.kind)
            }
        }
    }

    @Test func `a program names a miss, on a status that has no meaning in the table too`() throws {
        let provider = try DeclarativeProvider(
            DeclarativeProviderTests.acme {
                $0.answer[.failure] = #"if .code == "NO_MATCH" then "no_match" else null end"#
            })
        let miss = Self.reply(400, #"{"code": "NO_MATCH"}"#)
        #expect(try provider.answer(to: Self.jane, from: miss) == .miss)
        #expect(throws: ProviderError(.rejectedQuery)) {
            try provider.answer(to: Self.jane, from: Self.reply(400, #"{"code": "ODD"}"#))
        }
        #expect(try provider.answer(to: Self.jane, from: Self.done).emails.count == 1)
    }

    // MARK: Ids

    @Test(arguments: [#""../x""#, #""a b""#, #""\#(String(repeating: "a", count: 129))""#, "1.5", "[]", "{}", "true"])
    func `an id that can't stand in a path is refused`(id: String) async throws {
        let (outcome, replay) = try await Self.run([Self.reply(200, #"{"job": {"id": \#(id)}}"#)])
        #expect(Self.failed(outcome) == .malformedReply)
        #expect(replay.kept.isEmpty)
    }

    @Test func `an id is a whole number too`() async throws {
        let (_, replay) = try await Self.run([Self.reply(200, #"{"job": {"id": 17}}"#), Self.done])
        #expect(replay.sent.last?.target == .path("/v1/jobs/17"))
    }

    @Test func `elsewhere an id is any text, and escaped where it stands`() async throws {
        let id = #"a/b c"}&d=é"#
        let submitted = Self.reply(200, #"{"job": {"id": "a/b c\"}&d=é"}}"#)
        let (outcome, replay) = try await Self.run([submitted, Self.done]) {
            $0.poll?.request = .init(
                url: "https://crm.acme.example/v1/result", query: [.init("id", "{job}")],
                body: .json(.object([("id", .text("job {job}"))])))
        }
        #expect(Self.address(outcome) == "jane.doe@example.com")
        #expect(replay.kept == [PollTicket(rawValue: id)])
        let sent = try #require(replay.sent.last)
        #expect(sent.query == [QueryItem("id", id)])
        #expect(JSONDocument(sent.body) == .object(["id": .string("job \(id)")]))
        let (refused, _) = try await Self.run([Self.reply(200, #"{"job": {"id": "a\nb"}}"#)]) {
            $0.poll?.request = .init(url: "https://crm.acme.example/v1", headers: [.init("X-Job", "{job}")])
        }
        #expect(Self.failed(refused) == .malformedReply)
    }

    @Test func `a ticket of another configuration breaks no path`() throws {
        let request = try Self.job().request(for: PollTicket(rawValue: ".."))
        #expect(request.target == .path("/v1/jobs/0"))
    }

    // MARK: Checking

    static let mistakes: [(path: String, change: @Sendable (inout Definition) -> Void)] = [
        ("poll.id", { $0.poll?.id = ".job.(" }),
        ("poll.pending", { $0.poll?.pending = "input" }),
        ("poll.pending", { $0.poll?.pending = ".a | nosuch" }),
        ("answer.failure", { $0.answer[.failure] = "now" }),
        ("poll.request.url", { $0.poll?.request.url = "https://crm.acme.example/v1/{domain}/{job}" }),
        ("poll.request.url", { $0.poll?.request.url = "https://crm.acme.example/v1/{job?}" }),
        ("poll.request.url", { $0.poll?.request.url = "https://other.acme.example/v1/{job}" }),
        ("poll.request", { $0.poll?.request.url = "https://crm.acme.example/v1/result" }),
        ("poll.request.headers.Host", { $0.poll?.request.headers = [.init("Host", "x")] }),
        ("request.query.id", { $0.request.query = [.init("id", "{job}")] }),
        ("poll.every", { $0.poll?.every = .milliseconds(99) }),
        ("poll.every", { $0.poll?.every = .seconds(60) }),
        ("poll", { $0.poll?.pending = nil }),
        (
            "capabilities",
            {
                $0.capabilities = [.verifyEmail: .free]
                $0.answer[.status] = ".status"
                $0.request.body = .json(.object([("email", .text("{email}"))]))
            }
        ),
        (
            "statuses.202",
            {
                $0.poll = nil
                $0.statuses = [202: .pending]
            }
        ),
        (
            "repeat",
            {
                $0.poll = nil
                $0.repeats = .asyncID
            }
        ),
        ("token.path", { $0.token = .init("oauth/token") }),
        ("token.path", { $0.token = .init("/oauth/token?a=b") }),
        ("token.scope", { $0.token = .init("/oauth/token", scope: "a\nb") }),
        (
            "poll.request.headers.Authorization",
            {
                $0.token = .init("/oauth/token")
                $0.poll?.request.headers = [.init("Authorization", "x")]
            }
        ),
        (
            "answer.email",
            {
                $0.answer[.emails] = ".all"; $0.answer[.status] = nil
            }
        ),
        (
            "answer.confidence",
            {
                $0.answer = [.emails: ".all", .confidence: ".c", .officePhone: ".p"]
            }
        ),
    ]

    @Test(arguments: mistakes.indices) func `a mistake is told where it is`(index: Int) {
        let mistake = Self.mistakes[index]
        let problems = DeclarativeProvider.problems(of: Self.definition(mistake.change))
        #expect(problems.map(\.path) == [mistake.path])
        #expect(throws: DeclarativeError.self) { try DeclarativeProvider(Self.definition(mistake.change)) }
    }

    // MARK: Tokens and candidates

    @Test func `a token is the engine's`() throws {
        let job = try Self.job { $0.token = .init("/oauth/token", scope: "read", sendsBasic: true) }
        #expect(
            job.descriptor.authentication == .clientCredentials(.init("/oauth/token", scope: "read", sendsBasic: true)))
        #expect(try job.request(for: Self.jane).headers.map(\.value) == ["application/json"])
    }

    @Test func `several addresses come each with their own status`() throws {
        let provider = try DeclarativeProvider(
            DeclarativeProviderTests.acme { $0.answer = [.emails: ".all", .officePhone: ".p"] })
        let body = #"""
            {"all": ["a@example.com", {"address": "b@example.com", "status": "verified", "confidence": 0.9},
              {"email": "c@example.com", "status": "odd", "confidence": 7}, {"status": "verified"}, null, 3, "",
              {"address": "d@example.com", "status": "invalid"}]}
            """#
        #expect(
            try provider.answer(to: Self.jane, from: Self.reply(200, body)).emails == [
                EmailCandidate("a@example.com", grade: .unverified),
                EmailCandidate("b@example.com", grade: .verified, confidence: 0.9),
                EmailCandidate("c@example.com", grade: .unverified),
                EmailCandidate("d@example.com", grade: .invalid),
            ])
        for body in [#"{"all": null}"#, #"{"all": {}}"#, #"{"all": "a@example.com"}"#] {
            #expect(try provider.answer(to: Self.jane, from: Self.reply(200, body)).emails.isEmpty)
        }
    }

    @Test func `what a poll writes is among the literals`() throws {
        let provider = try DeclarativeProvider(
            Self.definition {
                $0.poll?.request.url = "https://crm.acme.example/hidden-path/{job}"
                $0.poll?.request.headers = [.init("X-Key", TemplateText([.secret("0123456789")]))]
            })
        #expect(provider.literals.contains("0123456789"))
        #expect(provider.pathLiterals.contains("hidden-path"))
    }
}
