// SPDX-License-Identifier: Apache-2.0

public import Tables
internal import WaterfallEngine

/// The rows of a file, one after another. For one task at a time.
public final class ProspectRows {
    private let reader: TableReader
    private let isJSON: Bool
    /// By the place of the column.
    private let slots: [(field: ProspectField, column: Int)]
    /// By the name of the member, for JSON lines.
    private let fields: [String: ProspectField]
    private let ourNames: Set<String>

    init(_ reader: TableReader, _ layout: TableLayout, _ mapping: ColumnMapping, ourNames: [String]) {
        self.reader = reader
        isJSON = layout.isJSON
        slots = mapping.entries.compactMap { entry in entry.number.map { (entry.field, $0 - 1) } }
        fields = Dictionary(mapping.entries.map { ($0.name, $0.field) }) { first, _ in first }
        self.ourNames = Set(ourNames)
    }

    /// The next row; nil at the end. A row that is wrong is rejected and stops nothing.
    ///
    /// - Throws: where the file can't be read any further.
    public func next() throws(TableError) -> ProspectRow? {
        guard let record = try reader.nextRecord() else { return nil }
        if let problem = record.problem { return ProspectRow(record: record, content: .rejected(.init(problem))) }
        var cells = ProspectCells()
        if isJSON {
            for cell in reader.jsonCells {
                if let field = fields[cell.name] { cells.set(field, cell.value) }
                if ourNames.contains(cell.name) {
                    let reason = "it has a member `\(cell.name)`, which would be written: choose another --prefix"
                    return ProspectRow(record: record, content: .rejected(.init(reason)))
                }
            }
        } else {
            for slot in slots { cells.set(slot.field, reader.field(slot.column)) }
        }
        return ProspectRow(record: record, content: cells.content())
    }

    /// True where some value was no UTF-8 and was read as Latin-1.
    public var hasConverted: Bool { reader.hasConverted }
}

/// The records of a file as they stand there, one after another. For one task at a time.
public final class TableRecords {
    private let reader: TableReader

    init(_ reader: TableReader) { self.reader = reader }

    /// The next record; nil at the end.
    ///
    /// - Throws: where the file can't be read any further.
    public func next() throws(TableError) -> TableRecord? { try reader.nextRecord() }
}
