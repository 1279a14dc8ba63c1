// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import Verification
internal import WaterfallEngine

/// The keys of `mail:`.
enum MailKeys {
    static let from = Key(
        "from", Shape.text("a sender such as Jane Doe <jane@example.com>", maximum: 320), "Whom messages are from.")
    static let returnPath = Key(
        "return_path", address,
        "Where bounces go. Every message has a return path of its own, `bounces+ID@example.com`, so the mailbox has to "
            + "take addresses with a plus.")
    static let smtp = Key(
        "smtp", smtpObject.shape { fields, _ in server(of: fields, port: smtpPort, security: .starttls) },
        "The server that takes messages.", object: smtpObject)
    static let imap = Key(
        "imap", imapObject.shape { fields, _ in server(of: fields, port: imapPort, security: .tls) },
        "The mailbox that bounces arrive in.", object: imapObject)
    static let mailbox = Key("mailbox", Shape.text("the name of a folder"), "The folder.", standard: standardMailbox)

    static let object = ObjectShape(
        words: "how mail is sent and read", keys: [from.erased, returnPath.erased, smtp.erased, imap.erased])

    static let host = Key("host", hostName, "The server's name.", isRequired: true)
    static let user = Key("user", Shape.text("a user name"), "Who one is there.")
    static let password = Key(
        "password", .secret("a password, best as ${NAME}"), "The password, best as `${NAME}`.")
    static let authorities = Key(
        "ca_file", Shape.text("the path of a file"),
        "Certificates to trust instead of the system's, for a server with a certificate of your own.")
    static let smtpServerPort = Key("port", .integer(1...65_535), "Its port.", standard: "\(smtpPort)")
    static let imapServerPort = Key("port", .integer(1...65_535), "Its port.", standard: "\(imapPort)")
    static let smtpSecurity = Key(
        "security", security, "`starttls`, `tls`, or `none` for a server on the same machine.", standard: "starttls")
    static let imapSecurity = Key(
        "security", security, "`tls`, `starttls`, or `none` for a server on the same machine.", standard: "tls")

    private static let smtpPort = 587
    private static let imapPort = 993
    private static let standardMailbox = "INBOX"

    private static let smtpObject = ObjectShape(
        words: "a mail server",
        keys: [
            host.erased, smtpServerPort.erased, smtpSecurity.erased, user.erased, password.erased, authorities.erased,
        ])
    private static let imapObject = ObjectShape(
        words: "a mailbox",
        keys: [
            host.erased, imapServerPort.erased, imapSecurity.erased, user.erased, password.erased, mailbox.erased,
            authorities.erased,
        ])

    private static let security = Shape<MailSettings.Security>.word

    /// The settings that the keys make.
    static func settings(of fields: Fields?) -> MailSettings {
        guard let fields else { return MailSettings() }
        let imap = fields[imap]
        return MailSettings(
            from: fields[from], returnPath: fields[returnPath], smtp: fields[smtp]?.server, imap: imap?.server,
            mailbox: imap?.mailbox ?? standardMailbox)
    }

    /// What was read of a server.
    struct WrittenServer: Sendable {
        var server: MailSettings.Server?
        var mailbox: String?
    }

    private static func server(
        of fields: Fields, port: Int, security: MailSettings.Security
    ) -> WrittenServer {
        guard let name = fields[host] else { return WrittenServer() }
        return WrittenServer(
            server: MailSettings.Server(
                host: name, port: fields[smtpServerPort] ?? port, security: fields[smtpSecurity] ?? security,
                user: fields[user], password: fields[password], authorities: fields[authorities]),
            mailbox: fields[mailbox])
    }

    private static let hostName = Shape<String>.scalar("a host name such as smtp.example.com") { text in
        if IPAddress(text) != nil || text == "localhost" { return text }
        return Domain(text).flatMap { $0.ascii == text.lowercased() ? $0.ascii : nil }
    }

    private static let address = Shape<String>.scalar("an address such as bounces@example.com") {
        EmailAddress($0)?.display
    }
}
