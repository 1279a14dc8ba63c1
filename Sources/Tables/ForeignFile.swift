// SPDX-License-Identifier: Apache-2.0

/// Files that people take for tables, told by their first bytes.
enum ForeignFile {
    /// What a file is; nil where it may be a table.
    static func kind(of sample: [UInt8]) -> String? {
        kinds.first { sample.starts(with: $0.bytes) }?.name
    }

    private static let kinds: [(bytes: [UInt8], name: String)] = [
        ([0x50, 0x4B, 0x03, 0x04], "a workbook (.xlsx, .ods) or another zip archive"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old workbook (.xls)"),
        ([0x1F, 0x8B], "a file that gzip packed"), ([0x28, 0xB5, 0x2F, 0xFD], "a file that zstd packed"),
        (Array("%PDF-".utf8), "a PDF"), (Array("SQLite format 3\0".utf8), "a database"),
        (Array("PAR1".utf8), "a Parquet file"),
    ]
}
