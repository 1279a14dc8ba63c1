// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Glibc
import Testing

@Suite struct AddressRuleTests {
    /// The address in network order, by the system's own parser.
    static func bytes(_ text: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET6, text, &bytes) == 1 { return bytes }
        return unsafe inet_pton(AF_INET, text, &bytes) == 1 ? Array(bytes[..<4]) : []
    }

    /// First and last of each range that is refused, and what lies inside.
    static let refused =
        [
            "0.0.0.0", "0.0.0.1", "0.255.255.255", "10.0.0.0", "10.1.2.3", "10.255.255.255", "100.64.0.0",
            "100.64.0.1",
            "100.100.100.200", "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.0.1.1", "127.127.127.127",
            "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254", "169.254.170.2",
            "169.254.169.123",
            "169.254.255.255", "172.16.0.0", "172.17.0.1", "172.31.255.255", "192.0.0.0", "192.0.0.1", "192.0.0.8",
            "192.0.0.170", "192.0.0.192", "192.0.0.255", "192.0.2.0", "192.0.2.1", "192.0.2.255", "192.31.196.1",
            "192.52.193.1", "192.88.99.0", "192.88.99.1", "192.88.99.255", "192.168.0.0", "192.168.1.1",
            "192.168.255.255", "192.175.48.1", "198.18.0.0", "198.18.0.1", "198.19.255.255", "198.51.100.0",
            "198.51.100.1", "198.51.100.255", "203.0.113.0", "203.0.113.1", "203.0.113.255", "224.0.0.0",
            "224.0.0.1",
            "224.0.0.251", "239.255.255.250", "239.255.255.255", "240.0.0.0", "240.0.0.1", "250.1.2.3",
            "255.255.255.254",
            "255.255.255.255",
            // IPv6: unspecified, loopback, unique local, link-local, site-local, multicast, discard.
            "::", "::1", "::2", "fc00::", "fc00::1", "fd00::1", "fd00:ec2::254", "fdff:ffff::1", "fe80::",
            "fe80::1",
            "fe80::a9fe:a9fe", "febf::1", "fec0::1", "feff::1", "ff00::1", "ff02::1", "ff05::2", "ffff::1",
            "100::1",
            "100:0:0:1::1", "200::1", "400::1", "1000::1", "1fff:ffff::1", "4000::1", "5f00::1", "8000::1",
            "c000::1",
            "e000::1", "f000::1",
            // Teredo, ORCHID, benchmarks, documentation, 6to4, AS112.
            "2001::", "2001::1", "2001:0:53aa:64c:0:fffe:80ff:fffe", "2001:1::1", "2001:2::1", "2001:3::1",
            "2001:4:112::1",
            "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::", "2001:db8::1", "2001:db8:ffff::1",
            "2002::1",
            "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::1", "2002:a9fe:a9fe::1", "2002:808:808::1",
            "2620:4f:8000::1", "3fff::1", "3fff:fff::1",
            // ISATAP, of either bit.
            "2600::5efe:7f00:1", "2600::200:5efe:a00:1", "2600:1:2:3:0:5efe:c0a8:101",
            "2600:1:2:3:200:5efe:808:808",
        ] + embedded

    /// Every refused kind of IPv4 address in every form of IPv6 that carries one.
    static let embedded: [String] = [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1",
        "172.31.0.1",
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "8.8.8.8", "93.184.216.34",
    ].flatMap {
        ["::ffff:\($0)", "::\($0)", "::ffff:0:\($0)", "64:ff9b::\($0)", "64:ff9b:1::\($0)", "fe80::5efe:\($0)"]
    }

    /// The neighbours of refused ranges, and public hosts.
    static let allowed = [
        "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0",
        "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
        "203.0.112.255", "203.0.114.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1",
        "2001:db9::1", "2003::1", "2400:cb00::1", "2606:4700:4700::1111", "2620:4f:8001::1", "2620:fe::fe",
        "2a00:1450::1",
        "3ffe::1", "2600::5eff:7f00:1",
    ]

    @Test(arguments: refused)
    func `an address that is not public is refused`(_ text: String) throws {
        let bytes = Self.bytes(text)
        try #require(!bytes.isEmpty)
        #expect(!AddressRule.allows(bytes))
    }

    @Test(arguments: allowed)
    func `a public address is allowed`(_ text: String) throws {
        let bytes = Self.bytes(text)
        try #require(!bytes.isEmpty)
        #expect(AddressRule.allows(bytes))
    }

    @Test(arguments: [0, 1, 3, 5, 8, 15, 17])
    func `bytes of another count are refused`(_ count: Int) {
        #expect(!AddressRule.allows([UInt8](repeating: 0x26, count: count)))
    }

    /// Held against arithmetic on the ranges, written another way than the rule.
    @Test func `every 16-bit prefix of IPv4 is judged as its ranges say`() {
        for prefix in 0..<65_536 {
            let (a, b) = (prefix >> 8, prefix & 255)
            let whole =
                a == 0 || a == 10 || a == 127 || a >= 224 || (a == 100 && (64...127).contains(b))
                || (a == 169 && b == 254) || (a == 172 && (16...31).contains(b)) || (a == 192 && b == 168)
                || (a == 198 && (18...19).contains(b))
            #expect(AddressRule.allows([UInt8(a), UInt8(b), 200, 200]) == !whole)
        }
    }
}
