// SPDX-License-Identifier: Apache-2.0

/// Finds where the mail for a domain goes: MX first, then the addresses of its hosts, all at once.
///
/// At most `1 + 2 * 16` look-ups a domain.
public struct MailRouter: Sendable {
    private let resolver: any DNSResolver
    private let asksReservedNames: Bool

    /// - Parameters:
    ///   - resolver: whom to ask; wrapped in a `DNSCache` where more than one address is looked at.
    ///   - asksReservedNames: false where the resolver is the system's: `test`, `invalid`, `local` and their like don't
    ///     exist then, and aren't asked for (RFC 6761). True where somebody set a resolver, which may know them.
    public init(resolver: any DNSResolver, asksReservedNames: Bool = false) {
        self.resolver = resolver
        self.asksReservedNames = asksReservedNames
    }

    /// Returns where the mail goes. A cancelled task gets `unknown`.
    ///
    /// - Parameter domain: in ASCII (IDNA), with or without a trailing dot. What can't be a domain is `unknown`, by
    ///   the kind `badName`: its syntax is to be judged elsewhere.
    public func route(for domain: String) async -> MailRoute {
        var generator = SystemRandomNumberGenerator()
        return await route(for: domain, using: &generator)
    }

    /// Returns where the mail goes, hosts of equal preference in an order by the generator.
    public func route(
        for domain: String, using generator: inout some RandomNumberGenerator
    ) async -> MailRoute {
        guard let domain = DNSName.normal(domain) else { return .unknown(DNSFailure(.badName)) }
        guard mayExist(domain) else { return .noSuchDomain }
        let reply = await resolver.lookUp(domain, .mx)
        switch MailRoute.step(
            after: reply, for: domain, isHost: { DNSName.isHost($0) && mayExist($0) }, using: &generator)
        {
        case .settled(let route): return route
        case .resolve(let targets, let areAll):
            return MailRoute.settled(targets, areAll: areAll, await addresses(of: targets))
        }
    }

    private func mayExist(_ name: String) -> Bool { asksReservedNames || !SpecialUseDomain.isOutsideDNS(name) }

    private func addresses(of targets: [MailRoute.Target]) async -> [MailRoute.Addresses] {
        // Most addresses of a list are at domains whose hosts are known: no tasks for those.
        if let known = knownAddresses(of: targets) { return known }
        return await withTaskGroup(of: (index: Int, type: DNSRecordType, reply: DNSReply).self) { group in
            for (index, target) in targets.enumerated() where target.isHost {
                for type in [DNSRecordType.a, .aaaa] {
                    group.addTask { (index, type, await resolver.lookUp(target.name, type)) }
                }
            }
            var addresses = Array(repeating: MailRoute.Addresses.none, count: targets.count)
            for await (index, type, reply) in group {
                if type == .a { addresses[index].v4 = reply } else { addresses[index].v6 = reply }
            }
            return addresses
        }
    }

    private func knownAddresses(of targets: [MailRoute.Target]) -> [MailRoute.Addresses]? {
        var addresses: [MailRoute.Addresses] = []
        for target in targets {
            guard target.isHost else {
                addresses.append(.none)
                continue
            }
            guard let v4 = resolver.known(target.name, .a), let v6 = resolver.known(target.name, .aaaa) else {
                return nil
            }
            addresses.append(MailRoute.Addresses(v4: v4, v6: v6))
        }
        return addresses
    }
}
