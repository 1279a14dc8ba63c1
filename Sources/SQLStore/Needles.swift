// SPDX-License-Identifier: Apache-2.0

/// Texts that are looked for in bytes, whatever the case of their ASCII letters.
struct Needles {
    /// In lower case, by their first byte.
    private let byFirst: [UInt8: [[UInt8]]]

    /// - Parameter texts: in lower case; what is shorter than five bytes names nobody, and is left out.
    init(_ texts: Set<String>) {
        let needles = texts.map { Array($0.utf8) }.filter { $0.count >= 5 }
        byFirst = Dictionary(grouping: needles) { $0[0] }
    }

    var isEmpty: Bool { byFirst.isEmpty }

    /// True where one of the texts is somewhere in the bytes.
    func areFound(in bytes: [UInt8]) -> Bool {
        let lower = bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        for (index, byte) in lower.enumerated() {
            guard let needles = byFirst[byte] else { continue }
            if needles.contains(where: { lower[index...].starts(with: $0) }) { return true }
        }
        return false
    }
}
