// SPDX-License-Identifier: Apache-2.0

/// Bodies in gzip, made beforehand: a test needs no compressor.
enum Gzip {
    /// `{"found":false}`.
    static let notFound: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 203, 47, 205, 75, 81, 178, 74, 75, 204, 41, 78, 173, 5,
        0, 188, 14, 179, 74, 15, 0, 0, 0,
    ]

    /// `count` mebibytes of blanks: a thousandth of that on the wire. Its trailer is missing, which nobody gets
    /// to see.
    static func bomb(mebibytes count: Int) -> [UInt8] {
        header + (0..<count).flatMap { _ in mebibyte }
    }

    static let header: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3]

    /// One deflate block of 1,048,576 blanks, ended by a full flush.
    private static let mebibyte: [UInt8] =
        [236, 193, 49, 1, 0, 0, 0, 194, 160, 42, 235, 159, 210, 16, 190, 64, 1]
        + [UInt8](repeating: 0, count: 1015) + [124, 6, 0, 0, 255, 255]
}
