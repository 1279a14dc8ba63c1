// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Runs
import Testing
import WaterfallEngine

struct RowIdentityTests {
    private static let digests = (0..<4).compactMap { FileDigest([UInt8](repeating: UInt8($0), count: 32)) }

    @Test func `runs over different files, of different teams and of different ordinals have different ids`() {
        let ids = Self.digests.flatMap { digest in
            ["default", "other"].flatMap { team in
                (Int64(1)...3).map { RunID(over: digest, team: team, ordinal: $0) }
            }
        }
        #expect(Set(ids).count == 24)
        #expect(RunID(over: Self.digests[0], team: "default", ordinal: 1) == ids[0])
    }

    @Test(arguments: [1, 2, 16_383, 16_384, 268_435_455, 268_435_456, 10_000_000, (1 << 40) - 1] as [Int64])
    func `a row's number is read back from its request's id, whichever try it is`(row: Int64) {
        let run = RunID(over: Self.digests[1], team: "default", ordinal: 1)
        for tries in Int64(0)...3 { #expect(RequestID(run: run, row: row, tries: tries).rowNumber == row) }
        #expect(Set((Int64(0)...3).map { RequestID(run: run, row: row, tries: $0) }).count == 4)
        #expect(RequestID("\(RequestID(run: run, row: row))") == RequestID(run: run, row: row))
    }

    @Test func `rows of one run lie side by side in their order`() {
        let run = RunID(over: Self.digests[2], team: "default", ordinal: 1)
        let ids = (Int64(1)...5_000).map { RequestID(run: run, row: $0) }
        let isOrdered = zip(ids, ids.dropFirst()).allSatisfy { ($0.high, $0.low) < ($1.high, $1.low) }
        #expect(isOrdered)
    }

    @Test(arguments: ["", "ab", String(repeating: "g", count: 64), String(repeating: "0", count: 63)])
    func `what is no digest is none`(text: String) { #expect(FileDigest(hexadecimal: text) == nil) }

    @Test func `a digest is read from its digits`() {
        let digits = "00ff" + String(repeating: "1", count: 60)
        #expect(FileDigest(hexadecimal: digits)?.bytes.prefix(3) == [0x00, 0xFF, 0x11])
    }

    @Test func `a forecast is read back from its text`() throws {
        let text = "3;100;12.5;900;1.25 USD,3 hunter_credits;10 USD"
        let forecast = try #require(RunForecast(text))
        #expect(forecast.text == text)
        #expect(forecast.cost == [Amount(micros: 1_250_000, unit: "USD"), Amount(3, "hunter_credits")])
        #expect(RunForecast("nonsense") == nil)
    }
}
