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
    /// Name servers, as `address` or `address:port`; empty: the system's.
    public var nameServers: [String]
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
        proxy: Proxy? = nil, nameServers: [String] = [], connectTimeout: Duration = .seconds(10),
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
