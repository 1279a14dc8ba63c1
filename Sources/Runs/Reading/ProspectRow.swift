// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
public import Tables
public import WaterfallEngine

/// One row of a file: as it stands there, and the person whom it names.
public struct ProspectRow: Sendable, Hashable {
    /// What came of a row.
    public enum Content: Sendable, Hashable {
        case prospect(Prospect)
        /// It is set aside, and nobody is asked.
        case rejected(RowRejection)
    }

    public var record: TableRecord
    public var content: Content

    /// Counted from 1: the header is none, nor is a blank line.
    public var number: Int { record.position.number }
    /// The line on which it begins, counted from 1.
    public var line: Int { record.position.line }
    /// Bytes before it.
    public var offset: Int64 { record.position.offset }
}

/// Why a row is set aside. Never shows what is in the row.
public struct RowRejection: Error, Sendable, Hashable {
    /// What is wrong, and what to do.
    public var reason: String

    public init(_ reason: String) { self.reason = reason }

    init(_ error: ProspectError) {
        reason = error.problems.map { "\($0.field.rawValue): \($0.message)" }.joined(separator: "; ")
    }

    /// What the engine refuses before anything is held; nil for what is no fault of the row.
    public init?(_ error: EngineError) {
        guard case .tooLittle(let capability, let missing) = error else { return nil }
        let ways = missing.prefix(3).map { fields in
            fields.sorted().map { $0.rawValue.replacing("_", with: " ") }.joined(separator: " and ")
        }
        let hint = ways.isEmpty ? "" : ": add \(ways.joined(separator: ", or "))"
        reason = "too little is known to ask anyone for \(capability.rawValue)\(hint)"
    }
}
