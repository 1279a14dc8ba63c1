// SPDX-License-Identifier: Apache-2.0

/// What the DNS says of a name. What isn't known is kept apart from what is denied: only `noData` and `noSuchDomain`
/// are statements of the DNS; a failure says nothing about the name.
public enum DNSReply: Sendable, Hashable {
    /// There are records of the asked type.
    case records(DNSAnswer)
    /// The name exists, without records of the asked type (RFC 2308, 2.2). The time for which that may be kept is zero
    /// where the zone doesn't say.
    case noData(timeToLive: Duration)
    /// The name, or the name that it is an alias of, doesn't exist (RFC 2308, 2.1).
    case noSuchDomain(timeToLive: Duration)
    /// Nobody knows.
    case failed(DNSFailure)

    /// The time for which it may be kept; nil for a failure.
    public var timeToLive: Duration? {
        switch self {
        case .records(let answer): answer.timeToLive
        case .noData(let timeToLive), .noSuchDomain(let timeToLive): timeToLive
        case .failed: nil
        }
    }

    /// The failure; nil where there is an answer.
    public var failure: DNSFailure? {
        guard case .failed(let failure) = self else { return nil }
        return failure
    }

    /// The same, with another time to live; failures have none.
    func with(timeToLive: Duration) -> DNSReply {
        switch self {
        case .records(var answer):
            answer.timeToLive = timeToLive
            return .records(answer)
        case .noData: return .noData(timeToLive: timeToLive)
        case .noSuchDomain: return .noSuchDomain(timeToLive: timeToLive)
        case .failed: return self
        }
    }
}

/// The records of a name, all of the asked type.
public struct DNSAnswer: Sendable, Hashable {
    /// The name under which the records stand: the asked one, or the last of its aliases; in lower case, without a
    /// trailing dot.
    public var owner: String
    /// In the order of the reply; at least one.
    public var records: [DNSRecordData]
    /// The shortest time to live among the records and the aliases that led there.
    public var timeToLive: Duration

    public init(owner: String, records: [DNSRecordData], timeToLive: Duration) {
        self.owner = owner
        self.records = records
        self.timeToLive = timeToLive
    }
}

/// Why the DNS gave no answer. All of them are temporary as far as the name is concerned: none makes an address
/// invalid.
public struct DNSFailure: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// No server answered in time.
        case timedOut = "timed_out"
        /// SERVFAIL: the server could not find out.
        case serverFailure = "server_failure"
        /// REFUSED: the server doesn't want to be asked.
        case refused
        /// Another error code of the server; `code` has it.
        case otherCode = "other_code"
        /// The reply can't be understood, or contradicts itself.
        case malformed
        /// The server neither answers the question nor looks for the answer: it is no resolver.
        case referral
        /// More aliases in a row than are followed, or a circle of them.
        case tooManyAliases = "too_many_aliases"
        /// More mail hosts than are looked at, none of which has an address.
        case tooManyHosts = "too_many_hosts"
        /// No server can be reached.
        case unreachable
        /// The name can't be asked for: an empty or long label, an odd character.
        case badName = "bad_name"
        /// The task that asked was cancelled.
        case cancelled
        /// The resolver is closed.
        case closed
        /// Too many questions wait already.
        case overloaded
    }

    public let kind: Kind
    /// The server's code (RCODE, RFC 1035, 4.1.1); nil where none said anything.
    public let code: UInt8?

    public init(_ kind: Kind, code: UInt8? = nil) {
        self.kind = kind
        self.code = code
    }
}
