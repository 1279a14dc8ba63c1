// SPDX-License-Identifier: Apache-2.0

public import WaterfallEngine

/// A server of mail, and how it is spoken to. Certificates are always checked.
public struct MailHost: Sendable, Hashable {
    /// How a connection is kept from others' eyes.
    public enum Security: String, Sendable, Hashable, CaseIterable {
        /// Begins in the clear, and goes on by TLS or not at all.
        case startTLS = "starttls"
        /// TLS from the first byte.
        case tls
        /// In the clear, the password too.
        case none
    }

    /// Who logs in.
    public struct Login: Sendable, Hashable {
        public var username: String
        public var password: Secret

        public init(username: String, password: Secret) {
            self.username = username
            self.password = password
        }
    }

    /// A name, or an IPv4 or IPv6 address without brackets.
    public var host: String
    public var port: Int
    public var security: Security
    /// Nil where nobody logs in.
    public var login: Login?
    /// A file of PEM certificates to trust in place of the system's.
    public var certificateAuthorities: String?
    /// How long a connection may take to open: 15 s.
    public var connectTimeout: Duration
    /// How long an answer of the server may take: 60 s.
    public var replyTimeout: Duration
    /// How long a message may take in all, to be handed over or to be fetched: 5 minutes.
    public var timeout: Duration

    public init(
        host: String, port: Int, security: Security = .startTLS, login: Login? = nil,
        certificateAuthorities: String? = nil, connectTimeout: Duration = .seconds(15),
        replyTimeout: Duration = .seconds(60), timeout: Duration = .seconds(300)
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.login = login
        self.certificateAuthorities = certificateAuthorities
        self.connectTimeout = connectTimeout
        self.replyTimeout = replyTimeout
        self.timeout = timeout
    }

    /// What keeps it from being spoken to; nil where nothing does.
    var objection: StaticString? {
        if !MailSyntax.isHost(host) { return "the host is not a name or an address" }
        if !(1...65_535).contains(port) { return "the port is not one" }
        guard let login else { return nil }
        if login.username.isEmpty { return "the username is empty" }
        // libcurl takes both as strings that end at the first NUL.
        return [login.username, login.password.exposed].allSatisfy(MailSyntax.isFreeOfControls)
            ? nil : "the username or the password has a control character"
    }

    /// The host as it stands in a URL.
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
