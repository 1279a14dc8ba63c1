// SPDX-License-Identifier: Apache-2.0

/// Ids of runs and of their rows: made of what they stand for, so that whoever goes on with a run, or does the same
/// again on another store, makes the same ones. Their form is UUID version 8 (RFC 9562): they say nothing of time.
extension RunID {
    /// The id of a team's n-th run over a file, counted from 1.
    public init(over file: FileDigest, team: String, ordinal: Int64) {
        let words = [file.bytes[0..<8], file.bytes[8..<16]].map { $0.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        let name = team.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        let high = SplitMix64.mixing(words[0] ^ SplitMix64.mixing(name &+ UInt64(bitPattern: ordinal)))
        let low = SplitMix64.mixing(words[1] ^ high)
        self.init(high: high & ~0xF000 | 0x8000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }
}

extension RequestID {
    private static let numberBits: UInt64 = 28
    private static let digestBits: UInt64 = 34

    /// The id of a row's request: those of one run lie side by side in the order of the rows.
    ///
    /// - Parameters:
    ///   - row: the row's number, from 1 to 2^40 - 1.
    ///   - tries: how often the row was asked before.
    public init(run: RunID, row: Int64, tries: Int64 = 0) {
        precondition(row > 0 && row < 1 << 40, "a row's number has forty bits")
        let row = UInt64(row)
        let digest = SplitMix64.mixing(run.low ^ SplitMix64.mixing(run.high &+ UInt64(bitPattern: tries)))
        self.init(
            high: run.high & ~0xFFFF | 0x8000 | row >> Self.numberBits,
            low: 0x8000_0000_0000_0000 | (row & (1 << Self.numberBits - 1)) << Self.digestBits
                | digest & (1 << Self.digestBits - 1))
    }

    /// The number of the row that a run's request is for.
    public var rowNumber: Int64 {
        let upper = high & 0xFFF
        let lower = low >> Self.digestBits & (1 << Self.numberBits - 1)
        return Int64(upper << Self.numberBits | lower)
    }
}
