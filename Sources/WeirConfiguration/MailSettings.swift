// SPDX-License-Identifier: Apache-2.0

public import WaterfallEngine

/// What `mail:` says: how messages are sent, and where their bounces arrive.
public struct MailSettings: Sendable {
    /// How a connection is kept from being read on its way.
    public enum Security: String, Sendable, Hashable, CaseIterable {
        /// Begins in the open and goes on under TLS, or not at all.
        case starttls
        /// TLS from the first byte.
        case tls
        /// None: for servers on the same machine.
        case none
    }

    /// A server and who one is there.
    public struct Server: Sendable {
        public var host: String
        public var port: Int
        public var security: Security
        /// Nil where the server asks nobody.
        public var user: String?
        public var password: Secret?
        /// A file of certificates to trust instead of the system's: for private deployments.
        public var authorities: String?
    }

    /// Whom messages are from, such as `Jane Doe <jane@example.com>`.
    public var from: String?
    /// Where bounces go: each message has a return path of its own, made of this address and the message's id.
    public var returnPath: String?
    public var smtp: Server?
    /// Where the bounces are read.
    public var imap: Server?
    /// The folder of the mailbox.
    public var mailbox: String

    public init(
        from: String? = nil, returnPath: String? = nil, smtp: Server? = nil, imap: Server? = nil,
        mailbox: String = "INBOX"
    ) {
        self.from = from
        self.returnPath = returnPath
        self.smtp = smtp
        self.imap = imap
        self.mailbox = mailbox
    }
}
