// SPDX-License-Identifier: Apache-2.0

/// One line of CSV as RFC 4180 has it, without its end.
enum CSVLine {
    static func text(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return field }
        return "\"\(field.replacing("\"", with: "\"\""))\""
    }
}
