// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import CurlMail
internal import Enrichment
internal import Foundation
internal import Identity
internal import SQLStore
internal import WaterfallEngine

/// `weir send`: one message to one person, remembered.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send one message through your mail server, and remember it.",
        discussion: """
            Of what is sent here a hard bounce is refunded, where the address was charged no more than thirty days before. \
            Bounces are read by `weir bounce import`. With --external a message that another mailer has sent is \
            remembered: its bounces take the address out of use, and are never refunded.
            """)

    @Option(help: "The address.")
    var to: String

    @Option(help: "The subject.")
    var subject: String?

    @Option(help: "The text; without it, it is read from --file.")
    var text: String?

    @Option(help: "A file with the text, or - for standard input.", completion: .file())
    var file: String?

    @Option(help: "Whom it is from, such as 'Jane Doe <jane@example.com>' (default: `mail: from:`).")
    var from: String?

    @Option(help: "A further header, such as 'Reply-To: jane@example.com'; may be repeated.")
    var header: [String] = []

    @Flag(help: "Another mailer has sent it already: remember it, and send nothing.")
    var external = false

    @Option(name: .customLong("message-id"), help: "With --external: the message's Message-ID.")
    var messageID: String?

    @Option(name: .customLong("sent-at"), help: "With --external: when, such as 2026-03-10T12:00:00Z (default: now).")
    var sentAt: String?

    @Flag(name: .customLong("dry-run"), help: "Print the message, and neither send nor remember it.")
    var dryRun = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard let address = EmailAddress(to) else { throw CommandFailure(.usage, "--to takes an address") }
        let session = try Session.load(config, output)
        if external { return try await remember(address, session) }
        let now = Timestamp.current
        var random = SystemRandomNumberGenerator()
        let id = MessageID(at: now, using: &random)
        let mailing = Mailing(session.configuration)
        let sender = try mailing.sender(from)
        let returnPath = try mailing.returnPath()
        let header = "\(id)@\(sender.address.split(separator: "@").last ?? "localhost")"
        let bytes = try message(to: address.display, from: sender, header: header, at: now)
        if dryRun {
            let text = String(decoding: bytes, as: UTF8.self)
            return session.console.write(text.replacingOccurrences(of: "\r\n", with: "\n"))
        }
        let host = try mailing.submission()
        let path = try self.path(returnPath, id)
        let outgoing = OutgoingMessage(
            id: id, team: session.team, user: try session.actor(actor.user), source: .weir, address: address.display,
            headerID: header, sentAt: now)
        let store = try session.openStore()
        defer { store.close() }
        // On record before it is sent: what bounces was sent by us, whatever happens in between.
        try await register(outgoing, in: store)
        let thread = MailThread(name: "weir-mail")
        defer { thread.stop() }
        let outcome = await MailSubmission(host, on: thread).send(bytes, from: path, to: address.display)
        do throws(JournalError) {
            try await store.conclude(
                id, team: outgoing.team, state: outcome.state, reply: outcome.reply)
        } catch {
            throw CommandFailure(error)
        }
        try tell(outgoing, outcome, session)
    }

    private func register(_ message: OutgoingMessage, in store: SQLiteStore) async throws {
        let decision: MessageDecision
        do throws(JournalError) {
            decision = try await store.register(message)
        } catch {
            throw CommandFailure(error)
        }
        switch decision {
        case .registered: return
        case .bounced:
            throw CommandFailure(
                .refused, "mail to this address has bounced before: nothing was sent",
                hint: "`weir enrich` looks for another one")
        case .suppressed:
            throw CommandFailure(.refused, "the suppression list has this address: nothing was sent")
        }
    }

    private func path(_ base: ReturnPath, _ id: MessageID) throws -> String {
        do {
            return try base.address(for: id.description)
        } catch {
            throw CommandFailure(
                .configuration, "`mail: return_path:` is too long for a message's id beside it",
                hint: "an address of at most 27 characters before the @ will do")
        }
    }

    private func message(
        to address: String, from sender: MailMessage.Mailbox, header: String, at moment: Timestamp
    ) throws -> [UInt8] {
        guard let subject else { throw CommandFailure(.usage, "a message needs --subject") }
        let headers = try self.header.map { line in
            guard let colon = line.firstIndex(of: ":") else {
                throw CommandFailure(.usage, "--header takes a name, a colon and a value")
            }
            return MailMessage.Header(
                name: String(line[..<colon]),
                value: line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        let message = MailMessage(
            from: sender, to: [MailMessage.Mailbox(address)], subject: subject, date: moment,
            messageID: "<\(header)>", body: try body(), headers: headers)
        do throws(MailMessage.Refusal) {
            return try message.bytes()
        } catch {
            throw CommandFailure(.usage, "the message can't be written", details: [error.words])
        }
    }

    private func body() throws -> String {
        if let text { return text }
        guard let file else { throw CommandFailure(.usage, "a message needs --text, or --file with its text") }
        let data = file == "-" ? try FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
        guard let data, let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure(.usage, "the text can't be read", hint: "--file takes a file in UTF-8")
        }
        return text
    }

    private func remember(_ address: EmailAddress, _ session: Session) async throws {
        guard let messageID else { throw CommandFailure(.usage, "--external needs --message-id") }
        let now = Timestamp.current
        let moment = try sentAt.map { text in
            guard let moment = Timestamp(iso8601: text), moment <= now else {
                throw CommandFailure(.usage, "--sent-at takes a moment that has passed, such as 2026-03-10T12:00:00Z")
            }
            return moment
        }
        var random = SystemRandomNumberGenerator()
        let message = OutgoingMessage(
            id: MessageID(at: now, using: &random), team: session.team, user: try session.actor(actor.user),
            source: .external, address: address.display,
            headerID: messageID.trimmingCharacters(in: CharacterSet(charactersIn: "<> ")), sentAt: moment ?? now)
        _ = try await session.withStore { store throws(JournalError) in try await store.register(message) }
        if output.json { return session.console.write(message.json(state: .sent, reply: nil).line) }
        session.console.say("remembered, as sent by another mailer")
    }

    private func tell(_ message: OutgoingMessage, _ outcome: SubmissionOutcome, _ session: Session) throws {
        if output.json {
            session.console.write(message.json(state: outcome.state, reply: outcome.reply).line)
        }
        switch outcome {
        case .accepted(let reply):
            if !output.json { session.console.write("sent  \(message.id)  \(reply.code) \(reply.text)") }
        case .refused(let reply, let step):
            let status = reply.enhancedStatus.map { " \($0)" } ?? ""
            throw CommandFailure(
                .providersFailed, "the server did not take the message (\(step.rawValue)): \(reply.code)\(status)",
                hint: "a refusal during sending is no bounce, and nothing is refunded for it", isSilent: output.json)
        case .failed(let failure, let step):
            throw CommandFailure(
                .providersFailed, "the message was not sent (\(step.rawValue)): \(failure.text)", isSilent: output.json)
        case .unknown(let failure):
            throw CommandFailure(
                .providersFailed, "the message may have been sent: \(failure.text)",
                hint: "it was handed over, and no answer came; look before you send it again", isSilent: output.json)
        }
    }
}

extension SubmissionOutcome {
    var state: MessageState {
        switch self {
        case .accepted: .sent
        case .refused, .failed: .refused
        case .unknown: .unknown
        }
    }

    /// What the server said, by its code alone: the text may name the recipient.
    var reply: String? {
        switch self {
        case .accepted(let reply), .refused(let reply, _):
            [String(reply.code), reply.enhancedStatus].compactMap(\.self).joined(separator: " ")
        case .failed, .unknown: nil
        }
    }
}

extension OutgoingMessage {
    func json(state: MessageState, reply: String?) -> JSONValue {
        .object([
            .init("id", .string(id.description)), .init("message_id", .string(headerID)), .init("to", .string(address)),
            .init("source", .string(source.rawValue)), .init("state", .string(state.rawValue)),
            .init("reply", .text(reply)), .init("user", .string(user)), .init("sent_at", .string(sentAt.iso8601)),
        ])
    }
}

extension MailMessage.Refusal {
    var words: String {
        switch self {
        case .address: "an address is none that mail can be sent from or to"
        case .name: "a name has a control character"
        case .subject: "the subject has a control character or a line's end"
        case .messageID: "the sender's domain makes no Message-ID"
        case .date: "the clock is before 1970 or after 9999"
        case .header(let name): "the header `\(name)` has another form, is too long, or is one that is written already"
        }
    }
}
