// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting

/// Makes mails that are no bounces and come to the same mailbox: answers, notes of absence, newsletters, receipts. Many
/// speak of bounces, quote them or bring them along. The same ones for the same seed.
struct ReplyGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func mail() -> String {
        switch Int.random(in: 0..<9, using: &generator) {
        case 0, 1, 2: answer()
        case 3, 4: absence()
        case 5: newsletter()
        case 6: forwarded()
        case 7: receipt()
        default: parcel()
        }
    }

    private mutating func answer() -> String {
        let (subject, text) = pick(Self.answers)
        let quoted = pick(Self.quoted).split(separator: "\n").map { "> \($0)" }.joined(separator: "\n")
        return head(
            from: pick(Self.people), subject: "Re: \(subject)",
            more: ["In-Reply-To: <20261101.1@example.org>", "References: <20261101.1@example.org>"])
            + "\n\(text)\n\nOn Mon, 2 Nov 2026, Joe Bloggs wrote:\n\(quoted)\n"
    }

    private mutating func absence() -> String {
        let (subject, text) = pick(Self.absences)
        let more = pick([
            ["Auto-Submitted: auto-replied"], ["X-Autoreply: yes", "Precedence: auto_reply"],
            ["Auto-Submitted: auto-replied (vacation)", "In-Reply-To: <20261101.1@example.org>"],
            ["X-Auto-Response-Suppress: All"],
        ])
        return "Return-Path: <>\n" + head(from: pick(Self.people), subject: subject, more: more) + "\n\(text)\n"
    }

    private mutating func newsletter() -> String {
        let (subject, text) = pick(Self.newsletters)
        return head(
            from: pick(["News <news@example.net>", "The Deliverability Team <hello@example.com>"]), subject: subject,
            more: ["List-Unsubscribe: <https://example.net/u/1>", "Precedence: bulk"]) + "\n\(text)\n"
    }

    /// Somebody asks about a bounce, and brings it along whole.
    private mutating func forwarded() -> String {
        let bounce = pick(Self.quoted)
        let subject = pick(["Fwd: Undelivered Mail Returned to Sender", "What is this?", "WG: Unzustellbar: Angebot"])
        return head(
            from: pick(Self.people), subject: subject,
            more: ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=\"outer\""]) + """

                --outer
                Content-Type: text/plain; charset=utf-8

                Did you get this too? It says the mailbox does not exist.

                --outer
                Content-Type: message/rfc822

                From: Mail Delivery System <MAILER-DAEMON@example.org>
                To: jane.doe@example.com
                Subject: Undelivered Mail Returned to Sender
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="inner"

                --inner
                Content-Type: text/plain

                \(bounce)

                --inner
                Content-Type: message/delivery-status

                Reporting-MTA: dns; example.org

                Final-Recipient: rfc822; nobody@example.net
                Action: failed
                Status: 5.1.1
                Diagnostic-Code: smtp; 550 5.1.1 User unknown

                --inner--
                --outer--

                """
    }

    private mutating func receipt() -> String {
        head(
            from: pick(Self.people), subject: pick(["Read: Offer", "Gelesen: Angebot", "Lu : Offre"]),
            more: [
                "MIME-Version: 1.0",
                "Content-Type: multipart/report; report-type=disposition-notification; boundary=\"b\"",
            ]) + """

                --b
                Content-Type: text/plain

                Your message was deleted without being read.

                --b
                Content-Type: message/disposition-notification

                Final-Recipient: rfc822;jane.doe@example.com
                Disposition: automatic-action/MDN-sent-automatically; deleted

                --b--

                """
    }

    private mutating func parcel() -> String {
        let (subject, text) = pick(Self.parcels)
        return head(from: "Parcel Service <tracking@example.net>", subject: subject, more: []) + "\n\(text)\n"
    }

    private mutating func head(from: String, subject: String, more: [String]) -> String {
        let number = Int.random(in: 1...1_000_000, using: &generator)
        let fields = [
            "From: \(from)", "To: Joe Bloggs <joe@example.com>", "Subject: \(subject)",
            "Date: Mon, 2 Nov 2026 10:\(number % 50 + 10):00 +0000", "Message-ID: <\(number)@example.org>",
        ]
        return (fields + more).map { "\($0)\n" }.joined()
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private static let people = [
        "Jane Doe <jane.doe@example.org>", "Jürgen Muster <j.muster@example.net>", "jane@example.org",
        "\"Doe, Jane\" <jane.doe@example.org>", "Mary Postmaster <mary@example.org>", "山田 <yamada@example.org>",
        "Customer Support <help@example.org>",
    ]

    private static let answers = [
        (
            "Your offer",
            "Thank you, that looks good. I'm afraid that the mailbox sales@example.net does not exist any more."
        ),
        ("Undelivered mail", "It says 550 5.1.1 User unknown. Can you check the address?"),
        ("Delivery status of our order", "The delivery failed again yesterday. Please call me at 555-0100."),
        ("Angebot", "Danke! Die Adresse info@example.net existiert nicht mehr, bitte nehmen Sie diese."),
        ("Votre message", "Bonjour, cette boîte n'existe plus. Écrivez à jane.doe@example.org."),
        ("Su mensaje", "Hola, el usuario no existe en nuestra empresa. Un saludo."),
        ("La sua richiesta", "Buongiorno, la casella è piena, scrivo da questa."),
        ("Ihre Nachricht", "Zustellung fehlgeschlagen? Bei mir ist alles angekommen."),
        ("お見積り", "メールが届きませんでした。ユーザーは存在しません、と出ます。"),
        ("Ваше письмо", "Здравствуйте, пользователь не найден, пришлите ещё раз."),
        ("failure notice", "I got a failure notice for bob@example.net: host not found. Is it you?"),
        ("Mailbox full", "My mailbox was full, please send it again."),
    ]

    private static let absences = [
        (
            "Automatic reply: Your offer",
            "I am out of the office until Monday. Mail to my old address is not delivered."
        ),
        ("Out of Office: Undeliverable parcels", "I'm away. For undelivered parcels write to help@example.org."),
        (
            "Automatische Antwort: Angebot",
            "Ich bin bis Montag nicht im Haus. Diese Nachricht wird nicht zugestellt oder gelesen."
        ),
        ("Réponse automatique : Offre", "Je suis absent. Mon adresse n'existe plus à partir du 1er mai."),
        ("Respuesta automática: Oferta", "Ya no trabajo en esta empresa. Este buzón no existe a partir de mayo."),
        ("Risposta automatica: Offerta", "Sono fuori sede. L'utente non esiste più dal primo maggio."),
        ("Re: Your offer", "Jane Doe is no longer with the company. This mailbox is not monitored."),
        ("自動返信: お見積り", "ただいま不在です。このアドレスは来月から存在しません。"),
        ("Abwesenheit", "I have left the company; this address no longer exists from June. 550 thanks for everything!"),
        ("Away from my mail", "Your message could not be read yet."),
    ]

    private static let newsletters = [
        ("Five reasons why mail is returned", "User unknown, mailbox full, host not found: what 550 5.1.1 means."),
        ("Undeliverable? How to clean your list", "Mail was not delivered to 5 % of addresses. 554 5.7.1 is policy."),
        ("Delivery status notifications explained", "Delivery to the following recipient failed: what to do about it."),
        ("Zustellbarkeit im Herbst", "Wenn der Empfänger unbekannt ist: 550 5.1.1."),
    ]

    private static let parcels = [
        ("Delivery failed: your parcel 555-0100", "Your parcel could not be delivered. The address does not exist."),
        ("Returned to sender", "Your parcel could not be delivered to the following address: 12 Main Street."),
        ("Zustellung fehlgeschlagen", "Ihr Paket konnte nicht zugestellt werden: Empfänger unbekannt."),
        ("Your delivery was rescheduled", "The recipient was unknown at this address. Call 555-0199."),
    ]

    private static let quoted = [
        "<nobody@example.net>: host mx.example.net[192.0.2.1] said: 550 5.1.1\n<nobody@example.net>: User unknown",
        "Delivery to the following recipient failed permanently:\n\n     nobody@example.net\n\n550 5.1.1 no such user",
        "This message was created by mail delivery software.\n\n  nobody@example.net\n    Unrouteable address",
        "Final-Recipient: rfc822; nobody@example.net\nAction: failed\nStatus: 5.1.1",
        "Can we talk about the offer next week?",
        "Original message follows.\nReceived: from mx.example.net\nMessage-ID: <1@example.net>",
    ]
}
