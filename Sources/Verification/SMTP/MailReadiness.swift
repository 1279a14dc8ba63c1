// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import NIOPosix

/// Whether mailboxes can be asked about from here: what `weir doctor` says of `smtp`.
public struct MailReadiness: Sendable, Hashable {
    /// Whether connections to mail hosts get out.
    public enum Port: Sendable, Hashable {
        /// A host greeted.
        case open
        /// No host could be connected to.
        case closed
        /// Hosts were connected to, and none greeted: a proxy that fails, or something in between.
        case silent
        /// No host was known.
        case unknown
    }

    /// True where the name servers knew a large host's domain.
    public var resolves: Bool
    public var port: Port
    /// The address of this machine as mail hosts see it; nil where none said.
    public var address: IPAddress?
    /// The names that its PTR records give; nil where the DNS didn't answer.
    public var reverseNames: [String]?
    /// The first of those that leads back to the address.
    public var confirmedName: String?

    public init(
        resolves: Bool, port: Port, address: IPAddress? = nil, reverseNames: [String]? = nil,
        confirmedName: String? = nil
    ) {
        self.resolves = resolves
        self.port = port
        self.address = address
        self.reverseNames = reverseNames
        self.confirmedName = confirmedName
    }
}

/// Looks at name servers, port and reverse name, by greeting a few large hosts. Names no mailbox.
public struct MailReadinessCheck: Sendable {
    /// Domains of hosts that answer everybody, by three operators.
    public static let domains = ["gmail.com", "outlook.com", "yahoo.com"]

    private let settings: SMTPSettings
    private let resolver: any DNSResolver

    public init(_ settings: SMTPSettings, resolver: any DNSResolver) {
        self.settings = settings
        self.resolver = resolver
    }

    /// - Parameters:
    ///   - domains: whose hosts are greeted, all at once.
    ///   - time: for each.
    public func run(domains: [String] = Self.domains, within time: Duration = .seconds(15)) async -> MailReadiness {
        let router = MailRouter(resolver: resolver, asksReservedNames: !settings.nameServers.isEmpty)
        let connector = SMTPConnector(settings, group: MultiThreadedEventLoopGroup.singleton)
        let greetings = await withTaskGroup(of: Greeting.self) { group in
            for domain in domains {
                group.addTask { await greet(domain, router, connector, within: time) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var readiness = MailReadiness(
            resolves: greetings.contains { $0.hasRoute }, port: Self.port(greetings.compactMap(\.dialogue)))
        readiness.address = greetings.lazy.compactMap { $0.dialogue.flatMap { Self.ownAddress(in: $0.steps) } }.first
        if let address = readiness.address { await lookBack(at: address, &readiness) }
        return readiness
    }

    private struct Greeting: Sendable {
        var hasRoute = false
        var dialogue: SMTPDialogue?
    }

    private func greet(
        _ domain: String, _ router: MailRouter, _ connector: SMTPConnector, within time: Duration
    ) async -> Greeting {
        guard case .hosts(let hosts) = await router.route(for: domain), let host = hosts.first,
            let address = host.addresses.first(where: {
                settings.allowsPrivateAddresses || AddressRule.allows($0.bytes)
            })
        else { return Greeting() }
        let script = SMTPDialogue.Script(
            helo: settings.helo ?? "", sender: "", recipient: nil, stranger: nil, usesTLS: false)
        return Greeting(
            hasRoute: true,
            dialogue: await connector.converse(
                with: address.description, named: host.name, script, within: time))
    }

    private static func port(_ dialogues: [SMTPDialogue]) -> MailReadiness.Port {
        if dialogues.isEmpty { return .unknown }
        let greeted = dialogues.contains { dialogue in
            dialogue.steps.contains { if case .received = $0 { true } else { false } }
        }
        if greeted { return .open }
        return dialogues.allSatisfy { $0.failure?.isUnreachable ?? false } ? .closed : .silent
    }

    /// The address that a host repeats in its answer to EHLO, as most do: `Hello probe.example [192.0.2.1]`.
    static func ownAddress(in steps: [SMTPStep]) -> IPAddress? {
        for case .received(250, let lines) in steps {
            for part in lines[0].split(whereSeparator: { "[]() ".contains($0) }) {
                if let address = IPAddress(String(part)) { return address }
            }
        }
        return nil
    }

    private func lookBack(at address: IPAddress, _ readiness: inout MailReadiness) async {
        switch await resolver.lookUp(address.reverseName, .ptr) {
        case .records(let answer):
            let names = answer.records.compactMap { if case .pointer(let name) = $0 { name } else { nil } }
            readiness.reverseNames = names
            for name in names where await leads(name, to: address) {
                readiness.confirmedName = name
                return
            }
        case .noData, .noSuchDomain: readiness.reverseNames = []
        case .failed: break
        }
    }

    private func leads(_ name: String, to address: IPAddress) async -> Bool {
        let type: DNSRecordType = if case .v4 = address { .a } else { .aaaa }
        guard case .records(let answer) = await resolver.lookUp(name, type) else { return false }
        return answer.records.contains(.address(address))
    }
}
