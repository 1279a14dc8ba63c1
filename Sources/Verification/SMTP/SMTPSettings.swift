// SPDX-License-Identifier: Apache-2.0

/// How mail hosts are asked about a mailbox. Defaults are gentle: hosts that see many probes refuse them all.
public struct SMTPSettings: Sendable, Hashable {
    /// Through whom the connections go.
    public enum Proxy: Sendable, Hashable {
        /// SOCKS 5 without a password (RFC 1928).
        case socks5(host: String, port: Int)
        /// HTTP CONNECT (RFC 9110, 9.3.6). The credentials are `user:password`.
        case http(host: String, port: Int, credentials: String?)
    }

    /// What EHLO names: this machine's public host name. Nil: the address literal of the connection.
    public var helo: String?
    /// What MAIL FROM names; nil: the null sender.
    public var sender: String?
    public var port: Int
    /// The local address that connections come from.
    public var bindAddress: String?
    public var proxy: Proxy?
    /// Whom the DNS is asked through; empty: the system's servers.
    public var nameServers: [DNSServer]
    /// How long a connection, and one reply, may take.
    public var connectTimeout: Duration
    public var replyTimeout: Duration
    /// How long in all a greylisting host may be waited for; nil: it isn't.
    public var greylistWait: Duration?
    /// Conversations at once with the hosts of one operator (by the registrable domain of their names).
    public var concurrencyPerHost: Int
    /// Time between the starts of two conversations with one operator.
    public var pausePerHost: Duration
    /// Hosts of one domain that are tried at most.
    public var maximumHosts: Int
    /// False: opportunistic TLS isn't taken.
    public var usesTLS: Bool
    /// True where mail hosts may be on private and loopback addresses, as in tests.
    public var allowsPrivateAddresses: Bool

    public init(
        helo: String? = nil, sender: String? = nil, port: Int = 25, bindAddress: String? = nil,
        proxy: Proxy? = nil, nameServers: [DNSServer] = [], connectTimeout: Duration = .seconds(10),
        replyTimeout: Duration = .seconds(20), greylistWait: Duration? = nil, concurrencyPerHost: Int = 2,
        pausePerHost: Duration = .milliseconds(500), maximumHosts: Int = 3, usesTLS: Bool = true,
        allowsPrivateAddresses: Bool = false
    ) {
        self.helo = helo
        self.sender = sender
        self.port = port
        self.bindAddress = bindAddress
        self.proxy = proxy
        self.nameServers = nameServers
        self.connectTimeout = connectTimeout
        self.replyTimeout = replyTimeout
        self.greylistWait = greylistWait
        self.concurrencyPerHost = concurrencyPerHost
        self.pausePerHost = pausePerHost
        self.maximumHosts = maximumHosts
        self.usesTLS = usesTLS
        self.allowsPrivateAddresses = allowsPrivateAddresses
    }
}

extension SMTPSettings.Proxy {
    /// Reads `socks5://host:port`, `http://host:port` or `http://user:password@host:port`; nil for anything else.
    public init?(_ text: String) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        var authority = text[mark.upperBound...]
        while authority.hasSuffix("/") { authority.removeLast() }
        var credentials: String?
        if let at = authority.lastIndex(of: "@") {
            credentials = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        guard let colon = authority.lastIndex(of: ":"), colon > authority.startIndex,
            let port = UInt16(authority[authority.index(after: colon)...]), port > 0
        else { return nil }
        let host = authority[..<colon]
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else { return nil }
        switch (text[..<mark.lowerBound].lowercased(), credentials) {
        case ("socks5", nil): self = .socks5(host: String(host), port: Int(port))
        case ("http", _): self = .http(host: String(host), port: Int(port), credentials: credentials)
        default: return nil
        }
    }
}
