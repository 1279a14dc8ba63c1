// SPDX-License-Identifier: Apache-2.0

/// A quote before what a spreadsheet would run as a formula, and away again.
///
/// A field that begins with `=`, `+`, `-`, `@`, a tab, a carriage return or a NUL gets one single quote, and so does
/// one that begins with such quotes already: taking one quote away is then the exact inverse.
public enum FormulaGuard {
    /// The text as a spreadsheet shows it, and doesn't run it.
    public static func guarded(_ text: String) -> String { isRisky(text.utf8) ? "'" + text : text }

    /// The text without the one quote that `guarded` gave it; any other text as it is.
    public static func unguarded(_ text: String) -> String {
        guard text.utf8.first == UInt8(ascii: "'"), isRisky(text.utf8.dropFirst()) else { return text }
        return String(text.dropFirst())
    }

    private static func isRisky(_ bytes: some Sequence<UInt8>) -> Bool {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "'"): continue
            case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D, 0x00:
                return true
            default: return false
            }
        }
        return false
    }
}
