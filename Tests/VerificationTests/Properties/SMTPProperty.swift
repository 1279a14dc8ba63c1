// SPDX-License-Identifier: Apache-2.0

import Enrichment

@testable import Verification

/// What holds of the replies of mail hosts, of what they are taken to mean, and of what is said to them.
enum SMTPProperty {
    /// Replies in one conversation at most: banner, EHLO, STARTTLS, EHLO, HELO, MAIL, RCPT twice, QUIT.
    private static let longest = 9

    private static let oneRule = ReplyClassifier(
        Array(#"{"rules": [{"reason": "greylisted", "codes": ["4xx"]}]}"#.utf8))

    private struct Reading: Equatable {
        var replies: [SMTPReply] = []
        var failure: SMTPReplyReader.Failure?
        var isPartial = false
    }

    /// Returns true where there was a whole reply.
    static func check(_ input: [UInt8]) throws(BrokenProperty) -> Bool {
        let whole = read(input, piece: max(1, input.count))
        try mustHold(read(input, piece: 1) == whole, "what is read doesn't depend on its pieces")
        try mustHold(read(input, piece: 7) == whole, "what is read doesn't depend on its pieces")
        for reply in whole.replies { try check(reply) }
        // The rules take most of the time: for what breaks off, one is enough.
        let isWhole = whole.failure == nil && !whole.isPartial
        if isWhole, let reply = whole.replies.last { try checkReason(of: reply) }
        let classifier = isWhole ? .standard : oneRule ?? .standard
        try converse(whole, classifier, usesTLS: !input.count.isMultiple(of: 2))
        return !whole.replies.isEmpty
    }

    private static func read(_ input: [UInt8], piece: Int) -> Reading {
        var (reading, reader) = (Reading(), SMTPReplyReader())
        do {
            for start in stride(from: 0, to: input.count, by: piece) {
                reading.replies += try reader.read(input[start..<min(input.count, start + piece)])
            }
            // What was wrong behind a whole reply is told with the next bytes.
            _ = try reader.read([])
            reading.isPartial = reader.isPartial
        } catch {
            reading.failure = error
        }
        return reading
    }

    private static func check(_ reply: SMTPReply) throws(BrokenProperty) {
        try mustHold((200..<600).contains(reply.code), "a code is of one of four classes")
        let isBounded = (1...SMTPReplyReader.maximumLines).contains(reply.lines.count)
        try mustHold(isBounded, "a reply has a line, and 128 at most")
        for line in reply.lines {
            // What is no UTF-8 is replaced, by three octets for one.
            try mustHold(line.utf8.count <= 3 * SMTPReplyReader.maximumLine, "a line has a length")
            let isClean = !line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
            try mustHold(isClean, "a line has no control characters")
        }
        if let status = reply.enhanced {
            let isSame = status.kind == reply.severity && status.subject < 1_000 && status.detail < 1_000
            try mustHold(isSame, "an enhanced code is of the reply's class")
        }
    }

    /// A reply has a reason. It goes through all rules: those of other stages are asked in the conversation.
    private static func checkReason(of reply: SMTPReply) throws(BrokenProperty) {
        let reason = ReplyClassifier.standard.reason(for: reply, at: .rcpt)
        try mustHold(!reason.rawValue.isEmpty, "a reply has a reason")
        let isSame = ReplyClassifier.standard.reason(for: reply, at: .stranger) == reason
        try mustHold(isSame, "of a made-up recipient a reply says the same")
        try mustHold(reason != .mailboxExists || reply.isPositive, "only what is positive says that a mailbox exists")
    }

    /// Plays a conversation with the replies, and what breaks it off.
    private static func converse(
        _ reading: Reading, _ classifier: ReplyClassifier, usesTLS: Bool
    ) throws(BrokenProperty) {
        let script = SMTPDialogue.Script(
            helo: "mx.example", sender: "", recipient: "jane@example.com", stranger: "made-up@example.com",
            usesTLS: usesTLS)
        var dialogue = SMTPDialogue(script, classifier: classifier)
        var handled = 0
        var action: SMTPDialogue.Action?
        for reply in reading.replies where action != .close {
            handled += 1
            action = dialogue.handle(.replied(reply))
            if action == .secure { action = dialogue.handle(.secured) }
        }
        try mustHold(handled <= longest, "a conversation ends")
        if action != .close {
            action = dialogue.handle(.failed(reading.failure == nil ? .closed : .notSMTP))
            try mustHold(action == .close, "a conversation that breaks off is over")
        }
        try mustHold(dialogue.recipient != nil, "a conversation says something of its recipient")
        for case .sent(let command) in dialogue.steps {
            let isLine = !command.utf8.contains { $0 == 13 || $0 == 10 }
            try mustHold(isLine, "a command is one line")
            let verbs = ["EHLO ", "HELO ", "STARTTLS", "MAIL FROM:<", "RCPT TO:<", "QUIT"]
            try mustHold(verbs.contains { command.hasPrefix($0) }, "nothing is sent, only asked")
        }
    }
}
