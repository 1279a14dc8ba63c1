// SPDX-License-Identifier: Apache-2.0

/// How a file's bytes stand for text.
public enum TableEncoding: String, Sendable, Hashable, CaseIterable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// What Windows writes where it says Latin-1: Windows-1252.
    case latin1 = "Latin-1"

    /// True where text is two bytes a unit.
    public var isUTF16: Bool { self == .utf16LittleEndian || self == .utf16BigEndian }

    /// Tells the encoding by the first bytes of a file, and how many of them are a byte order mark.
    ///
    /// - Parameter isWhole: true where nothing follows: then a character that is cut off at the end is an error.
    static func detect(_ sample: [UInt8], isWhole: Bool) -> (encoding: TableEncoding, markLength: Int) {
        if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        // Text has no NUL; in UTF-16 most letters are half one.
        let head = sample.prefix(512)
        var zeros = (even: 0, odd: 0)
        for (index, byte) in head.enumerated() where byte == 0 {
            if index.isMultiple(of: 2) { zeros.even += 1 } else { zeros.odd += 1 }
        }
        let many = head.count / 4
        if zeros.odd > many, zeros.even < zeros.odd / 4 { return (.utf16LittleEndian, 0) }
        if zeros.even > many, zeros.odd < zeros.even / 4 { return (.utf16BigEndian, 0) }
        return (isUTF8(isWhole ? sample[...] : wholeCharacters(of: sample)) ? .utf8 : .latin1, 0)
    }

    static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// The bytes without a character that is cut off at their end.
    static func wholeCharacters(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        guard let last = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }), bytes[last] >= 0xC0, bytes.count - last < 4
        else { return bytes[...] }
        return bytes[..<last]
    }

    /// The text of bytes of Windows-1252. The five bytes that it doesn't use stay control characters.
    public static func latin1Text(_ bytes: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            let value = (0x80..<0xA0).contains(byte) ? windows[Int(byte) - 0x80] : UInt32(byte)
            scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return String(scalars)
    }

    /// The byte of Windows-1252 that stands for a character; nil where it has none.
    public static func latin1Byte(of scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0..<0x80, 0xA0...0xFF: UInt8(scalar.value)
        default: windows.firstIndex(of: scalar.value).map { UInt8(0x80 + $0) }
        }
    }

    private static let windows: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]
}

/// Makes UTF-8 of UTF-16, piece by piece: a unit or a pair may be cut in two.
struct UTF16Decoder {
    let isBigEndian: Bool
    private var rest: [UInt8] = []

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// - Parameter isLast: what is left over then becomes a replacement character.
    mutating func decode(_ bytes: ArraySlice<UInt8>, isLast: Bool) -> [UInt8] {
        rest += bytes
        var units: [UInt16] = []
        units.reserveCapacity(rest.count / 2)
        for index in stride(from: 0, to: rest.count - 1, by: 2) {
            let (one, two) = (UInt16(rest[index]), UInt16(rest[index + 1]))
            units.append(isBigEndian ? one << 8 | two : two << 8 | one)
        }
        var used = units.count * 2
        if !isLast, let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
            used -= 2
        }
        let hasHalf = isLast && used < rest.count
        rest.removeFirst(isLast ? rest.count : used)
        return Array(String(decoding: units, as: UTF16.self).utf8) + (hasHalf ? [0xEF, 0xBF, 0xBD] : [])
    }
}
