// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@Suite struct AmountTests {
    @Test(arguments: [
        ("0", 0), ("1", 1_000_000), ("0.034", 34_000), ("0.000001", 1), ("12.5", 12_500_000), ("007", 7_000_000),
        ("9223372036854.775807", Int64.max),
    ])
    func `a decimal is read exactly`(text: String, micros: Int64) {
        #expect(Amount(decimal: text, unit: "USD")?.micros == micros)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "0.0000001", "1.2.3", " 1", "१", "9223372036854.775808", "0x1",
        "99999999999999999999",
    ])
    func `what is not a decimal of six places is none`(text: String) {
        #expect(Amount(decimal: text, unit: "USD") == nil)
    }

    @Test(arguments: [
        (0, "0"), (1, "0.000001"), (34_000, "0.034"), (12_500_000, "12.5"), (1_000_000, "1"), (-500_000, "-0.5"),
        (Int64.min, "-9223372036854.775808"),
    ])
    func `a decimal is written without trailing zeros`(micros: Int64, text: String) {
        #expect(Amount(micros: micros, unit: "USD").decimal == text)
    }

    @Test func `what is written is read again`() {
        var numbers = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let amount = Amount(micros: Int64(numbers.next() >> UInt64(1 + numbers.next() % 60)), unit: "USD")
            #expect(Amount(decimal: amount.decimal, unit: "USD") == amount)
        }
    }

    @Test func `credits have three places`() {
        #expect(Credits(decimal: "0.25") == Credits(millis: 250))
        #expect(Credits(decimal: "0.0001") == nil)
        #expect(Credits(millis: -1_250).decimal == "-1.25")
        #expect(Credits(8) - Credits(1) == Credits(7))
        #expect(Credits.zero < Credits(millis: 1))
    }

    @Test func `an amount says its unit`() { #expect("\(Amount(2, "hunter_credits"))" == "2 hunter_credits") }
}
