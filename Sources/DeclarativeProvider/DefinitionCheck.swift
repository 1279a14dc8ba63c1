// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Reads a definition whole, and gathers what is wrong with it.
struct DefinitionCheck {
    typealias Field = DeclarativeDefinition.AnswerField

    /// What a definition is made into.
    struct Parts {
        var request: RequestTemplate
        var poll: RequestTemplate?
        var answers: JQProgram
        /// Nil where no program says what a reply is.
        var standing: JQProgram?
    }

    private struct Program {
        var member: String
        /// Where it stands in a configuration.
        var path: String
        var text: String
        /// True for one that gives nothing where it fails.
        var isForgiven = false
    }

    private let definition: DeclarativeDefinition
    private(set) var problems: [DeclarativeError] = []

    init(_ definition: DeclarativeDefinition) { self.definition = definition }

    /// Reads it; nil, and problems, where a part can't be read.
    mutating func parts() -> Parts? {
        checkShape()
        let request = RequestTemplate(definition.request, &problems)
        if let request { problems += inputProblems(request) }
        let poll = definition.poll.flatMap { RequestTemplate($0.request, in: .job, at: "poll.request", &problems) }
        checkPoll(poll, of: request)
        checkToken()
        let answers = compiled(answerPrograms)
        let standing = compiled(standingPrograms)
        guard let request, let answers, (poll == nil) == (definition.poll == nil) else { return nil }
        guard standingPrograms.isEmpty || standing != nil else { return nil }
        return Parts(
            request: request, poll: poll, answers: answers, standing: standingPrograms.isEmpty ? nil : standing)
    }

    private mutating func check(_ holds: Bool, _ path: String, _ message: String) {
        if !holds { problems.append(DeclarativeError(path: path, message: message)) }
    }

    // MARK: What it is

    private static let findable: Set<Capability> = [.email, .mobile, .officePhone, .verifyEmail]

    private mutating func checkShape() {
        check(definition.id.isWellFormed, "id", "a name is a letter, then letters, digits and _, in lower case")
        check(!definition.capabilities.isEmpty, "capabilities", "none is given")
        check(definition.concurrency > 0, "concurrency", "at least 1")
        check(definition.timeout > .zero, "timeout", "more than nothing")
        check((0...1).contains(definition.expectedHitRate), "expected_hit_rate", "from 0 to 1")
        for (status, meaning) in definition.statuses.sorted(by: { $0.key < $1.key }) {
            check((100...599).contains(status), "statuses.\(status)", "not an HTTP status")
            check(
                meaning != .pending || definition.poll != nil, "statuses.\(status)",
                "`pending` is for a job; say under `poll:` how it is asked for")
        }
        check(
            definition.poll != nil || definition.repeats != .asyncID, "repeat",
            "`async_id` is for a job; say under `poll:` how it is asked for")
        checkAnswer()
        for capability in definition.capabilities.keys.sorted() where !Self.findable.contains(capability) {
            check(false, "capabilities", "\(capability.rawValue) can't be declared")
        }
    }

    private mutating func checkAnswer() {
        let fields = Set(definition.answer.keys)
        let needs: [(Capability, Set<Field>)] = [
            (.email, [.email, .emails]), (.mobile, [.mobile, .phone, .phones]),
            (.officePhone, [.officePhone, .phones]), (.verifyEmail, [.status]),
        ]
        for (capability, any) in needs where definition.capabilities[capability] != nil {
            let names = any.map(\.rawValue).sorted().joined(separator: ", ")
            check(!fields.isDisjoint(with: any), "answer", "\(capability.rawValue) needs one of: \(names)")
        }
        guard fields.contains(.emails) else { return }
        for single in [Field.email, .status, .confidence] where fields.contains(single) {
            let message =
                single == .email
                ? "`emails` has all addresses already, this one too"
                : "`emails` gives each address its own; write `\(single.rawValue)` into its objects"
            check(false, "answer.\(single.rawValue)", message)
        }
    }

    private func inputProblems(_ template: RequestTemplate) -> [DeclarativeError] {
        func problem(_ path: String, _ message: String) -> DeclarativeError {
            DeclarativeError(path: path, message: message)
        }
        let required = Set(template.required.compactMap(\.input))
        let known = required.union(template.optional.compactMap(\.input))
        if definition.capabilities[.verifyEmail] != nil {
            guard definition.inputs.isEmpty else { return [problem("inputs", "verify_email knows the address alone")] }
            return known == [.email] ? [] : [problem("request", "verify_email knows {email}, and nothing else")]
        }
        if known.isEmpty { return [problem("request", "no placeholder: it asks for nobody")] }
        if required.isEmpty, definition.inputs.isEmpty {
            return [problem("request", "every placeholder is optional; say what it needs with `inputs`")]
        }
        return definition.inputs.enumerated().flatMap { index, fields -> [DeclarativeError] in
            let path = "inputs[\(index)]"
            if fields.isEmpty { return [problem(path, "an empty set; leave it out")] }
            // A full name is made of its parts.
            let given = fields.isSuperset(of: [.firstName, .lastName]) ? fields.union([.fullName]) : fields
            let lacking = required.subtracting(given).sorted().map { field in
                problem(
                    path,
                    "a prospect with these alone has no `\(field.rawValue)`; add it, or write '{\(field.rawValue)?}'")
            }
            guard lacking.isEmpty, given.isDisjoint(with: known) else { return lacking }
            return [problem(path, "the request has no placeholder for any of these: it asks for nobody")]
        }
    }

    // MARK: Jobs and tokens

    /// Looking at a job more often than this is never wanted.
    private static let minimumPause = Duration.milliseconds(100)

    private mutating func checkPoll(_ template: RequestTemplate?, of request: RequestTemplate?) {
        guard let poll = definition.poll else { return }
        check(definition.capabilities[.verifyEmail] == nil, "capabilities", "verify_email can't be a job")
        check(poll.every >= Self.minimumPause, "poll.every", "at least 100ms")
        check(
            poll.every < definition.timeout, "poll.every",
            "the attempt is over before the job is asked for; raise `timeout`, or lower this")
        check(
            poll.pending != nil || definition.statuses.values.contains(.pending), "poll",
            "nothing says that a job isn't done; add `pending`, or a status that means it")
        guard let template else { return }
        check(template.required.contains(.job), "poll.request", "no '{job}' in it: it asks for no job")
        guard let request else { return }
        check(
            template.baseURL == request.baseURL, "poll.request.url",
            "another host than that of `request.url`; a provider has one")
    }

    private static let maximumScope = 1_024

    private mutating func checkToken() {
        guard let token = definition.token else { return }
        let path = token.path
        let isPath = path.hasPrefix("/") && path.utf8.count <= 1_024 && path.utf8.allSatisfy(PercentEncoding.isPath)
        check(isPath, "token.path", "this is no path such as /oauth/token, below the host of `request.url`")
        let scope = token.scope ?? ""
        check(
            scope.utf8.count <= Self.maximumScope && !scope.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "token.scope",
            "not a scope")
        let places = [("request", definition.request)] + (definition.poll.map { [("poll.request", $0.request)] } ?? [])
        for (place, request) in places {
            for header in request.headers where header.name.lowercased() == "authorization" {
                check(
                    false, "\(place).headers.\(header.name)", "the token goes along by itself; leave this header out")
            }
        }
    }

    // MARK: Programs

    private var answerPrograms: [Program] {
        Field.allCases.filter { $0 != .failure }.compactMap { field in
            definition.answer[field].map {
                Program(member: field.rawValue, path: "answer.\(field.rawValue)", text: $0)
            }
        }
    }

    private var standingPrograms: [Program] {
        // Replies to polls have another form than the one that has the id.
        func program(_ member: StandingReader.Member, _ path: String, _ text: String?) -> Program? {
            text.map { Program(member: member.rawValue, path: path, text: $0, isForgiven: member == .id) }
        }
        return [
            program(.failure, "answer.failure", definition.answer[.failure]),
            program(.id, "poll.id", definition.poll?.id),
            program(.pending, "poll.pending", definition.poll?.pending),
        ].compactMap(\.self)
    }

    /// Makes one program of several: an object with a member for each.
    private mutating func compiled(_ programs: [Program]) -> JQProgram? {
        let before = problems.count
        for program in programs {
            do { try JQSyntax.check(program.text, at: program.path) } catch { problems.append(error) }
        }
        guard problems.count == before else { return nil }
        // A line of its own, so that a comment at a program's end ends there.
        let members = programs.map { "\($0.member): ([limit(1; (\($0.text)\n)\($0.isForgiven ? "?" : ""))] | .[0])" }
        let whole = "{\(members.joined(separator: ", "))}"
        if let program = try? JQProgram(whole, at: "answer") { return program }
        // Which one it is, costs a compilation each; the way without errors doesn't pay for it.
        for program in programs {
            do { _ = try JQProgram("(\(program.text)\n)", at: program.path) } catch { problems.append(error) }
        }
        if problems.count == before {
            problems.append(DeclarativeError(path: "answer", message: "the programs can't be read together"))
        }
        return nil
    }
}
