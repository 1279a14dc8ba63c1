// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import Verification

/// A conversation: what the host says or what happens, and what is done then, by turns.
struct SMTPDialogueRow: Sendable, CustomTestStringConvertible {
    typealias Answer = MailboxEvidence.Answer

    static let script = SMTPDialogue.Script(
        helo: "probe.example", sender: "", recipient: "jane@a.example", stranger: "x7@a.example", usesTLS: true)

    static let failures: [String: SMTPDialogue.Failure] = [
        "!connect timed out": .connectTimedOut, "!connect refused": .connectRefused, "!proxy": .proxy,
        "!timed out": .timedOut, "!closed": .closed, "!tls": .tls, "!not SMTP": .notSMTP,
    ]

    let testDescription: String
    var script = Self.script
    let turns: [String]
    var recipient: Answer?
    var stranger: Answer?
    var mayFailOver = false
    var mayGoPlain = false
    var failure: SMTPDialogue.Failure?

    init(_ name: String, _ turns: [String], _ recipient: Answer?, _ stranger: Answer? = nil) {
        (testDescription, self.turns, self.recipient, self.stranger) = (name, turns, recipient, stranger)
    }

    func with(_ change: (inout SMTPDialogueRow) -> Void) -> SMTPDialogueRow {
        var row = self
        change(&row)
        return row
    }

    var failingOver: SMTPDialogueRow { with { $0.mayFailOver = true } }

    /// Plays it, and compares every action and what is left.
    func check() throws {
        var dialogue = SMTPDialogue(script)
        for index in stride(from: 0, to: turns.count, by: 2) {
            let action = dialogue.handle(try Self.event(turns[index]))
            #expect(Self.words(action) == turns[index + 1], "after \(turns[index])")
        }
        #expect(dialogue.recipient == recipient)
        #expect(dialogue.stranger == stranger)
        #expect(dialogue.mayFailOver == mayFailOver)
        #expect(dialogue.mayGoPlain == mayGoPlain)
        #expect(dialogue.failure == failure)
    }

    static func event(_ text: String) throws -> SMTPDialogue.Event {
        if text == "!secured" { return .secured }
        if let failure = failures[text] { return .failed(failure) }
        return .replied(try SMTPReply.read(text))
    }

    static func words(_ action: SMTPDialogue.Action) -> String {
        switch action {
        case .send(let command): command
        case .secure: "<secure>"
        case .close: "<close>"
        }
    }
}
