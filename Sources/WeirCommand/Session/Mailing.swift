// SPDX-License-Identifier: Apache-2.0

internal import CurlMail
internal import Enrichment
internal import Foundation
internal import WaterfallEngine
internal import WeirConfiguration

/// What `mail:` of a configuration comes to: servers to speak to, and who messages are from.
struct Mailing {
    private let settings: MailSettings
    private let path: (String) -> String

    init(_ configuration: LoadedConfiguration) {
        settings = configuration.mail
        path = configuration.path(of:)
    }

    /// The server that takes messages.
    func submission() throws -> MailHost {
        guard let server = settings.smtp else {
            throw Self.missing("smtp: { host: smtp.example.com, user: …, password: ${SMTP_PASSWORD} }")
        }
        return host(server)
    }

    /// Where bounces arrive, with the folder.
    func mailbox() throws -> (host: MailHost, name: String) {
        guard let server = settings.imap else {
            throw Self.missing("imap: { host: imap.example.com, user: …, password: ${IMAP_PASSWORD} }")
        }
        return (host(server), settings.mailbox)
    }

    /// What makes a return path for each message.
    func returnPath() throws -> ReturnPath {
        guard let base = settings.returnPath else { throw Self.missing("return_path: bounces@example.com") }
        do {
            return try ReturnPath(base: base)
        } catch {
            throw CommandFailure(.configuration, "`mail: return_path:` is no address that mail can be sent to")
        }
    }

    /// The token that a bounce's own recipient names; nil where it is nobody's return path.
    func token(in recipient: String) -> String? {
        guard let base = settings.returnPath, let path = try? ReturnPath(base: base) else { return nil }
        return path.token(in: recipient)
    }

    /// Whom a message is from: what was given, else what the configuration says.
    func sender(_ given: String?) throws -> MailMessage.Mailbox {
        guard let text = given ?? settings.from else { throw Self.missing("from: Jane Doe <jane@example.com>") }
        return Self.mailbox(text)
    }

    /// Reads `Jane Doe <jane@example.com>` or a bare address. What is no address is refused with the message.
    static func mailbox(_ text: String) -> MailMessage.Mailbox {
        guard text.hasSuffix(">"), let start = text.lastIndex(of: "<") else {
            return MailMessage.Mailbox(text.trimmingCharacters(in: .whitespaces))
        }
        let name = text[..<start].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
        let address = text[text.index(after: start)...].dropLast()
        return MailMessage.Mailbox(String(address), name: name.isEmpty ? nil : name)
    }

    private func host(_ server: MailSettings.Server) -> MailHost {
        let security: MailHost.Security =
            switch server.security {
            case .starttls: .startTLS
            case .tls: .tls
            case .none: .none
            }
        let login = server.user.map { MailHost.Login(username: $0, password: server.password ?? Secret("")) }
        return MailHost(
            host: server.host, port: server.port, security: security, login: login,
            certificateAuthorities: server.authorities.map(path))
    }

    private static func missing(_ line: String) -> CommandFailure {
        CommandFailure(
            .configuration, "the configuration does not say how mail is sent and read",
            hint: "add under `mail:` the line `\(line)`")
    }
}
