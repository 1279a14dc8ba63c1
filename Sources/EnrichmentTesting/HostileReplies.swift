// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import ProviderCases

extension ProviderConformance {
    /// How many places a body is cut at.
    private static let cuts = 12
    /// How many changes of one body are tried, spread over it. The next case's begin one further on, so that the cases
    /// of a provider, which are alike, are changed in different places.
    private static let maximumMutations = 24
    /// Bytes from which on a strange body comes with status 200 alone.
    private static let largeBody = 4_096

    /// Feeds it what no vendor should send: the bodies of its own cases cut, changed and swapped, and bodies that
    /// are none of anybody's. It may fail with a `ProviderError`; it may not stop the program, and a body that is
    /// not JSON is neither a hit nor a miss to a provider of a vendor's API.
    public func hostileProblems() async -> [String] {
        var found: [String] = []
        for subject in subjects {
            for status in [200, 202, 400, 404, 500] {
                for body in Self.strangeBodies where status == 200 || body.count < Self.largeBody {
                    found += await problems(subject, ProviderReply(status: status, headers: Self.html, body: body))
                }
            }
        }
        for (index, example) in cases.enumerated() {
            guard let last = example.exchanges.last, !example.expected.isError else { continue }
            let before = example.exchanges.dropLast().map(\.reply)
            for body in Self.cut(last.reply.body) {
                var reply = last.reply
                reply.body = body
                found += await problems(example.subject, reply, after: before)
            }
            guard let document = JSONDocument(last.reply.body) else { continue }
            for changed in document.mutations(atMost: Self.maximumMutations, from: index) {
                var reply = last.reply
                reply.body = changed.serialized
                found += await problems(example.subject, reply, after: before)
            }
        }
        return Array(Set(found)).sorted().map { "\(definition.id): \($0)" }
    }

    /// One subject of each kind that its cases have.
    var subjects: [ProviderCase.Subject] {
        var seen: Set<String> = []
        return cases.filter { seen.insert($0.capability?.rawValue ?? "account").inserted }.map(\.subject)
    }

    private func problems(
        _ subject: ProviderCase.Subject, _ reply: ProviderReply, after before: [ProviderReply] = []
    ) async -> [String] {
        let exchange = StubbornExchange(before, then: reply)
        let outcome = await CaseOutcome(definition.makeProvider(), subject, ProviderClient(exchange))
        func isUnreadable() -> Bool {
            definition.descriptor.baseURL != nil && !(400..<500).contains(reply.status)
                && JSONDocument(reply.body) == nil
        }
        switch outcome {
        case .error: return []
        case .unsuited: return ["can't be asked for what a case asks"]
        case .answer(let answer):
            guard !isUnreadable() else { return ["took a body that is not JSON for an answer"] }
            let isSound =
                answer.emails.allSatisfy { !$0.address.isEmpty }
                && (answer.phones + answer.officePhones).allSatisfy { !$0.raw.isEmpty }
            return isSound ? [] : ["gave an empty value as a candidate"]
        case .verdict, .account:
            return isUnreadable() ? ["took a body that is not JSON for an answer"] : []
        }
    }

    private static let html = ReplyHeaders([("Content-Type", "text/html; charset=utf-8")])

    private static let strangeBodies: [[UInt8]] = {
        var numbers = SeededGenerator(seed: 1)
        let random = (0..<24).map { _ in
            (0..<Int(numbers.next() % 600)).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
        }
        let texts = [
            "", " ", "\u{FEFF}{}", "null", "true", "0", "-1e999", "\"\"", "[]", "{}", "[[]]", "{\"data\":[]}",
            "{\"data\":{}}", "{\"data\":", "{\"a\":1}{\"a\":2}", "{\"error\":true}", "{\"error\":{\"type\":[]}}",
            "<!doctype html><title>502</title>", "Internal Server Error", "{'data': 1}", "{\"data\":\"\\ud800\"}",
            String(repeating: "[", count: 20_000), String(repeating: "{\"data\":", count: 5_000),
            "[" + String(repeating: "0,", count: 50_000) + "0]", "<" + String(repeating: "div><", count: 20_000),
            "<script type=\"application/ld+json\">{\"telephone\":\"" + String(repeating: "1", count: 9_000),
        ]
        return random + texts.map { Array($0.utf8) }
    }()

    private static func cut(_ body: [UInt8]) -> [[UInt8]] {
        guard body.count > 1 else { return [] }
        let step = max(1, body.count / cuts)
        return stride(from: 0, to: body.count, by: step).map { Array(body[..<$0]) }
    }
}

/// Gives the replies of a case, then one for ever; ends a wait that would never end.
private actor StubbornExchange: ProviderExchange {
    private static let maximumCalls = 12

    private var replies: [ProviderReply]
    private let last: ProviderReply
    private var calls = 0

    init(_ replies: [ProviderReply], then last: ProviderReply) {
        self.replies = replies
        self.last = last
    }

    func send(_ request: ProviderRequest, repeatable: Bool) async throws(ProviderError) -> ProviderReply {
        calls += 1
        guard calls <= Self.maximumCalls else { throw ProviderError(.timedOut) }
        return replies.isEmpty ? last : replies.removeFirst()
    }

    func keep(_ ticket: PollTicket) async throws(ProviderError) {}

    func wait(_ duration: Duration) async throws(ProviderError) {}

    nonisolated var timeLeft: Duration { .seconds(30) }
}

extension JSONDocument {
    private static let replacements: [JSONDocument] = [
        .null, .bool(true), .bool(false), .integer(0), .integer(-1), .integer(.max), .number(1e300), .number(0.5),
        .string(""), .string("x"), .array([]), .array([.null, .string("x")]), .object([:]),
    ]

    /// Returns the document with one value at a time replaced by one of another type, or left out: every so many'th of
    /// all, beginning with the one of that number.
    func mutations(atMost count: Int, from first: Int) -> [JSONDocument] {
        let all = everyMutation()
        let step = max(1, all.count / count)
        return stride(from: first % step, to: all.count, by: step).map { all[$0] }
    }

    private func everyMutation() -> [JSONDocument] {
        let here = Self.replacements.filter { $0 != self }
        switch self {
        case .array(let elements):
            return here
                + elements.indices.flatMap { index in
                    elements[index].everyMutation().map { changed in
                        var elements = elements
                        elements[index] = changed
                        return .array(elements)
                    }
                }
        case .object(let members):
            return here
                + members.keys.sorted().flatMap { key in
                    var without = members
                    let value = without.removeValue(forKey: key) ?? .null
                    let changed = value.everyMutation().map { changed in
                        JSONDocument.object(members.merging([key: changed]) { $1 })
                    }
                    return [JSONDocument.object(without)] + changed
                }
        case .null, .bool, .integer, .number, .string: return here
        }
    }
}
