// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@Suite struct WrittenNumberTests {
    private func number(_ raw: String, extension apart: String? = nil) -> WrittenNumber? {
        WrittenNumber(PhoneCandidate(raw, type: .other, extension: apart))
    }

    @Test(
        arguments: [
            ("+12025550143", "12025550143", true, nil), ("+1 (202) 555-0143", "12025550143", true, nil),
            (" +1.202.555.0143 ", "12025550143", true, nil), ("202/555-0143", "2025550143", false, nil),
            ("+1 202-555-0143 ext. 89", "12025550143", true, "89"), ("202-555-0143x7", "2025550143", false, "7"),
            ("+12025550143;ext=12", "12025550143", true, "12"),
            ("+12025550143 Extension: 12", "12025550143", true, "12"),
            ("+12025550143 #4", "12025550143", true, "4"), ("+12025550143,,", nil, false, nil),
        ] as [(String, String?, Bool, String?)])
    func `a number is taken apart`(raw: String, digits: String?, isInternational: Bool, extension: String?) {
        let written = number(raw)
        #expect(written?.digits == digits)
        #expect(written?.isInternational ?? false == isInternational)
        #expect(written?.extension == `extension`)
    }

    @Test(arguments: [
        "", "+", "1234", "1234567890123456", "1-800-FLOWERS", "+1 202 555 ABCD", "call me", "+12025550143 or so",
        "12 34 +5 678", "a\r\nX-Injected: 1", "+١٢٠٢٥٥٥", "+12025550143 ext", "+12025550143 ext x1",
    ])
    func `what is no number in digits is none`(raw: String) {
        #expect(number(raw) == nil)
    }

    @Test func `an extension that is written stands before one that was given apart`() {
        #expect(number("+12025550143 x5", extension: "6")?.extension == "5")
        #expect(number("+12025550143", extension: "ext 34")?.extension == "34")
        #expect(number("+12025550143", extension: "none")?.extension == nil)
        #expect(number("+12025550143", extension: String(repeating: "1", count: 21))?.extension == nil)
    }

    @Test func `only what has its country code has a normal form`() {
        #expect(number("+1 202 555 0143 x5")?.inNormalForm == PhoneNumber(e164: "+12025550143", extension: "5"))
        #expect(number("202 555 0143")?.inNormalForm == nil)
        #expect(number("+0 202 555 0143")?.inNormalForm == nil)
    }

    @Test(arguments: [
        nil, "", "12025550143", "+123456", "+1234567890123456", "+02025550143", "+1202555014x", "+1 2025550143",
    ])
    func `a vendor's text that is not E 164 is no number`(text: String?) {
        #expect(PhoneNumber(vendor: text) == nil)
    }

    @Test func `it shows nothing of itself`() {
        let written = number("+12025550143 x89")
        #expect(!"\(written as Any) \(String(reflecting: written))".contains("2025550143"))
    }
}
