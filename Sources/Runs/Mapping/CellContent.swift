// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// What a value looks like, whatever its column is called.
enum CellContent: Hashable {
    case linkedIn
    /// A page on LinkedIn of a company or of nobody.
    case linkedInOther
    case email
    case domain
    /// `Doe, Jane`.
    case invertedName
    case other

    init(_ value: String) {
        let lower = value.lowercased()
        if lower.contains("linkedin.com/") {
            self = LinkedInURL(value) != nil ? .linkedIn : .linkedInOther
        } else if value.utf8.contains(UInt8(ascii: "@")) {
            self = EmailAddress(value) != nil ? .email : .other
        } else if Self.isDomain(value) {
            self = .domain
        } else {
            self = Self.isInvertedName(value) ? .invertedName : .other
        }
    }

    /// The field that it says something of.
    var field: ProspectField? {
        switch self {
        case .linkedIn: .linkedIn
        case .email: .email
        case .domain: .domain
        case .invertedName: .name
        case .linkedInOther, .other: nil
        }
    }

    /// A dot alone makes no domain: the last label must be one that there is, or one that is kept for examples.
    private static func isDomain(_ value: String) -> Bool {
        guard value.utf8.contains(UInt8(ascii: ".")), let domain = Domain(value),
            let last = domain.ascii.split(separator: ".").last
        else { return false }
        return PublicSuffixList.hasTopLevel(String(last)) || ["example", "test", "invalid"].contains(last)
    }

    private static func isInvertedName(_ value: String) -> Bool {
        let parts = value.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        return parts.allSatisfy { part in
            let words = part.split(separator: " ")
            return (1...3).contains(words.count)
                && words.allSatisfy { $0.allSatisfy { $0.isLetter || "-'’.".contains($0) } }
        }
    }
}

/// What the first values of a column look like.
struct ColumnSample {
    /// Values that are looked at of each column.
    static let maximumCount = 200
    /// The share of a column's values that must look alike, in percent.
    static let threshold = 80

    private(set) var name: String
    private(set) var count = 0
    private var counts: [CellContent: Int] = [:]

    init(_ name: String) { self.name = name }

    mutating func add(_ value: String?) {
        guard let value, count < Self.maximumCount, value.contains(where: { !$0.isWhitespace }) else { return }
        counts[CellContent(value), default: 0] += 1
        count += 1
    }

    /// What nearly all of the values look like, and how many of a hundred; nil where they differ.
    var content: (kind: CellContent, percent: Int)? {
        guard let most = counts.max(by: { ($0.value, $0.key.order) < ($1.value, $1.key.order) }) else { return nil }
        let percent = most.value * 100 / count
        // One comma says little.
        if most.key == .invertedName, count < 3 { return nil }
        return percent >= Self.threshold ? (most.key, percent) : nil
    }
}

extension CellContent {
    /// Any fixed order, so that the same values always say the same.
    fileprivate var order: Int {
        switch self {
        case .other: 0
        case .invertedName: 1
        case .domain: 2
        case .linkedInOther: 3
        case .email: 4
        case .linkedIn: 5
        }
    }
}
