// SPDX-License-Identifier: Apache-2.0

import Enrichment
import GRDBSQLite
import WaterfallEngine

/// One prepared statement: parameters and columns by index, nothing boxed. Confined to its connection's thread.
///
/// GRDB's `Row` and `StatementArguments` cost more than the statements they carry; a request writes a dozen of them.
@safe
final class Statement {
    private let pointer: OpaquePointer
    private let database: OpaquePointer
    private var scratch = BindingScratch()
    /// The first failure of a binding, reported with the step.
    private var bindingFailure: CInt = SQLITE_OK

    init(_ sql: UnsafePointer<CChar>, length: Int, on database: OpaquePointer) throws(JournalError) {
        var pointer: OpaquePointer?
        let flags = CUnsignedInt(bitPattern: SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(database, sql, CInt(length), flags, &pointer, nil)
        guard code == SQLITE_OK, let prepared = unsafe pointer else {
            throw unsafe JournalError(sqlite: code, on: database)
        }
        unsafe self.pointer = prepared
        unsafe self.database = database
    }

    deinit {
        unsafe sqlite3_finalize(pointer)
        scratch.free()
    }

    // MARK: Running

    /// Runs a statement that returns no row.
    func run() throws(JournalError) {
        _ = try step()
        reset()
    }

    /// Reads the first row; nil where there is none.
    func first<T>(_ read: (Statement) throws(JournalError) -> T) throws(JournalError) -> T? {
        defer { reset() }
        guard try step() else { return nil }
        return try read(self)
    }

    /// Reads every row. The closure must not use this same statement.
    func forEach(_ read: (Statement) throws(JournalError) -> Void) throws(JournalError) {
        defer { reset() }
        while try step() { try read(self) }
    }

    /// Reads every row into an array.
    func all<T>(_ read: (Statement) throws(JournalError) -> T) throws(JournalError) -> [T] {
        var rows: [T] = []
        try forEach { (row) throws(JournalError) in rows.append(try read(row)) }
        return rows
    }

    /// True where there is at least one row.
    func exists() throws(JournalError) -> Bool {
        defer { reset() }
        return try step()
    }

    private func step() throws(JournalError) -> Bool {
        guard bindingFailure == SQLITE_OK else {
            let code = bindingFailure
            reset()
            throw unsafe JournalError(sqlite: code, on: database)
        }
        switch unsafe sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = unsafe JournalError(sqlite: code, on: database)
            reset()
            throw error
        }
    }

    private func reset() {
        unsafe sqlite3_reset(pointer)
        bindingFailure = SQLITE_OK
        scratch.clear()
    }

    private func note(_ code: CInt) {
        if code != SQLITE_OK, bindingFailure == SQLITE_OK { bindingFailure = code }
    }
}

// MARK: - Parameters, counted from 1

extension Statement {
    func bind(_ index: CInt, _ value: Int64) { note(unsafe sqlite3_bind_int64(pointer, index, value)) }

    func bind(_ index: CInt, _ value: Int) { bind(index, Int64(value)) }

    func bind(_ index: CInt, _ value: Bool) { bind(index, value ? 1 as Int64 : 0) }

    func bind(_ index: CInt, _ value: Double?) {
        guard let value else { return bindNull(index) }
        note(unsafe sqlite3_bind_double(pointer, index, value))
    }

    func bind(_ index: CInt, _ value: Int64?) {
        guard let value else { return bindNull(index) }
        bind(index, value)
    }

    func bind(_ index: CInt, _ value: Timestamp) { bind(index, value.microseconds) }

    func bind(_ index: CInt, _ value: Timestamp?) { bind(index, value?.microseconds) }

    func bind(_ index: CInt, _ value: Credits) { bind(index, value.millis) }

    func bind(_ index: CInt, _ value: String?) {
        guard var value else { return bindNull(index) }
        let code = value.withUTF8 { bytes in
            guard let kept = unsafe scratch.keep(UnsafeRawBufferPointer(bytes)) else {
                return unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                    unsafe sqlite3_bind_text(pointer, index, text.baseAddress, CInt(text.count), transient)
                }
            }
            let text = unsafe kept.assumingMemoryBound(to: CChar.self)
            return unsafe sqlite3_bind_text(pointer, index, text, CInt(bytes.count), nil)
        }
        note(code)
    }

    func bind(_ index: CInt, _ value: [UInt8]?) {
        guard let value else { return bindNull(index) }
        note(unsafe value.withUnsafeBytes { unsafe bindBlob(index, $0) })
    }

    /// Sixteen bytes, most significant first.
    func bind<Subject>(_ index: CInt, _ value: Identifier<Subject>) {
        let words = (value.high.bigEndian, value.low.bigEndian)
        note(unsafe withUnsafeBytes(of: words) { unsafe bindBlob(index, $0) })
    }

    private func bindBlob(_ index: CInt, _ bytes: UnsafeRawBufferPointer) -> CInt {
        guard bytes.count > 0 else { return unsafe sqlite3_bind_zeroblob(pointer, index, 0) }
        guard let kept = unsafe scratch.keep(bytes) else {
            return unsafe sqlite3_bind_blob64(pointer, index, bytes.baseAddress, UInt64(bytes.count), transient)
        }
        return unsafe sqlite3_bind_blob64(pointer, index, kept, UInt64(bytes.count), nil)
    }

    /// A range, over two parameters.
    func bind(_ index: CInt, _ range: ClosedRange<Int64>) {
        bind(index, range.lowerBound)
        bind(index + 1, range.upperBound)
    }

    func bindNull(_ index: CInt) { note(unsafe sqlite3_bind_null(pointer, index)) }

    /// `SQLITE_TRANSIENT`, a macro that isn't imported: SQLite copies the bytes before the call returns.
    private var transient: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

// MARK: - Columns, counted from 0

extension Statement {
    func isNull(_ index: CInt) -> Bool { unsafe sqlite3_column_type(pointer, index) == SQLITE_NULL }

    func int64(_ index: CInt) -> Int64 { unsafe sqlite3_column_int64(pointer, index) }

    func optionalInt64(_ index: CInt) -> Int64? { isNull(index) ? nil : int64(index) }

    func bool(_ index: CInt) -> Bool { int64(index) != 0 }

    func optionalDouble(_ index: CInt) -> Double? {
        isNull(index) ? nil : unsafe sqlite3_column_double(pointer, index)
    }

    func timestamp(_ index: CInt) -> Timestamp { Timestamp(microseconds: int64(index)) }

    func optionalTimestamp(_ index: CInt) -> Timestamp? { isNull(index) ? nil : timestamp(index) }

    func text(_ index: CInt) -> String { optionalText(index) ?? "" }

    func optionalText(_ index: CInt) -> String? {
        guard let base = unsafe sqlite3_column_text(pointer, index) else { return nil }
        let count = Int(unsafe sqlite3_column_bytes(pointer, index))
        return unsafe String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    func bytes(_ index: CInt) -> [UInt8] {
        guard let base = unsafe sqlite3_column_blob(pointer, index) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(pointer, index))
        return unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// True where a column is these bytes; nothing is copied.
    func isEqual(_ index: CInt, _ bytes: [UInt8]) -> Bool {
        guard let base = unsafe sqlite3_column_blob(pointer, index) else { return bytes.isEmpty }
        let count = Int(unsafe sqlite3_column_bytes(pointer, index))
        return unsafe UnsafeRawBufferPointer(start: base, count: count).elementsEqual(bytes)
    }

    /// - Throws: `unusable` where the column is not sixteen bytes.
    func identifier<Subject>(_ index: CInt) throws(JournalError) -> Identifier<Subject> {
        guard let base = unsafe sqlite3_column_blob(pointer, index), unsafe sqlite3_column_bytes(pointer, index) == 16
        else { throw .damaged("an id is not sixteen bytes") }
        return unsafe Identifier(
            high: UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    func fingerprint(high: CInt, low: CInt) -> QueryFingerprint {
        QueryFingerprint(high: UInt64(bitPattern: int64(high)), low: UInt64(bitPattern: int64(low)))
    }

    /// Reads a column whose words are those of an enumeration.
    ///
    /// - Throws: `unusable` where the word is none of them.
    func word<Word: RawRepresentable<String>>(
        _ index: CInt, as type: Word.Type = Word.self
    ) throws(JournalError) -> Word {
        guard let word = Word(rawValue: text(index)) else { throw .damaged("a word is none of \(type)") }
        return word
    }
}

extension JournalError {
    /// Says what SQLite said. A broken constraint is the operation's conflict, a full disk pauses; everything else is
    /// the store's failure.
    init(sqlite code: CInt, on database: OpaquePointer) {
        let message = unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? "no message"
        let kind: Kind =
            switch code & 0xFF {
            case SQLITE_CONSTRAINT: .conflict
            case SQLITE_FULL: .noSpace
            default: .failed
            }
        self.init(kind, "SQLite \(code): \(message)")
    }

    static func damaged(_ detail: String) -> JournalError { JournalError(.unusable, detail) }
}

/// Where the texts and bytes of one run of a statement lie: SQLite reads them in place until the statement is reset,
/// and allocates nothing. What doesn't fit is copied by SQLite.
@safe private struct BindingScratch {
    private static let size = 2_048
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 1)
    private var used = 0

    /// Copies bytes; nil where they don't fit. The address holds until `clear`.
    mutating func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        guard bytes.count <= Self.size - used else { return nil }
        let place = unsafe memory + used
        if let base = bytes.baseAddress { unsafe place.copyMemory(from: base, byteCount: bytes.count) }
        used += bytes.count
        return unsafe place
    }

    mutating func clear() { used = 0 }

    func free() { unsafe memory.deallocate() }
}
