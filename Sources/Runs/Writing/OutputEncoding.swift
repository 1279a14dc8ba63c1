// SPDX-License-Identifier: Apache-2.0

internal import Tables

/// Text of ours in the encoding of the file that it goes into.
struct OutputEncoding: Sendable {
    let encoding: TableEncoding

    /// The bytes of a line: those of the input as they stand there, then ours.
    ///
    /// - Parameters:
    ///   - input: bytes of the file; of UTF-16, UTF-8.
    ///   - ours: UTF-8.
    func line(_ input: some Collection<UInt8>, _ ours: some Collection<UInt8>) -> [UInt8] {
        switch encoding {
        case .utf8: return Array(input) + ours
        case .latin1: return Array(input) + Self.latin1(String(decoding: ours, as: UTF8.self))
        case .utf16LittleEndian, .utf16BigEndian:
            let text = String(decoding: Array(input) + ours, as: UTF8.self)
            let isBig = encoding == .utf16BigEndian
            return text.utf16.flatMap { unit in
                let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
                return isBig ? [high, low] : [low, high]
            }
        }
    }

    /// Windows-1252. A letter that it doesn't have is written as JSON escapes it (`\u0142`), so that none is lost.
    private static func latin1(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            if let byte = TableEncoding.latin1Byte(of: scalar) { return [byte] }
            return String(scalar).utf16.flatMap { unit in
                let digits = String(unit, radix: 16)
                return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            }
        }
    }
}
