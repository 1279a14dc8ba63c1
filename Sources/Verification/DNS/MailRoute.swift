// SPDX-License-Identifier: Apache-2.0

/// Where the mail for a domain goes, decided from what the DNS said (RFC 5321, 5.1; RFC 7505). Pure.
///
/// Only `nullMX`, `noMX` and `noSuchDomain` say that nothing can be delivered. Wherever an answer that could have
/// changed that is missing, the route is `unknown`.
public enum MailRoute: Sendable, Hashable {
    /// To these hosts, the first one first; at least one, and each has an address.
    case hosts([MailHost])
    /// The domain says that it takes no mail (RFC 7505).
    case nullMX
    /// The domain exists, and has no host that mail could go to.
    case noMX
    /// The domain doesn't exist.
    case noSuchDomain
    /// Nobody knows at the moment.
    case unknown(DNSFailure)
}

/// A host that takes mail.
public struct MailHost: Sendable, Hashable {
    /// In lower case, without a trailing dot.
    public var name: String
    /// The lower is tried first.
    public var preference: UInt16
    /// True where the domain has no MX, so that its own addresses stand in (RFC 5321, 5.1).
    public var isImplicit: Bool
    /// In the DNS' order, IPv4 before IPv6; at least one. They may be private or of this very machine: who connects
    /// has to judge them.
    public var addresses: [IPAddress]

    public init(name: String, preference: UInt16, isImplicit: Bool = false, addresses: [IPAddress]) {
        self.name = name
        self.preference = preference
        self.isImplicit = isImplicit
        self.addresses = addresses
    }
}

extension MailRoute {
    /// The most hosts of a domain that are looked at, the preferred ones first.
    static let maximumTargets = 16

    /// A host that mail may go to, before its addresses are known.
    struct Target: Sendable, Hashable {
        var name: String
        var preference: UInt16
        var isImplicit = false
        /// False for what is no name of a host, such as an address: it is not looked up.
        var isHost = true
    }

    /// What the answer for MX leads to.
    enum Step: Sendable, Hashable {
        case settled(MailRoute)
        /// The addresses of these are needed, in this order; at most `maximumTargets`. `areAll` is false where the
        /// domain has more.
        case resolve([Target], areAll: Bool)
    }

    /// What was said of one target's addresses.
    struct Addresses: Sendable, Hashable {
        var v4: DNSReply
        var v6: DNSReply

        static let none = Addresses(v4: .noSuchDomain(timeToLive: .zero), v6: .noSuchDomain(timeToLive: .zero))

        var all: [IPAddress] { Self.addresses(v4) + Self.addresses(v6) }

        /// Why the target may have addresses that weren't seen.
        var failure: DNSFailure? { v4.failure ?? v6.failure }

        private static func addresses(_ reply: DNSReply) -> [IPAddress] {
            guard case .records(let answer) = reply else { return [] }
            return answer.records.compactMap { record in
                guard case .address(let address) = record else { return nil }
                return address
            }
        }
    }

    /// Decides what the answer for the domain's MX means.
    ///
    /// The domain's own addresses stand in where the answer was "no data", and only there: not for a domain that
    /// doesn't exist, not where nobody answered, and not where its MX hosts turn out to be useless. `.` beside other
    /// hosts is left out. Hosts of equal preference are shuffled, to spread the load.
    ///
    /// - Parameters:
    ///   - domain: in normal form (`DNSName`).
    ///   - isHost: whether a target is worth a look-up.
    static func step(
        after reply: DNSReply, for domain: String, isHost: (String) -> Bool = DNSName.isHost,
        using generator: inout some RandomNumberGenerator
    ) -> Step {
        switch reply {
        case .failed(let failure): return .settled(.unknown(failure))
        case .noSuchDomain: return .settled(.noSuchDomain)
        case .noData:
            let own = Target(name: domain, preference: 0, isImplicit: true, isHost: isHost(domain))
            return .resolve([own], areAll: true)
        case .records(let answer):
            let exchanges = answer.records.compactMap { record -> Target? in
                guard case .mailExchange(let preference, let host) = record else { return nil }
                return Target(name: host, preference: preference, isHost: isHost(host))
            }
            guard !exchanges.isEmpty else { return .settled(.unknown(DNSFailure(.malformed))) }
            let targets = exchanges.filter { $0.name != "." }
            guard !targets.isEmpty else { return .settled(.nullMX) }
            let sorted = inOrder(targets, using: &generator)
            return .resolve(Array(sorted.prefix(maximumTargets)), areAll: sorted.count <= maximumTargets)
        }
    }

    /// Decides from the addresses of the targets, one for each, in the same order.
    ///
    /// A target without an address is left out, whatever the reason. Where none is left, one that failed, or that
    /// wasn't looked at, keeps the route unknown.
    static func settled(_ targets: [Target], areAll: Bool, _ addresses: [Addresses]) -> MailRoute {
        precondition(targets.count == addresses.count, "each target has its addresses")
        let pairs = zip(targets, addresses)
        let hosts = pairs.compactMap { target, addresses -> MailHost? in
            let found = addresses.all
            guard !found.isEmpty else { return nil }
            return MailHost(
                name: target.name, preference: target.preference, isImplicit: target.isImplicit, addresses: found)
        }
        if !hosts.isEmpty { return .hosts(hosts) }
        if let failure = addresses.lazy.compactMap(\.failure).first { return .unknown(failure) }
        return areAll ? .noMX : .unknown(DNSFailure(.tooManyHosts))
    }

    /// By preference; equal ones in random order; a host that is named twice counts once, where it is preferred most.
    private static func inOrder(
        _ targets: [Target], using generator: inout some RandomNumberGenerator
    ) -> [Target] {
        var seen: Set<String> = []
        // Sorting is stable, so that what was shuffled stays shuffled among equals.
        return targets.shuffled(using: &generator)
            .sorted { $0.preference < $1.preference }
            .filter { seen.insert($0.name).inserted }
    }
}
