// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing

@testable import Verification

@Suite struct PhraseIndexTests {
    @Test func `finds what a search for each phrase finds`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        func text(_ lengths: Range<Int>) -> [UInt8] {
            (0..<Int.random(in: lengths, using: &generator)).map { _ in UInt8.random(in: 97..<100, using: &generator) }
        }
        for _ in 0..<200 {
            let phrases = (0..<30).map { _ in text(0..<7) }
            var index = PhraseIndex()
            let numbers = phrases.map { index.add($0) }
            for _ in 0..<20 {
                let text = text(0..<24)
                let found = index.found(in: text)
                for (phrase, number) in zip(phrases, numbers) {
                    let isThere = phrase.isEmpty || !text.ranges(of: phrase).isEmpty
                    #expect(found[number] == isThere, "seed \(seed)")
                }
            }
        }
    }

    @Test func `a phrase that is added twice is one`() {
        var index = PhraseIndex()
        let numbers = ["user unknown", "no", "user unknown", "no"].map { index.add(Array($0.utf8)) }
        #expect(numbers == [0, 1, 0, 1])
        #expect(index.found(in: Array("550 user unknown".utf8)) == [true, true])
        #expect(index.found(in: Array("550 user unkown".utf8)) == [false, false])
    }
}
