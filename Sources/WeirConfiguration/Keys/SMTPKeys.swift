// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import Verification

/// The keys of `providers: smtp:`, the verifier that asks mail hosts itself.
enum SMTPKeys {
    /// The provider that they belong to.
    static let id = SMTPVerifier.descriptor.id

    private static let standard = SMTPSettings()

    static let helo = Key(
        "helo", hostName, "What EHLO names: the public host name of this machine, as its reverse name says it.")
    static let sender = Key("from", address, "What MAIL FROM names; without it, the null sender.")
    static let port = Key(
        "port", .integer(1...65_535), "The port of mail hosts; another one than 25 is for tests.",
        standard: "\(standard.port)")
    static let bind = Key("bind", localAddress, "The address of this machine that connections come from.")
    static let proxy = Key(
        "proxy", proxyShape,
        "Through whom the connections go: `socks5://host:port` or `http://host:port`, with `user:password@` if need be."
    )
    static let nameServers = Key(
        "name_servers", nameServer.oneOrMore("a name server such as 192.0.2.53, or a list of them", maximum: 4),
        "Whom the DNS is asked through, instead of the system's name servers.")
    static let connectTimeout = Key(
        "connect_timeout", .duration, "How long a connection may take.",
        standard: DurationText.of(standard.connectTimeout))
    static let replyTimeout = Key(
        "reply_timeout", .duration, "How long one reply may take.", standard: DurationText.of(standard.replyTimeout))
    static let greylistWait = Key(
        "greylist_wait", .duration,
        "How long a greylisting host may be waited for, on top of `timeouts`; without it, the verdict is `greylisted` at "
            + "once.")
    static let hostConcurrency = Key(
        "host_concurrency", .integer(1...100), "Conversations at once with the hosts of one operator.",
        standard: "\(standard.concurrencyPerHost)")
    static let hostPause = Key(
        "host_pause", .duration, "Time between the starts of two conversations with one operator.",
        standard: DurationText.of(standard.pausePerHost))
    static let tls = Key("tls", .boolean, "Whether TLS is taken where it is offered.", standard: "true")
    static let allowPrivateAddresses = Key(
        "allow_private_addresses", .boolean, "Lets mail hosts be on addresses of this machine or network.",
        standard: "false")

    static let object = ObjectShape(
        words: "the settings of smtp",
        keys: [
            helo.erased, sender.erased, port.erased, bind.erased, proxy.erased, nameServers.erased,
            connectTimeout.erased, replyTimeout.erased, greylistWait.erased, hostConcurrency.erased,
            hostPause.erased, tls.erased, allowPrivateAddresses.erased, ProviderKeys.enabled.erased,
            ProviderKeys.rate.erased, ProviderKeys.concurrency.erased, ProviderKeys.timeout.erased,
        ])

    /// The settings that the keys make.
    static func settings(of fields: Fields) -> SMTPSettings {
        SMTPSettings(
            helo: fields[helo], sender: fields[sender], port: fields[port] ?? standard.port,
            bindAddress: fields[bind], proxy: fields[proxy], nameServers: fields[nameServers] ?? [],
            connectTimeout: fields[connectTimeout] ?? standard.connectTimeout,
            replyTimeout: fields[replyTimeout] ?? standard.replyTimeout, greylistWait: fields[greylistWait],
            concurrencyPerHost: fields[hostConcurrency] ?? standard.concurrencyPerHost,
            pausePerHost: fields[hostPause] ?? standard.pausePerHost, usesTLS: fields[tls] ?? true,
            allowsPrivateAddresses: fields[allowPrivateAddresses] ?? false)
    }

    private static let hostName = Shape<String>.scalar("a host name such as mail.example.com") { text in
        Domain(text).flatMap { $0.ascii == text.lowercased() ? $0.ascii : nil }
    }

    private static let address = Shape<String>.scalar("an address such as probe@example.com") {
        EmailAddress($0)?.display
    }

    private static let localAddress = Shape<String>.scalar("an IP address") { IPAddress($0)?.description }

    private static let nameServer = Shape<DNSServer>.scalar("a name server such as 192.0.2.53 or 192.0.2.53:5353") {
        DNSServer($0)
    }

    /// What has a user in it has a password in it, and is not shown.
    private static let proxyShape = Shape<SMTPSettings.Proxy>(
        words: "a proxy such as socks5://127.0.0.1:1080", schema: .object([.init("type", "string")])
    ) { node, reading in
        let words = "a proxy such as socks5://127.0.0.1:1080 or http://127.0.0.1:3128"
        if case .scalar(let text, _) = node.content, !text.contains("@") { reading.show(node) }
        guard let text = reading.text(node, wanted: words) else { return nil }
        guard let proxy = SMTPSettings.Proxy(text) else {
            reading.refuse(node, wanted: words, hint: "socks5 takes no password; http does")
            return nil
        }
        return proxy
    }
}
