// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The text in which a result is stored: a version, then what stands in each column, with tabs between.
///
/// New columns come last, and a text that has fewer is read as one in which they are empty.
extension RowResult {
    private static let version = "1"

    /// The text; the same for equal results.
    public var encoded: String {
        ([Self.version] + RowColumn.allCases.map { Self.escaped(self[$0] ?? "") }).joined(separator: "\t")
    }

    /// Reads the text; nil where it is not one.
    public init?(encoded: String) {
        guard let cells = Self.cells(ofEncoded: encoded) else { return nil }
        var values: [RowColumn: String] = [:]
        for (column, cell) in zip(RowColumn.allCases, cells) { values[column] = cell }
        guard let outcome = values[.outcome].flatMap(RowOutcome.init(rawValue:)) else { return nil }
        self.init(outcome)
        guard setEmail(values), setPhones(values), setBilling(values) else { return nil }
    }

    /// What stands in each column, without a look at what it is; nil where the text is of no version that is known.
    static func cells(ofEncoded text: String) -> [String?]? {
        let cells = text.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        guard let first = cells.first, first.elementsEqual(version.utf8) else { return nil }
        var values = [String?](repeating: nil, count: RowColumn.allCases.count)
        for (index, cell) in cells.dropFirst().enumerated() where !cell.isEmpty && index < values.count {
            values[index] = unescaped(Substring(cell))
        }
        return values
    }

    /// A word of a closed list; `isRead` becomes false where it is none of it.
    private static func word<Word: RawRepresentable<String>>(_ text: String?, _ isRead: inout Bool) -> Word? {
        guard let text else { return nil }
        let word = Word(rawValue: text)
        isRead = isRead && word != nil
        return word
    }

    private mutating func setEmail(_ values: [RowColumn: String]) -> Bool {
        var isRead = true
        email = values[.email]
        emailStatus = Self.word(values[.emailStatus], &isRead)
        emailReason = Self.word(values[.emailReason], &isRead)
        emailProvider = values[.emailProvider].map(ProviderID.init(rawValue:))
        emailVerifiedBy = values[.emailVerifiedBy].map(ProviderID.init(rawValue:))
        return isRead
    }

    private mutating func setPhones(_ values: [RowColumn: String]) -> Bool {
        var isRead = true
        mobile = values[.mobile]
        mobileType = Self.word(values[.mobileType], &isRead)
        mobileStatus = Self.word(values[.mobileStatus], &isRead)
        mobileDoNotCall = Self.word(values[.mobileDoNotCall], &isRead)
        officePhone = values[.officePhone]
        officePhoneDoNotCall = Self.word(values[.officePhoneDoNotCall], &isRead)
        return isRead
    }

    private mutating func setBilling(_ values: [RowColumn: String]) -> Bool {
        guard let credits = Credits(decimal: values[.credits] ?? "0") else { return false }
        self.credits = credits
        let amounts = (values[.cost] ?? "").split(separator: "+").map { text -> Amount? in
            let parts = text.split(separator: " ")
            return parts.count == 2 ? Amount(decimal: parts[0], unit: String(parts[1])) : nil
        }
        cost = amounts.compactMap(\.self)
        let turns = (values[.attempts] ?? "").split(separator: " ").map { RowAttempt($0) }
        attempts = turns.compactMap(\.self)
        contact = values[.contactID].flatMap { ContactID($0) }
        return cost.count == amounts.count && attempts.count == turns.count
            && (contact != nil) == (values[.contactID] != nil)
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x09 || $0 == 0x0A }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
    }

    private static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(0x5C) else { return String(text) }
        var (result, isEscaped) = (String.UnicodeScalarView(), false)
        for scalar in text.unicodeScalars {
            switch (isEscaped, scalar) {
            case (false, "\\"):
                isEscaped = true
                continue
            case (true, "t"): result.append("\t")
            case (true, "n"): result.append("\n")
            default: result.append(scalar)
            }
            isEscaped = false
        }
        return String(result)
    }
}
