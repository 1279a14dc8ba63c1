// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Tables
import Testing

@Suite struct FormulaGuardTests {
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+12025550143", "'+12025550143"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\0=1", "'\0=1"), ("'=1", "''=1"), ("''+1", "'''+1"),
        ("Jane", "Jane"), ("O'Brien", "O'Brien"), ("'tis", "'tis"), ("'", "'"), ("", ""), ("a=b", "a=b"),
        (" =1", " =1"),
    ])
    func `a quote goes before what would run, and away again`(text: String, guarded: String) {
        #expect(FormulaGuard.guarded(text) == guarded)
        #expect(FormulaGuard.unguarded(guarded) == text)
    }

    @Test func `one quote is taken away, and only where one was given`() {
        var random = SeededGenerator(seed: 7)
        let letters = Array("'=+-@a\t ")
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...5, using: &random)
            let text = String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
            #expect(FormulaGuard.unguarded(FormulaGuard.guarded(text)) == text, "\(text.debugDescription)")
        }
    }
}
