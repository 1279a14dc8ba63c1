// SPDX-License-Identifier: Apache-2.0

extension DNSMessage {
    /// Aliases in a row that are followed.
    static let maximumAliases = 8

    /// What a message means for a question.
    enum Meaning: Sendable, Hashable {
        case reply(DNSReply)
        /// The reply ends at an alias, as a server gives it that doesn't resolve: its target is to be asked for.
        case alias(String, aliases: Int, timeToLive: UInt32)
        /// The rest has to be asked for over TCP.
        case truncated
    }

    /// Reads what the message says of a name.
    ///
    /// - Parameters:
    ///   - name: in normal form (`DNSName`).
    ///   - aliases: how many led to the name already.
    func meaning(for name: String, _ type: DNSRecordType, aliases: Int = 0) -> Meaning {
        guard isReply, operation == 0 else { return .reply(.failed(DNSFailure(.malformed))) }
        if let question {
            guard question == Question(name: name, type: type.rawValue, group: Self.internet) else {
                return .reply(.failed(DNSFailure(.malformed)))
            }
        }
        if isTruncated { return .truncated }
        switch code {
        case 0, 3: return answer(name, type, aliases)
        case 2: return .reply(.failed(DNSFailure(.serverFailure, code: code)))
        case 5: return .reply(.failed(DNSFailure(.refused, code: code)))
        default: return .reply(.failed(DNSFailure(.otherCode, code: code)))
        }
    }

    private func answer(_ name: String, _ type: DNSRecordType, _ aliases: Int) -> Meaning {
        var (owner, aliases) = (name, aliases)
        var time = UInt32.max
        while true {
            let records = answers.filter { $0.name == owner && $0.type == type.rawValue }
            if code == 0, !records.isEmpty {
                time = records.reduce(time) { min($0, $1.timeToLive) }
                return .reply(
                    .records(
                        DNSAnswer(owner: owner, records: records.compactMap(\.data), timeToLive: .seconds(time))))
            }
            let alias = answers.first { $0.name == owner && $0.type == DNSRecordType.cname.rawValue }
            guard case .alias(let target)? = alias?.data else { break }
            aliases += 1
            guard aliases <= Self.maximumAliases else { return .reply(.failed(DNSFailure(.tooManyAliases))) }
            time = min(time, alias?.timeToLive ?? 0)
            owner = target
        }
        return denial(owner == name ? nil : owner, aliases, time)
    }

    /// What a reply without records of the type means: a denial where the zone's SOA is there, or nothing is
    /// (RFC 2308, 2.1 and 2.2); a referral where another server is named.
    private func denial(_ alias: String?, _ aliases: Int, _ time: UInt32) -> Meaning {
        let zone = authority.first { $0.type == DNSRecordType.soa.rawValue }
        var kept: UInt32 = 0
        if let zone, case .authority(let minimum)? = zone.data { kept = min(time, minimum, zone.timeToLive) }
        if code == 3 { return .reply(.noSuchDomain(timeToLive: .seconds(kept))) }
        if zone == nil, let alias { return .alias(alias, aliases: aliases, timeToLive: time) }
        let nameServer: UInt16 = 2
        if zone == nil, authority.contains(where: { $0.type == nameServer }) {
            return .reply(.failed(DNSFailure(.referral, code: code)))
        }
        return .reply(.noData(timeToLive: .seconds(kept)))
    }
}
