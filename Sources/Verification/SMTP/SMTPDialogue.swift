// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One conversation with one mail host, up to RCPT and never to DATA: replies in, commands out, no I/O.
struct SMTPDialogue: Sendable {
    /// What is to be said.
    struct Script: Sendable, Hashable {
        /// What EHLO names: a host name, or an address literal.
        var helo: String
        /// What MAIL FROM names; empty for the null sender.
        var sender: String
        /// The address in question; nil to greet the host and leave.
        var recipient: String?
        /// An address of the same domain that was made up; nil where it needs no asking.
        var stranger: String?
        /// Whether TLS is taken where it is offered.
        var usesTLS: Bool
        /// True for a local part outside ASCII (RFC 6531).
        var needsUTF8 = false
    }

    /// Why a conversation broke off.
    enum Failure: Sendable, Hashable {
        case connectTimedOut
        case connectRefused
        /// The proxy made no connection: that says nothing of the host.
        case proxy
        case timedOut
        case closed
        case tls
        /// The peer doesn't speak SMTP.
        case notSMTP
    }

    enum Event: Sendable, Hashable {
        case replied(SMTPReply)
        case secured
        case failed(Failure)
    }

    enum Action: Sendable, Hashable {
        /// A command, without its line end.
        case send(String)
        case secure
        case close
    }

    /// Rejected recipients and the like never need more.
    private static let extendedHELO: Set<Int> = [500, 501, 502, 504]

    let script: Script
    private let classifier: ReplyClassifier
    private(set) var stage = SMTPStage.banner
    private(set) var steps: [SMTPStep] = []
    /// What was said to the address in question; nil before anything was.
    private(set) var recipient: MailboxEvidence.Answer?
    private(set) var stranger: MailboxEvidence.Answer?
    /// True where another host of the domain may say more: no connection, or a 4xx that isn't about the mailbox.
    private(set) var mayFailOver = false
    /// True where TLS broke, and the same host may be asked without it.
    private(set) var mayGoPlain = false
    /// How it broke off; nil where it came to its end.
    private(set) var failure: Failure?
    private var isSecure = false
    private var saysHELO = false
    private var extensions: Set<String> = []

    init(_ script: Script, classifier: ReplyClassifier = .standard) {
        self.script = script
        self.classifier = classifier
    }

    mutating func handle(_ event: Event) -> Action {
        switch event {
        case .replied(let reply):
            steps.append(.received(reply))
            return handle(reply)
        case .secured:
            isSecure = true
            extensions = []
            steps.append(.note("TLS"))
            return say(.ehlo, "EHLO \(script.helo)")
        case .failed(let failure):
            end(failure)
            return .close
        }
    }

    private mutating func handle(_ reply: SMTPReply) -> Action {
        // 421: the host closes the connection, whatever was asked.
        if reply.code == 421, stage != .quit {
            note(reply)
            return .close
        }
        switch stage {
        case .banner: return reply.isPositive ? say(.ehlo, "EHLO \(script.helo)") : giveUp(reply)
        case .ehlo: return greeted(reply)
        case .startTLS: return reply.isPositive ? .secure : mail()
        case .mail: return reply.isPositive ? say(.rcpt, "RCPT TO:<\(script.recipient ?? "")>") : giveUp(reply)
        case .rcpt: return judged(reply)
        case .stranger:
            note(reply)
            return quit()
        case .quit: return .close
        }
    }

    private mutating func greeted(_ reply: SMTPReply) -> Action {
        if Self.extendedHELO.contains(reply.code), !saysHELO {
            saysHELO = true
            return say(.ehlo, "HELO \(script.helo)")
        }
        guard reply.isPositive else { return giveUp(reply) }
        extensions = saysHELO ? [] : reply.extensions
        if script.usesTLS, !isSecure, extensions.contains("STARTTLS") { return say(.startTLS, "STARTTLS") }
        return mail()
    }

    private mutating func mail() -> Action {
        guard script.recipient != nil else { return quit() }
        guard script.needsUTF8 else { return say(.mail, "MAIL FROM:<\(script.sender)>") }
        // A host without SMTPUTF8 has no such mailbox to offer, and no words for saying so.
        guard extensions.contains("SMTPUTF8") else {
            recipient = .unheard(.unverifiableHost)
            return quit()
        }
        return say(.mail, "MAIL FROM:<\(script.sender)> SMTPUTF8")
    }

    private mutating func judged(_ reply: SMTPReply) -> Action {
        note(reply)
        guard let made = script.stranger else { return quit() }
        switch recipient {
        // Asked about in the first round too, so that a greylisting host has met both in the second.
        case .accepted, .deferred(.greylisted): return say(.stranger, "RCPT TO:<\(made)>")
        default: return quit()
        }
    }

    private mutating func say(_ next: SMTPStage, _ command: String) -> Action {
        stage = next
        steps.append(.sent(command))
        return .send(command)
    }

    private mutating func quit() -> Action { say(.quit, "QUIT") }

    /// Ends a conversation in which the address could not be named.
    private mutating func giveUp(_ reply: SMTPReply) -> Action {
        note(reply)
        return quit()
    }

    private mutating func note(_ reply: SMTPReply) {
        let reason = classifier.reason(for: reply, at: stage)
        let answer: MailboxEvidence.Answer
        switch (stage, reply.severity) {
        // 252: neither yes nor no, though the host takes the mail (RFC 5321, 3.5.3).
        case (.rcpt, 2), (.stranger, 2): answer = reply.code == 252 ? .unheard(reason) : .accepted
        case (.rcpt, 5), (.stranger, 5): answer = .refused(reason)
        case (.rcpt, _), (.stranger, _): answer = .deferred(reason)
        default: answer = .unheard(reason == .mailboxExists ? .unspecified : reason)
        }
        settle(answer)
        mayFailOver = stage != .stranger && reply.severity == 4 && reason != .greylisted && reason != .mailboxFull
    }

    private mutating func end(_ failure: Failure) {
        steps.append(.note(failure.words))
        // After QUIT nothing more is wanted.
        guard stage != .quit else { return }
        self.failure = failure
        if failure == .tls {
            mayGoPlain = true
        } else if stage != .stranger {
            mayFailOver = true
        }
        settle(.unheard(failure.reason))
    }

    private mutating func settle(_ answer: MailboxEvidence.Answer) {
        if stage == .stranger { stranger = answer } else { recipient = answer }
    }
}

extension SMTPDialogue.Failure {
    /// True where a host could not be reached at all.
    var isUnreachable: Bool { self == .connectTimedOut || self == .connectRefused }

    var reason: VerdictReason {
        switch self {
        case .connectTimedOut, .timedOut: .timeout
        case .connectRefused, .proxy, .closed, .tls, .notSMTP: .connectionFailed
        }
    }

    fileprivate var words: String {
        switch self {
        case .connectTimedOut: "no connection within the time"
        case .connectRefused: "no connection"
        case .proxy: "the proxy made no connection"
        case .timedOut: "no reply within the time"
        case .closed: "the host closed the connection"
        case .tls: "TLS failed"
        case .notSMTP: "what came is not SMTP"
        }
    }
}
