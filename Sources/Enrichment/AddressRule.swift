// SPDX-License-Identifier: Apache-2.0

/// Which addresses a connection may go to, judged on the bytes of the socket address: after every spelling of a host
/// has been resolved, so that `0x7f.1`, a short form or a name that points inward make no difference.
///
/// Only what is reached over the public internet is allowed. Ranges: the special-purpose registries of IANA
/// (RFC 6890 and its updates).
package enum AddressRule {
    /// True where the address is public. `bytes` are 4 or 16 in network order; any other count is refused.
    package static func allows(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        let address = Array(bytes)
        switch address.count {
        case 4: return allowsV4(address[...])
        case 16: return allowsV6(address)
        default: return false
        }
    }

    private static func allowsV4(_ address: ArraySlice<UInt8>) -> Bool {
        let value = address.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !refusedV4.contains { value >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
    }

    /// Only 2000::/3 is routed, and in it every form that carries an IPv4 address is refused: mapped,
    /// compatible, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), link-local, unique local and multicast lie outside
    /// 2000::/3 already.
    private static func allowsV6(_ address: [UInt8]) -> Bool {
        guard address[0] & 0xe0 == 0x20 else { return false }
        if refusedV6.contains(where: { has(address, $0.prefix, $0.length) }) { return false }
        // ISATAP (RFC 5214): an interface identifier of 00-00-5E-FE or 02-00-5E-FE holds an IPv4 address.
        return !(address[8] & 0xfd == 0 && address[9...11].elementsEqual([0x00, 0x5e, 0xfe]))
    }

    private static func has(_ address: [UInt8], _ prefix: [UInt8], _ length: Int) -> Bool {
        let whole = length / 8
        guard address[..<whole].elementsEqual(prefix[..<whole]) else { return false }
        let rest = length % 8
        return rest == 0 || address[whole] >> (8 - rest) == prefix[whole] >> (8 - rest)
    }

    private static func v4(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ length: UInt32
    ) -> (prefix: UInt32, length: UInt32) {
        (a << 24 | b << 16 | c << 8 | d, length)
    }

    private static let refusedV4: [(prefix: UInt32, length: UInt32)] = [
        v4(0, 0, 0, 0, 8),  // this network, unspecified
        v4(10, 0, 0, 0, 8),  // private
        v4(100, 64, 0, 0, 10),  // shared by carriers (CGNAT)
        v4(127, 0, 0, 0, 8),  // loopback
        v4(168, 63, 129, 16, 32),  // the metadata and DNS address of one cloud, in public space
        v4(169, 254, 0, 0, 16),  // link-local, and the metadata of most clouds
        v4(172, 16, 0, 0, 12),  // private
        v4(192, 0, 0, 0, 24),  // protocol assignments
        v4(192, 0, 2, 0, 24),  // documentation
        v4(192, 31, 196, 0, 24),  // AS112
        v4(192, 52, 193, 0, 24),  // AMT
        v4(192, 88, 99, 0, 24),  // 6to4 relays
        v4(192, 168, 0, 0, 16),  // private
        v4(192, 175, 48, 0, 24),  // AS112
        v4(198, 18, 0, 0, 15),  // benchmarks
        v4(198, 51, 100, 0, 24),  // documentation
        v4(203, 0, 113, 0, 24),  // documentation
        v4(224, 0, 0, 0, 3),  // multicast, reserved, broadcast
    ]

    /// Inside 2000::/3.
    private static let refusedV6: [(prefix: [UInt8], length: Int)] = [
        ([0x20, 0x01, 0x00], 23),  // protocol assignments: Teredo, benchmarks, ORCHID
        ([0x20, 0x01, 0x0d, 0xb8], 32),  // documentation
        ([0x20, 0x02], 16),  // 6to4: embeds an IPv4 address
        ([0x26, 0x20, 0x00, 0x4f, 0x80, 0x00], 48),  // AS112
        ([0x3f, 0xff, 0x00], 20),  // documentation
    ]
}
