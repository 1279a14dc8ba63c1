// SPDX-License-Identifier: Apache-2.0

internal import Tables
internal import WaterfallEngine

/// The values of a row by field.
struct ProspectCells {
    private var input = ProspectInput()

    /// Takes the value of a field; a word that stands for nothing counts as nothing.
    mutating func set(_ field: ProspectField, _ value: String?) {
        guard let value = value.map(Self.onOneLine), !value.isEmpty else { return }
        switch field {
        case .firstName: input.firstName = value
        case .lastName: input.lastName = value
        case .name: input.name = value
        case .company: input.companyName = value
        case .domain: input.domain = Self.unlessPlaceholder(value)
        case .linkedIn: input.linkedInURL = Self.unlessPlaceholder(value)
        case .email: input.email = Self.unlessPlaceholder(value)
        case .title: input.title = value
        case .country: input.country = Self.unlessPlaceholder(value).map(CountryNames.code)
        }
    }

    /// The person in normal form. A name in two parts counts more than a whole one, unless one part is missing.
    func content() -> ProspectRow.Content {
        var input = input
        if input.name != nil, !Self.isBlank(input.firstName), !Self.isBlank(input.lastName) { input.name = nil }
        if !Self.isBlank(input.name) { (input.firstName, input.lastName) = (nil, nil) }
        do throws(ProspectError) {
            return .prospect(try input.normalised())
        } catch {
            return .rejected(RowRejection(error))
        }
    }

    /// A cell may go on over lines, which no name or title does.
    private static func onOneLine(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else { return value }
        return String(
            String.UnicodeScalarView(value.unicodeScalars.map { "\n\r\t".unicodeScalars.contains($0) ? " " : $0 }))
    }

    private static func isBlank(_ text: String?) -> Bool { text?.allSatisfy(\.isWhitespace) ?? true }

    /// What spreadsheets and exports write where they have nothing. No domain, address, link or country looks so.
    private static func unlessPlaceholder(_ value: String) -> String? {
        guard value.utf8.count <= 7 else { return value }
        return placeholders.contains(value.lowercased().filter { !$0.isWhitespace }) ? nil : value
    }

    private static let placeholders: Set<String> = [
        "-", "--", "n/a", "#n/a", "n.a.", "null", "none", "nil", "nan", "?", "unknown", ".", "x", "#ref!", "tbd",
    ]
}
