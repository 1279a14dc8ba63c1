// SPDX-License-Identifier: Apache-2.0

/// What a column can say of a person. Raw values are the words of `--map`.
public enum ProspectField: String, Sendable, Hashable, CaseIterable, Comparable {
    case firstName = "first_name"
    case lastName = "last_name"
    /// A whole name in one column.
    case name
    case company
    case domain
    case linkedIn = "linkedin"
    case email
    case title
    case country

    public static func < (left: ProspectField, right: ProspectField) -> Bool { left.place < right.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
