// SPDX-License-Identifier: Apache-2.0

/// Asks the domain name system.
public protocol DNSResolver: Sendable {
    /// Returns what the DNS says of a name, or why it isn't known. Aliases (CNAME) are followed.
    ///
    /// A cancelled task gets `.failed` of the kind `cancelled` at once.
    ///
    /// - Parameter name: absolute, in ASCII, in any case, with or without a trailing dot; no search domain is appended.
    func lookUp(_ name: String, _ type: DNSRecordType) async -> DNSReply

    /// Returns what `lookUp` would return without asking anybody; nil where it would ask.
    func known(_ name: String, _ type: DNSRecordType) -> DNSReply?
}

extension DNSResolver {
    public func known(_ name: String, _ type: DNSRecordType) -> DNSReply? { nil }
}

/// The types of records that are asked for, by their numbers (RFC 1035, 3.2.2; AAAA: RFC 3596).
public enum DNSRecordType: UInt16, Sendable, Hashable, CaseIterable {
    case a = 1
    case cname = 5
    case soa = 6
    case ptr = 12
    case mx = 15
    case txt = 16
    case aaaa = 28
}

/// What a record says.
public enum DNSRecordData: Sendable, Hashable {
    /// A or AAAA.
    case address(IPAddress)
    /// CNAME: the name that this one stands for.
    case alias(String)
    /// MX: the lower preference is tried first. A host of `.` takes no mail (RFC 7505).
    case mailExchange(preference: UInt16, host: String)
    /// PTR.
    case pointer(String)
    /// SOA; `minimum` is how long, in seconds, the zone's denials may be kept (RFC 2308, 4).
    case authority(minimum: UInt32)
    /// TXT: the strings of one record, joined (RFC 7208, 3.3).
    case text([UInt8])
}
