// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An address of the internet protocol, version 4 or 6.
public enum IPAddress: Sendable, Hashable {
    /// The four octets, the first one highest.
    case v4(UInt32)
    /// The sixteen octets in two halves, the first one highest.
    case v6(UInt64, UInt64)

    /// Reads 4 or 16 octets in network order; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self = .v6(
                bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// Reads `192.0.2.1` or `2001:db8::1` (RFC 4291, 2.2), without brackets, port or zone; nil where it is neither.
    public init?(_ text: String) {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var octets = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &octets) == 1 {
            self.init(bytes: octets.prefix(4))
        } else if unsafe inet_pton(AF_INET6, text, &octets) == 1 {
            self.init(bytes: octets)
        } else {
            return nil
        }
    }

    /// The 4 or 16 octets in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let value): Self.octets(UInt64(value), count: 4)
        case .v6(let high, let low): Self.octets(high, count: 8) + Self.octets(low, count: 8)
        }
    }

    /// The name under which the PTR record of the address stands: `1.2.0.192.in-addr.arpa` (RFC 1035, 3.5), or the
    /// nibbles under `ip6.arpa` (RFC 3596, 2.5).
    public var reverseName: String {
        switch self {
        case .v4: bytes.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa"
        case .v6:
            bytes.reversed().flatMap { [$0 & 15, $0 >> 4] }.map { String($0, radix: 16) }.joined(separator: ".")
                + ".ip6.arpa"
        }
    }

    private static func octets(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// `192.0.2.1`, or the short form of RFC 5952: lower case, the longest run of zeros left out.
    public var description: String {
        guard case .v6 = self else { return bytes.map(String.init).joined(separator: ".") }
        let octets = bytes
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        // An IPv4 address in IPv6's clothes shows itself (RFC 5952, 5).
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
            return "::ffff:" + octets[12...].map(String.init).joined(separator: ".")
        }
        let text = { (groups: ArraySlice<UInt16>) in groups.map { String($0, radix: 16) }.joined(separator: ":") }
        guard let zeros = Self.longestRunOfZeros(groups) else { return text(groups[...]) }
        return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
    }

    /// The first of the longest runs; a single zero is written out (RFC 5952, 4.2.2).
    private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(longest?.count ?? 0, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        return longest
    }
}
