// SPDX-License-Identifier: Apache-2.0

import CurlMail
import Testing
import WaterfallEngine

/// Servers that go silent or away, at each step.
@Suite struct SilentServerTests {
    typealias Step = ScriptedServer.Step

    private static let untilMessage: [Step] = [
        .say("220 x\r\n"), .read, .say("250 x\r\n"), .read, .say("250 ok\r\n"), .read, .say("250 ok\r\n"), .read,
        .say("354 go\r\n"),
    ]

    private func host(_ port: Int, timeout: Duration = .seconds(1)) -> MailHost {
        MailHost(host: "127.0.0.1", port: port, security: .none, replyTimeout: timeout, timeout: timeout)
    }

    private func send(_ steps: [Step], timeout: Duration = .seconds(20)) async throws -> SubmissionOutcome {
        let server = try ScriptedServer(steps)
        let thread = MailThread(name: "weir-mail-test")
        defer { thread.stop() }
        return await MailSubmission(host(server.port, timeout: timeout), on: thread)
            .send(try MailMessageTests.message().bytes(), from: "a@example.com", to: "jane@example.com")
    }

    @Test(
        arguments: [
            ([.silence], .timedOut, .connection), ([.say("220 x\r\n"), .silence], .timedOut, .hello),
            (Array(untilMessage.prefix(4)) + [.silence], .timedOut, .sender),
            (Array(untilMessage.prefix(8)) + [.silence], .timedOut, .data),
            (Array(untilMessage.prefix(6)) + [.hangUp], .interrupted, .recipient),
        ] as [([Step], MailFailure.Kind, SubmissionStep)])
    func `before the message, nothing is on its way`(
        steps: [Step], kind: MailFailure.Kind, step: SubmissionStep
    ) async throws {
        let outcome = try await send(steps, timeout: kind == .timedOut ? .seconds(1) : .seconds(20))
        guard case .failed(let failure, step) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.kind == kind)
    }

    @Test func `after the final dot, nobody knows`() async throws {
        let gone = try await send(Self.untilMessage + [.readUntil("."), .hangUp])
        guard case .unknown(let failure) = gone else {
            Issue.record("\(gone)")
            return
        }
        #expect(failure.kind == .interrupted)
        let silent = try await send(Self.untilMessage + [.silence], timeout: .seconds(1))
        guard case .unknown(let failure) = silent else {
            Issue.record("\(silent)")
            return
        }
        #expect(failure.kind == .timedOut)
    }

    @Test(arguments: [
        ("452 4.2.2 later", true), ("554 5.7.1 no", false),
    ])
    func `a no after the message is a no`(line: String, isTransient: Bool) async throws {
        let outcome = try await send(Self.untilMessage + [.readUntil("."), .say("\(line)\r\n"), .read, .hangUp])
        guard case .refused(let reply, .message) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reply.isTransient == isTransient)
    }

    @Test func `a yes stands, whatever becomes of the farewell`() async throws {
        let outcome = try await send(Self.untilMessage + [.readUntil("."), .say("250 2.0.0 queued\r\n"), .silence])
        #expect(outcome == .accepted(SubmissionReply(code: 250, enhancedStatus: "2.0.0", text: "queued")))
    }

    @Test func `a greeting that turns away is a no`() async throws {
        let outcome = try await send([.say("554 5.3.2 no service here\r\n"), .silence])
        let reply = SubmissionReply(code: 554, enhancedStatus: "5.3.2", text: "no service here")
        #expect(outcome == .refused(reply, at: .connection))
    }

    @Test func `a task that is cancelled waits no longer`() async throws {
        let server = try ScriptedServer([.say("220 x\r\n"), .silence])
        let thread = MailThread(name: "weir-mail-test")
        defer { thread.stop() }
        let submission = MailSubmission(host(server.port, timeout: .seconds(600)), on: thread)
        let message = try MailMessageTests.message().bytes()
        let task = Task { await submission.send(message, from: "a@example.com", to: "jane@example.com") }
        task.cancel()
        guard case .failed(let failure, at: _) = await task.value else {
            Issue.record("not failed")
            return
        }
        #expect(failure.kind == .cancelled)
    }

    @Test func `a thread that stops ends what is under way and what waits`() async throws {
        let server = try ScriptedServer([.say("* OK hi\r\n"), .silence])
        let thread = MailThread(name: "weir-mail-test")
        let reader = MailboxReader(host(server.port, timeout: .seconds(600)), on: thread)
        async let first = Result.catching { () throws(MailFailure) in try await reader.messages(after: nil) }
        async let second = Result.catching { () throws(MailFailure) in try await reader.messages(after: nil) }
        thread.stop()
        for result in await [first, second] {
            guard case .failure(let failure) = result else {
                Issue.record("listed")
                continue
            }
            #expect(failure.kind == .cancelled)
        }
        thread.stop()
    }

    private static let open: [Step] = [
        .say("* OK hi\r\n"), .read, .say("* CAPABILITY IMAP4rev1\r\nA001 OK\r\n"), .read,
        .say("* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\nw1 OK done\r\n"), .read,
    ]

    private func list(_ steps: [Step]) async throws -> Result<MailboxListing, MailFailure> {
        let server = try ScriptedServer(steps)
        let thread = MailThread(name: "weir-mail-test")
        defer { thread.stop() }
        let reader = MailboxReader(host(server.port), on: thread)
        return await Result.catching { () throws(MailFailure) in try await reader.messages(after: nil) }
    }

    @Test(
        arguments: [
            ([.silence], .timedOut), (Array(open.prefix(4)) + [.silence], .timedOut), (open + [.silence], .timedOut),
            (open + [.hangUp], .interrupted), (open + [.say("* BYE going\r\n"), .silence], .interrupted),
            (open + [.say("w2 NO not now\r\n"), .silence], .refused),
            (open + [.say("* 1 FETCH (UID 1 BODY[] {99999999}\r\n"), .silence], .malformed),
            (open + [.flood(70_000), .silence], .malformed),
            (Array(open.prefix(4)) + [.say("w1 OK done\r\n"), .silence], .malformed),
        ] as [([Step], MailFailure.Kind)])
    func `a mailbox is not waited for longer than was said`(steps: [Step], kind: MailFailure.Kind) async throws {
        guard case .failure(let failure) = try await list(steps) else {
            Issue.record("listed")
            return
        }
        #expect(failure.kind == kind)
    }

    @Test func `a server of few words is read`() async throws {
        let listing = try await list(
            Self.open + [.say("* 1 FETCH (UID 3 RFC822.SIZE 5)\r\n* 2 EXISTS\r\nw2 OK done\r\n"), .silence]
        ).get()
        let position = MailboxPosition(uidValidity: 7, uid: 3)
        #expect(listing.entries == [MailboxListing.Entry(position: position, size: 5)])
    }
}

extension Result where Failure == MailFailure {
    static func catching(_ body: () async throws(MailFailure) -> Success) async -> Self {
        do throws(MailFailure) { return .success(try await body()) } catch { return .failure(error) }
    }
}
