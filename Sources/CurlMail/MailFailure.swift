// SPDX-License-Identifier: Apache-2.0

/// Why a server was not spoken to, or not to an end. It never holds a password, and nothing of a message.
public struct MailFailure: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The settings or the envelope have something in them that may not be sent; nothing was.
        case invalid
        /// The task was cancelled, or the thread stopped.
        case cancelled
        /// No connection came about.
        case noConnection = "no_connection"
        /// TLS was demanded and is not offered, or there was no agreement on it.
        case noTLS = "no_tls"
        /// The server's certificate is expired, of another name, or not of a trusted authority.
        case untrusted
        /// None of the ways to log in that are known here is offered.
        case noLogin = "no_login"
        /// The server does not take username and password.
        case loginRefused = "login_refused"
        /// An answer did not come in time.
        case timedOut = "timed_out"
        /// The connection broke.
        case interrupted
        /// The answer is not of the protocol, or over its limits.
        case malformed
        /// The server says no.
        case refused
        /// The mailbox's messages were numbered anew: what was known of them is void.
        case renumbered
    }

    public var kind: Kind
    /// For people, in English.
    public var text: String

    public init(_ kind: Kind, _ text: StaticString) {
        self.kind = kind
        self.text = "\(text)"
    }

    init(_ kind: Kind, said text: String) {
        self.kind = kind
        self.text = text
    }
}

extension MailFailure: CustomStringConvertible {
    public var description: String { "\(kind.rawValue): \(text)" }
}
