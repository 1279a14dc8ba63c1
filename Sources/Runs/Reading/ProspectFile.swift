// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import Tables

/// How a file of prospects is read.
public struct ProspectFileOptions: Sendable, Hashable {
    /// Nil tells it by the name of the file, and by its first bytes.
    public var format: TableFormat?
    /// The texts of `--map`.
    public var map: [String]
    /// What the names of our columns begin with: no column of the file may have such a name.
    public var prefix: String

    public init(format: TableFormat? = nil, map: [String] = [], prefix: String = RowColumn.defaultPrefix) {
        self.format = format
        self.map = map
        self.prefix = prefix
    }
}

/// A file of prospects, or standard input: its layout, which column says what, and its rows one after another in
/// constant memory. A file can be read several times, from any row on, by several tasks; a stream once.
public final class ProspectFile: Sendable {
    public let path: String
    public let layout: TableLayout
    public let mapping: ColumnMapping
    /// The names of the columns; of JSON lines, the members of the first objects.
    public let columns: [String]
    /// What a user should know: an encoding that was converted, columns that were passed over.
    public let notes: [String]

    private let file: InputFile
    private let options: ProspectFileOptions
    /// What was read of a stream to tell its layout.
    private let head: Mutex<[UInt8]?>

    /// Opens a file and looks at its beginning.
    ///
    /// - Parameter path: `-` for standard input.
    /// - Throws: everything that is wrong with file, header and `--map`, at once.
    public init(opening path: String, _ options: ProspectFileOptions = ProspectFileOptions()) throws(ProspectFileError)
    {
        file = try InputFile(opening: path)
        self.path = path
        self.options = options
        let head: FileHead
        do throws(TableError) {
            head = try FileHead(path, options.format, isStream: file.stamp == nil, source: file.source(from: 0))
        } catch {
            throw ProspectFileError(error)
        }
        layout = head.layout
        columns = head.columns.map(\.name)
        let names = RowColumn.names(prefix: options.prefix) + RejectColumn.names(prefix: options.prefix)
        try Self.check(columns, against: names)
        mapping = try ColumnMapper.mapping(head.columns, isJSON: layout.isJSON, options.map)
        notes = head.notes + mapping.notes
        self.head = Mutex(file.stamp == nil ? head.bytes : nil)
    }

    /// True for what can be read once: a pipe.
    public var isStream: Bool { file.stamp == nil }

    /// Bytes of the file when it was opened; nil for a stream.
    public var size: Int64? { file.stamp?.size }

    /// What the file is known by, read through to its end; nil for a stream.
    ///
    /// - Throws: where it can't be read, or is written to meanwhile.
    public func identity() throws(TableError) -> FileIdentity? {
        guard let stamp = file.stamp else { return nil }
        let digest = StreamDigest()
        let source = file.source(from: 0)
        while true {
            let bytes = try source()
            if bytes.isEmpty { break }
            digest.add(bytes)
        }
        try checkUnchanged()
        return FileIdentity(size: stamp.size, modified: stamp.modified, sha256: digest.finish())
    }

    /// - Throws: where somebody wrote to the file since it was opened.
    public func checkUnchanged() throws(TableError) {
        guard file.isUnchanged else {
            throw TableError("the file was changed while it was read: let what writes it end, then run again")
        }
    }

    /// The rows, from the first or from a place on at which a row begins.
    ///
    /// - Throws: where a stream is read for the second time.
    public func rows(from place: TablePosition? = nil) throws(TableError) -> ProspectRows {
        ProspectRows(try reader(from: place), layout, mapping, ourNames: RowColumn.names(prefix: options.prefix))
    }

    /// The records as they stand in the file, numbered as the rows are, from the first or from a place on: for a second
    /// look at what was read before.
    ///
    /// - Throws: where a stream is read for the second time.
    public func records(from place: TablePosition? = nil) throws(TableError) -> TableRecords {
        TableRecords(try reader(from: place))
    }

    private func reader(from place: TablePosition?) throws(TableError) -> TableReader {
        let place = place ?? layout.start
        guard isStream else {
            return try TableReader(layout, from: place, source: file.source(from: place.offset))
        }
        let taken = head.withLock { head in
            defer { head = nil }
            return head
        }
        guard let taken, place == layout.start else { throw TableError("a stream can be read once, from its start") }
        var first: [UInt8]? = Array(taken.dropFirst(Int(layout.start.offset)))
        let rest = file.source(from: 0)
        return try TableReader(layout, from: place) { () throws(TableError) in
            guard let bytes = first, !bytes.isEmpty else { return try rest() }
            first = nil
            return bytes
        }
    }

    private static func check(_ columns: [String], against names: [String]) throws(ProspectFileError) {
        let ours = Set(names.map { $0.lowercased() })
        let taken = columns.filter { ours.contains($0.lowercased()) }
        guard taken.isEmpty else {
            let list = taken.map { "`\($0)`" }.joined(separator: ", ")
            throw ProspectFileError(problems: [
                .init(
                    "the file has \(taken.count == 1 ? "a column" : "columns") that would be written: \(list). Choose "
                        + "other names with --prefix, such as --prefix new_, or remove them")
            ])
        }
    }
}
