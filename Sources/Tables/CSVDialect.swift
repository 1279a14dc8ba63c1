// SPDX-License-Identifier: Apache-2.0

/// What separates the fields of a file.
public enum CSVDialect {
    /// The separators that are looked for, the likeliest first.
    public static let separators: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]

    /// Records that are looked at.
    private static let maximumRecords = 20

    /// Tells the separator by the first records: the one that is there equally often in each of them, else the one that
    /// is in all of them, else a comma. A line `sep=;` at the top, as spreadsheets write it, says it outright.
    ///
    /// - Returns: the separator, and how many bytes of such a line are to be passed over.
    static func detect(_ sample: ArraySlice<UInt8>) -> (separator: UInt8, skipped: Int) {
        if let said = declared(sample) { return said }
        var best: (separator: UInt8, score: Int) = (separators[0], 0)
        for separator in separators {
            let counts = counts(of: separator, in: sample)
            guard let least = counts.min(), least > 0 else { continue }
            let isEven = counts.allSatisfy { $0 == least }
            let score = isEven ? 1_000_000 + least : least
            if score > best.score { best = (separator, score) }
        }
        return (best.separator, 0)
    }

    private static func declared(_ sample: ArraySlice<UInt8>) -> (separator: UInt8, skipped: Int)? {
        guard sample.starts(with: Array("sep=".utf8)), sample.count > 4 else { return nil }
        let separator = sample[sample.startIndex + 4]
        let rest = sample.dropFirst(5)
        if rest.starts(with: [0x0D, 0x0A]) { return (separator, 7) }
        return rest.first == 0x0A || rest.first == 0x0D ? (separator, 6) : nil
    }

    /// How often a byte stands outside quotes in each of the first records.
    private static func counts(of separator: UInt8, in sample: ArraySlice<UInt8>) -> [Int] {
        var (counts, count, isQuoted, isEmpty) = ([] as [Int], 0, false, true)
        for byte in sample {
            switch byte {
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                isEmpty = false
            case 0x0A where !isQuoted, 0x0D where !isQuoted:
                if !isEmpty { counts.append(count) }
                (count, isEmpty) = (0, true)
                if counts.count == maximumRecords { return counts }
            default:
                isEmpty = false
                if byte == separator, !isQuoted { count += 1 }
            }
        }
        // The last record may be cut off; alone it is all there is.
        if counts.isEmpty, !isEmpty { counts.append(count) }
        return counts
    }
}
