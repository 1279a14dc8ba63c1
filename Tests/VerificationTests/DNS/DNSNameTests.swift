// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Verification

@Suite struct DNSNameTests {
    @Test(
        arguments: [
            ("Example.COM", "example.com"), ("example.com.", "example.com"), ("a", "a"),
            ("_dmarc.a-b.de", "_dmarc.a-b.de"),
            ("0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa"), ("", nil), (".", nil), ("..", nil),
            ("a..", nil),
            (".a", nil), ("a b", nil), ("a\\.b", nil), ("a\u{0}b", nil), ("bücher.de", nil), ("a@b", nil),
            ("[::1]", nil),
            (String(repeating: "a", count: 63), String(repeating: "a", count: 63)),
            (String(repeating: "a", count: 64), nil),
            (String(repeating: "a.", count: 126) + "b", String(repeating: "a.", count: 126) + "b"),
            (String(repeating: "a.", count: 127) + "b", nil),
        ] as [(String, String?)])
    func `a name has one normal form`(text: String, normal: String?) { #expect(DNSName.normal(text) == normal) }

    @Test(arguments: [
        ("mail.example", true), ("mail_1.example", true), ("3com.example", true), ("192.0.2.1", false), ("7", false),
        (".", false), ("0/25.example", false), ("mail\\032x.example", false), ("::1", false),
    ])
    func `an address is no name of a host`(name: String, isHost: Bool) { #expect(DNSName.isHost(name) == isHost) }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", "1.2.0.192.in-addr.arpa"),
        (
            "2001:db8::1", "2001:db8::1",
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        ),
        (
            "2001:DB8:0:1:2:0:0:3", "2001:db8:0:1:2::3",
            "3.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        ),
    ])
    func `an address has a name that leads back`(text: String, written: String, name: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == written)
        #expect(address.reverseName == name)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7:8", nil),
            ("::ffff:192.0.2.1", nil), ("1:0:2:0:3:0:4:0", nil), ("0:0:1::", "0:0:1::"),
        ] as [(String, String?)])
    func `an IPv6 address is written short`(text: String, written: String?) {
        #expect(IPAddress(text)?.description == written ?? text)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x7f.0.0.1", "1.2.3.4 ", "[::1]", "::1%eth0", "g::", ":::",
        "1.2.3.4\u{0}x",
    ])
    func `what is no address is refused`(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1:53"), ("127.0.0.1:5353", "127.0.0.1:5353"), ("::1", "[::1]:53"),
            ("[::1]:5353", "[::1]:5353"), ("127.0.0.1:5353, [::1]:53", "127.0.0.1:5353,[::1]:53"), ("", nil),
            (",", nil),
            ("127.0.0.1,", nil), ("127.0.0.1:0", nil), ("127.0.0.1:65536", nil), ("127.0.0.1:", nil),
            ("127.0.0.1:+5", nil),
            ("localhost:53", nil), ("[127.0.0.1]:53", nil), ("[::1]", nil), ("[::1:53", nil), ("1 27.0.0.1", nil),
        ] as [(String, String?)])
    func `servers are listed with commas`(text: String, servers: String?) {
        #expect(DNSServer.list(text)?.map(\.description).joined(separator: ",") == servers)
    }
}
