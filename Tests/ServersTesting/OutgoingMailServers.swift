// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Glibc

/// The servers of somebody who sends mail and reads what comes back: Postfix and Dovecot, fetched by `make servers`, in
/// a root of their own. It needs root, and speaks to nobody but itself.
///
/// Postfix takes mail from `sender@example.com` and is the host of example.com. What it takes for gone.example.org it
/// hands on to a second host, and where that one refuses, it writes a bounce to the envelope's sender. Mail to
/// `bounces+ANYTHING@example.com` is in the mailbox `bounces`. Dovecot shows the mailboxes.
package final class OutgoingMailServers: Sendable {
    /// Why they can't be started here; nil where they can.
    package static var obstacle: String? {
        for name in ["postfix", "dovecot", "imap"] where TestServers.fetched(name) == nil {
            return "\(name) is not there: make servers"
        }
        if MailCertificates.program == nil { return "openssl is not there" }
        return OwnRoot.mergedObstacle
    }

    /// How a host takes mail.
    package enum Submission: Int, Sendable, CaseIterable {
        /// STARTTLS, and AUTH within it.
        case startTLS = 1
        /// Where mail for gone.example.org ends.
        case secondHop
        /// AUTH without TLS.
        case noTLS
        /// As `startTLS`, with a certificate that has expired.
        case expiredCertificate
        /// As `startTLS`, with a certificate that nobody signed.
        case unknownCertificate
        /// TLS from the first byte.
        case implicitTLS
        /// STARTTLS, and no AUTH.
        case noAuthentication

        /// A loopback address.
        package var host: String { "127.26.0.\(rawValue)" }
    }

    /// How often a port that was free a moment ago is tried, until one still is.
    private static let maximumStarts = 5
    /// How often a mailbox is looked at, 10 ms apart.
    private static let maximumLooks = 3_000

    /// Where mail is handed in: STARTTLS and AUTH.
    package let submissionHost = Submission.startTLS.host
    package let submissionPort: Int
    /// Where mailboxes are read: STARTTLS and LOGIN, which is allowed without TLS too.
    package let imapHost = OutgoingMailSettings.imapHost
    /// Where they are read by TLS from the first byte, at the same port.
    package let imapTLSHost = OutgoingMailSettings.imapTLSHost
    package let imapPort: Int
    /// Whom Postfix takes mail from.
    package let username = "sender@example.com"
    /// The certificate to trust, a file.
    package let authority: String
    private let folder: URL
    private let root: OwnRoot

    /// Starts them, and returns once they listen.
    package static func start() throws -> OutgoingMailServers {
        var failure: (any Error)?
        for _ in 0..<maximumStarts {
            do { return try OutgoingMailServers(port: try TestServers.port(nil, on: hosts)) } catch { failure = error }
        }
        throw failure ?? TestServers.Failure(description: "the mail servers do not start")
    }

    private init(port: Int) throws {
        submissionPort = port
        imapPort = port
        folder = try TestServers.temporaryFolder()
        authority = folder.appending(path: "etc/tls/authority.pem").path
        try OutgoingMailSettings(port: port).write(into: folder)
        root = try OwnRoot(folder, merged: true)
        do {
            try root.wait(for: Self.hosts, port)
        } catch {
            let text = log
            stop()
            throw TestServers.Failure(description: "the mail servers do not start: \(error)\n\(text)")
        }
    }

    deinit { stop() }

    private static var hosts: [String] {
        Submission.allCases.map(\.host) + [OutgoingMailSettings.imapHost, OutgoingMailSettings.imapTLSHost]
    }

    /// What a user of example.com logs in with, here and there: `jane@example.com`, `bounces@example.com`,
    /// `sender@example.com`.
    package func password(of user: String) -> String { OutgoingMailSettings.password(of: user) }

    /// What they wrote down, for a test that fails.
    package var log: String {
        ["log", "var/log/mail", "var/log/dovecot"]
            .compactMap { try? String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
            .joined(separator: "\n")
    }

    /// A mailbox as files, by its name: `bounces`. It is there once it has mail, or was read.
    package func maildir(_ mailbox: String) -> URL { folder.appending(path: "var/mail/\(mailbox)") }

    /// Returns once a mailbox has so many messages, in all; throws where they don't come.
    ///
    /// - Returns: their bytes, in no order.
    @discardableResult
    package func waitForMail(in mailbox: String, count: Int) throws -> [Data] {
        var found: [URL] = []
        for _ in 0..<Self.maximumLooks {
            found = messages(in: mailbox)
            if found.count >= count { return try found.map { try Data(contentsOf: $0) } }
            poll(nil, 0, 10)
        }
        throw TestServers.Failure(description: "\(mailbox) has \(found.count) messages, not \(count)\n\(log)")
    }

    /// Puts a message into a mailbox as a host would, whole or not at all.
    package func deliver(_ message: Data, to mailbox: String) throws {
        let name = "\(UUID().uuidString).example"
        for part in ["tmp", "new", "cur"] {
            try FileManager.default.createDirectory(
                at: maildir(mailbox).appending(path: part), withIntermediateDirectories: true)
            try own(maildir(mailbox).appending(path: part))
        }
        try own(maildir(mailbox))
        let file = maildir(mailbox).appending(path: "tmp/\(name)")
        try message.write(to: file)
        try own(file)
        try FileManager.default.moveItem(at: file, to: maildir(mailbox).appending(path: "new/\(name)"))
    }

    /// Makes Dovecot forget what it knows of a mailbox, so that all messages have new UIDs under a new UIDVALIDITY.
    package func forgetUIDs(of mailbox: String) throws {
        let folder = maildir(mailbox)
        // A reader's process that is still ending would write down what it knows.
        let user = "\(mailbox)@example.com"
        for _ in 0..<Self.maximumLooks {
            let lines = log.split(separator: "\n")
            let ended = lines.count { $0.contains("imap(\(user))") && $0.contains("Disconnected") }
            if ended >= lines.count(where: { $0.contains("Login: user=<\(user)>") }) { break }
            poll(nil, 0, 10)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasPrefix("dovecot") {
            try FileManager.default.removeItem(at: folder.appending(path: name))
        }
        // Left to itself it would take the time as the number, in seconds, which may be the one before.
        let list = folder.appending(path: "dovecot-uidlist")
        try "3 V1000 N1 G0123456789abcdef0123456789abcdef\n".write(to: list, atomically: true, encoding: .utf8)
        try own(list)
    }

    /// Ends both and all that they started, and takes the folder away.
    package func stop() { root.stop() }

    private func messages(in mailbox: String) -> [URL] {
        ["new", "cur"].flatMap { part -> [URL] in
            let folder = maildir(mailbox).appending(path: part)
            return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        }
    }

    private func own(_ file: URL) throws {
        guard unsafe chown(file.path, OutgoingMailSettings.mailUser, OutgoingMailSettings.mailUser) == 0 else {
            throw TestServers.Failure(description: "\(file.path) can't be given away")
        }
    }
}
