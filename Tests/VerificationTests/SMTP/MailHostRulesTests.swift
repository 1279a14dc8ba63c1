// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Verification

@Suite struct MailHostRulesTests {
    private static let rules = """
        {"hosts": [
            {"name": "All", "mx": ["mail.example"], "verifiable": true},
            {"name": "Part", "mx": ["in.mail.example", "second.example"], "verifiable": "accepts_all"},
            {"name": "Rumour", "mx": ["rumour.example"], "verifiable": false, "confidence": "unconfirmed"}
        ]}
        """

    @Test(
        arguments: [
            ("mail.example", "All"), ("mx.mail.example", "All"), ("MX.Mail.Example", "All"),
            ("in.mail.example", "Part"), ("a.b.in.mail.example", "Part"), ("mx.second.example", "Part"),
            ("gmail.example", nil), ("example", nil), ("mail.example.com", nil), ("rumour.example", nil), ("", nil),
        ] as [(String, String?)])
    func `the longest suffix of whole labels decides`(name: String, expected: String?) throws {
        let rules = try #require(MailHostRules(Array(Self.rules.utf8)))
        #expect(rules.host(named: name)?.name == expected)
    }
}
