// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A message as it was received: its headers, and its body decoded by other means than it was encoded.
struct ReceivedMail {
    let headers: String
    let body: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard let end = Data(bytes).firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
        headers = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let line = headers.components(separatedBy: "\r\n").first { $0.hasPrefix("Content-Transfer-Encoding: ") }
        let encoding = line.map { String($0.dropFirst("Content-Transfer-Encoding: ".count)) } ?? "7bit"
        body = Self.decoded(Array(bytes[end.upperBound...]), encoding)
    }

    static func decoded(_ bytes: [UInt8], _ encoding: String) -> [UInt8] {
        switch encoding {
        case "base64": Array(Data(base64Encoded: Data(bytes), options: .ignoreUnknownCharacters) ?? Data())
        case "quoted-printable": unquoted(String(decoding: bytes, as: UTF8.self))
        default: bytes
        }
    }

    private static func unquoted(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        let parts = Data(text.utf8).split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let isSoftBreak = part.starts(with: [13, 10])
            if index > 0, !isSoftBreak {
                bytes.append(UInt8(String(decoding: part.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            }
            bytes += index == 0 ? Array(part) : Array(part.dropFirst(2))
        }
        return bytes
    }
}
