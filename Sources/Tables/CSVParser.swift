// SPDX-License-Identifier: Apache-2.0

internal import CCSV

/// libcsv, one record at a time: lines in, fields out. The fields lie one behind the other in one buffer, which the
/// next record uses again.
@safe
final class CSVParser {
    /// What the lines since `begin` came to.
    enum State: Equatable {
        /// One record, whole.
        case record
        case blank
        /// A quoted field goes on.
        case open
        /// More than one record: a carriage return stood in a line.
        case several
        /// A quote stands where none may be; told in strict reading alone.
        case broken
    }

    private let parser: UnsafeMutablePointer<csv_parser>
    private let sink = Sink()

    init(separator: UInt8) throws(TableError) {
        unsafe parser = .allocate(capacity: 1)
        guard unsafe weir_csv_start(parser, separator) == 0 else {
            unsafe parser.deallocate()
            throw TableError("the parser of CSV can't be set up")
        }
    }

    deinit {
        unsafe csv_free(parser)
        unsafe parser.deallocate()
    }

    /// Begins a record.
    ///
    /// - Parameter isStrict: false reads as spreadsheets do: a quote inside a field is part of it.
    func begin(isStrict: Bool) {
        sink.clear()
        unsafe weir_csv_restart(parser, isStrict ? 1 : 0)
    }

    /// Takes a line with its end.
    func feed(_ line: ArraySlice<UInt8>) -> State {
        let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
        let count = unsafe line.withUnsafeBytes { bytes in
            unsafe csv_parse(parser, bytes.baseAddress, bytes.count, Sink.field, Sink.record, context)
        }
        return count == line.count ? state : .broken
    }

    /// Ends a record that no line end follows.
    func finish() -> State {
        guard state == .blank || state == .open && !isInQuotes else { return state }
        let context = unsafe Unmanaged.passUnretained(sink).toOpaque()
        return unsafe csv_fini(parser, Sink.field, Sink.record, context) == 0 ? state : .broken
    }

    private var state: State {
        if sink.records > 1 { return .several }
        if unsafe parser.pointee.pstate != 0 { return sink.records == 0 ? .open : .several }
        return sink.records == 1 ? .record : .blank
    }

    /// True inside a quoted field. 2: in a field.
    private var isInQuotes: Bool { unsafe parser.pointee.pstate == 2 && parser.pointee.quoted != 0 }

    /// How many fields the record has.
    var count: Int { sink.ends.count }

    /// The bytes of a field.
    func field(_ index: Int) -> ArraySlice<UInt8> {
        sink.bytes[(index == 0 ? 0 : sink.ends[index - 1])..<sink.ends[index]]
    }

    /// What the callbacks of libcsv fill.
    private final class Sink {
        private(set) var bytes: [UInt8] = []
        private(set) var ends: [Int] = []
        private(set) var records = 0

        func clear() {
            bytes.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
            records = 0
        }

        static let field: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = {
            (start, count, context) in
            guard let context = unsafe context else { return }
            let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            unsafe sink.bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
            sink.ends.append(sink.bytes.count)
        }

        static let record: @convention(c) (CInt, UnsafeMutableRawPointer?) -> Void = { (_, context) in
            guard let context = unsafe context else { return }
            let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            sink.records += 1
        }
    }
}
