// SPDX-License-Identifier: Apache-2.0

/// The bytes of a configuration, looked at before anything parses them.
enum ScannedText: Sendable {
    case text(String)
    case refused(Position, message: String, hint: String?)

    init(_ bytes: [UInt8]) {
        guard bytes.count <= SourceText.maximumLength else {
            self = .refused(.start, message: "the configuration has more than 1 MiB", hint: "is this the right file?")
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            self = .refused(.start, message: "the configuration is not text in UTF-8", hint: "save it as UTF-8")
            return
        }
        var position = Position.start
        for scalar in text.unicodeScalars {
            if Self.isRefused(scalar), position != .start || scalar != "\u{FEFF}" {
                self = .refused(position, message: "a character that can't be seen", hint: "delete it")
                return
            }
            position.column += 1
            if scalar == "\n" { position = Position(line: position.line + 1, column: 1) }
        }
        self = .text(text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text)
    }

    /// Control characters, and private ones, which stand for something while the text is read.
    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85: false
        case 0..<0x20, 0x7F..<0xA0, 0xE000...0xF8FF, 0xFEFF, 0xFFFE...0xFFFF: true
        default: false
        }
    }
}
