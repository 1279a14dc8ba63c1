// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import Verification

@Suite struct SMTPDialogueTests {
    typealias Row = SMTPDialogueRow

    private static let hello = ["220 mx", "EHLO probe.example"]
    private static let plain = hello + ["250 mx", "MAIL FROM:<>"]
    private static let named = plain + ["250 ok", "RCPT TO:<jane@a.example>"]
    private static let accepted = named + ["250 2.1.5 Ok", "RCPT TO:<x7@a.example>"]
    private static let end = ["221 bye", "<close>"]
    private static let unknown = "550 5.1.1 User unknown"

    static let recipients = [
        Row(
            "the made-up address is refused", accepted + [unknown, "QUIT"] + end, .accepted, .refused(.mailboxNotFound)),
        Row("the made-up address is accepted", accepted + ["250 ok", "QUIT"] + end, .accepted, .accepted),
        Row(
            "the made-up address is put off", accepted + ["451 4.7.1 Greylisted", "QUIT"] + end, .accepted,
            .deferred(.greylisted)),
        Row("251 is accepted", named + ["251 will forward", "RCPT TO:<x7@a.example>"], .accepted),
        Row("252 is neither", named + ["252 cannot VRFY", "QUIT"] + end, .unheard(.unverifiableHost)),
        Row(
            "252 of the made-up address is neither", accepted + ["252 cannot VRFY", "QUIT"] + end, .accepted,
            .unheard(.unverifiableHost)),
        Row("a refused address needs no other", named + [unknown, "QUIT"] + end, .refused(.mailboxNotFound)),
        Row(
            "a greylisting host is told of both", named + ["450 4.7.1 Greylisted", "RCPT TO:<x7@a.example>"],
            .deferred(.greylisted)),
        Row(
            "both are put off",
            named + ["450 4.7.1 Greylisted", "RCPT TO:<x7@a.example>", "450 4.7.1 Greylisted", "QUIT"] + end,
            .deferred(.greylisted), .deferred(.greylisted)),
        Row(
            "a full mailbox needs no other", named + ["452 4.2.2 Mailbox full", "QUIT"] + end, .deferred(.mailboxFull)),
        Row(
            "a failing host may have a better one", named + ["451 4.3.0 Temporary lookup failure", "QUIT"] + end,
            .deferred(.temporaryError)
        ).failingOver,
        Row(
            "a policy is no word about the mailbox", named + ["550 5.7.1 Policy", "QUIT"] + end,
            .refused(.policyRefused)),
        Row("no made-up address", named + ["250 ok", "QUIT"] + end, .accepted).with { $0.script.stranger = nil },
        Row("a sender", hello + ["250 mx", "MAIL FROM:<v@b.example>"], nil).with { $0.script.sender = "v@b.example" },
        Row(
            "a break after QUIT changes nothing", named + [unknown, "QUIT", "!closed", "<close>"],
            .refused(.mailboxNotFound)),
        Row(
            "421 after QUIT changes nothing", named + [unknown, "QUIT", "421 bye", "<close>"],
            .refused(.mailboxNotFound)),
        Row("354 is no acceptance", named + ["354 go ahead", "QUIT"] + end, .deferred(.unspecified)),
    ]

    static let refusals = [
        Row(
            "5xx instead of a banner", ["554 5.7.1 blocked using zen.spamhaus.org", "QUIT"] + end, .unheard(.blockedIP)),
        Row("4xx instead of a banner", ["450 4.3.2 busy, try later", "QUIT"] + end, .unheard(.temporaryError))
            .failingOver,
        Row("5xx to EHLO", hello + ["550 5.7.1 no", "QUIT"] + end, .unheard(.policyRefused)),
        Row("4xx to EHLO", hello + ["451 4.3.0 try again later", "QUIT"] + end, .unheard(.temporaryError)).failingOver,
        Row("5xx to MAIL", plain + ["550 5.7.1 blocked using zen.spamhaus.org", "QUIT"] + end, .unheard(.blockedIP)),
        Row("4xx to MAIL", plain + ["451 4.3.0 try again later", "QUIT"] + end, .unheard(.temporaryError)).failingOver,
        Row("greylisted at MAIL", plain + ["451 4.7.1 Greylisted", "QUIT"] + end, .unheard(.greylisted)),
        Row("3xx instead of a banner", ["354 go", "QUIT"] + end, .unheard(.unspecified)),
        Row("421 instead of a banner", ["421 try again later", "<close>"], .unheard(.temporaryError)).failingOver,
        Row("421 to EHLO", hello + ["421 try again later", "<close>"], .unheard(.temporaryError)).failingOver,
        Row("421 to MAIL", plain + ["421 try again later", "<close>"], .unheard(.temporaryError)).failingOver,
        Row("421 to RCPT", named + ["421 try again later", "<close>"], .deferred(.temporaryError)).failingOver,
        Row(
            "421 to the made-up address", accepted + ["421 4.7.0 too many errors", "<close>"], .accepted,
            .deferred(.blockedIP)),
        Row(
            "421 to STARTTLS", hello + ["250-mx\r\n250 STARTTLS", "STARTTLS", "421 try again later", "<close>"],
            .unheard(.temporaryError)
        ).failingOver,
    ]

    private static let offered = hello + ["250-mx\r\n250-SIZE 10\r\n250 starttls", "STARTTLS"]
    private static let utf8 = Row.script.with {
        $0.needsUTF8 = true; $0.recipient = "jürgen@a.example"
    }

    static let greetings = [
        Row("HELO where EHLO isn't known", hello + ["502 what?", "HELO probe.example", "250 mx", "MAIL FROM:<>"], nil),
        Row(
            "HELO where EHLO is no syntax", hello + ["500 what?", "HELO probe.example", "250 mx", "MAIL FROM:<>"], nil),
        Row(
            "HELO once", hello + ["502 what?", "HELO probe.example", "502 what?", "QUIT"] + end,
            .unheard(.policyRefused)),
        Row(
            "HELO offers nothing", hello + ["504 no", "HELO probe.example", "250-mx\r\n250 STARTTLS", "MAIL FROM:<>"],
            nil),
        Row(
            "TLS where it is offered",
            offered + ["220 go", "<secure>", "!secured", "EHLO probe.example", "250 mx", "MAIL FROM:<>"], nil),
        Row(
            "TLS is begun once",
            offered + [
                "220 go", "<secure>", "!secured", "EHLO probe.example", "250-mx\r\n250 STARTTLS", "MAIL FROM:<>",
            ], nil),
        Row("no TLS where none is wanted", hello + ["250-mx\r\n250 STARTTLS", "MAIL FROM:<>"], nil).with {
            $0.script.usesTLS = false
        },
        Row("STARTTLS is refused", offered + ["454 4.7.0 not now", "MAIL FROM:<>"], nil),
        Row("STARTTLS is refused for good", offered + ["502 no", "MAIL FROM:<>"], nil),
        Row("TLS breaks", offered + ["220 go", "<secure>", "!tls", "<close>"], .unheard(.connectionFailed)).with {
            ($0.mayGoPlain, $0.failure) = (true, .tls)
        },
        Row(
            "SMTPUTF8 where it is offered",
            hello + ["250-mx\r\n250 SMTPUTF8", "MAIL FROM:<> SMTPUTF8", "250 ok", "RCPT TO:<jürgen@a.example>"], nil
        )
        .with { $0.script = utf8 },
        Row("no SMTPUTF8", hello + ["250 mx", "QUIT"] + end, .unheard(.unverifiableHost)).with { $0.script = utf8 },
        Row(
            "SMTPUTF8 is to be offered under TLS again",
            offered.dropLast(2) + [
                "250-mx\r\n250-SMTPUTF8\r\n250 STARTTLS", "STARTTLS", "220 go", "<secure>", "!secured",
                "EHLO probe.example", "250 mx", "QUIT",
            ] + end, .unheard(.unverifiableHost)
        ).with { $0.script = utf8 },
    ]

    @Test(arguments: recipients) func `what is said to the address decides`(row: Row) throws { try row.check() }

    @Test(arguments: refusals) func `a host that refuses to talk is unheard`(row: Row) throws { try row.check() }

    @Test(arguments: greetings) func `a greeting is as the host can have it`(row: Row) throws { try row.check() }

    @Test(arguments: ["!connect timed out", "!connect refused", "!proxy", "!timed out", "!closed", "!not SMTP"])
    func `a break at any stage is a failure of that stage`(event: String) throws {
        let failure = try #require(Row.failures[event])
        let stages = [[], Self.hello, Self.plain, Self.named]
        for turns in stages {
            let row = Row("\(event) after \(turns.count)", turns + [event, "<close>"], .unheard(failure.reason))
            try row.failingOver.with { $0.failure = failure }.check()
        }
        // The address was heard about: another host would be asked for nothing.
        try Row("", Self.accepted + [event, "<close>"], .accepted, .unheard(failure.reason))
            .with { $0.failure = failure }.check()
    }

    @Test func `only no connection is unreachable`() {
        let unreachable = Row.failures.filter(\.value.isUnreachable).keys
        #expect(unreachable.sorted() == ["!connect refused", "!connect timed out"])
    }

    @Test func `a conversation is kept step by step`() throws {
        var dialogue = SMTPDialogue(Row.script)
        for event in ["220 mx", "250 mx", "!closed"] { _ = dialogue.handle(try Row.event(event)) }
        #expect(
            dialogue.steps == [
                .received(code: 220, lines: ["mx"]), .sent("EHLO probe.example"), .received(code: 250, lines: ["mx"]),
                .sent("MAIL FROM:<>"), .note("the host closed the connection"),
            ])
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `whatever a host says, the conversation ends, and never in DATA`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let replies = [
            "220 mx", "250 ok", "250-mx\r\n250 STARTTLS", "250-mx\r\n250-SMTPUTF8\r\n250 STARTTLS", "251 ok", "252 ?",
            "354 go", "421 bye", "450 4.7.1 Greylisted", "500 what", "502 no", "550 5.1.1 User unknown", "554 no",
            "!secured",
        ]
        var script = Row.script
        script.needsUTF8 = Bool.random(using: &generator)
        if Bool.random(using: &generator) { script.stranger = nil }
        var dialogue = SMTPDialogue(script)
        var actions: [SMTPDialogue.Action] = []
        // EHLO, HELO, STARTTLS, EHLO, MAIL, RCPT, RCPT, QUIT and the end of it; TLS is begun once.
        while actions.count < 32, actions.last != .close {
            let isSecuring = actions.last == .secure
            let text = isSecuring ? "!secured" : replies.dropLast().randomElement(using: &generator) ?? ""
            actions.append(dialogue.handle(try Row.event(text)))
        }
        #expect(actions.last == .close && actions.count <= 10, "seed \(seed): \(actions)")
        let verbs = ["EHLO ", "HELO ", "STARTTLS", "MAIL FROM:<", "RCPT TO:<", "QUIT"]
        for case .send(let command) in actions {
            #expect(verbs.contains { command.hasPrefix($0) }, "seed \(seed): \(command)")
            #expect(!command.contains { $0.isNewline }, "seed \(seed)")
        }
        #expect(dialogue.recipient != nil, "seed \(seed)")
    }
}

extension SMTPDialogue.Script {
    fileprivate func with(_ change: (inout SMTPDialogue.Script) -> Void) -> SMTPDialogue.Script {
        var script = self
        change(&script)
        return script
    }
}
