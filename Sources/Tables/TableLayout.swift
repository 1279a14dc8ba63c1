// SPDX-License-Identifier: Apache-2.0

/// What ends a line of a file.
public enum LineEnd: String, Sendable, Hashable, CaseIterable {
    /// Of the last line of a file that has no line end there.
    case none = ""
    case lineFeed = "\n"
    case carriageReturn = "\r"
    case both = "\r\n"

    /// The bytes of it, in ASCII.
    public var bytes: String.UTF8View { rawValue.utf8 }

    /// The byte at which lines are cut: a carriage return in files that have no line feed.
    var terminator: UInt8 { self == .carriageReturn ? 0x0D : 0x0A }

    /// What a line ends with.
    init(endOf line: ArraySlice<UInt8>) {
        self =
            switch line.last {
            case 0x0A: line.dropLast().last == 0x0D ? .both : .lineFeed
            case 0x0D: .carriageReturn
            default: .none
            }
    }
}

/// A place in a file at which a record begins.
public struct TablePosition: Sendable, Hashable {
    /// Bytes before it, in the file's own encoding.
    public var offset: Int64
    /// The line, counted from 1.
    public var line: Int
    /// The number of the row that begins there, counted from 1: the header is none.
    public var number: Int

    public init(offset: Int64, line: Int, number: Int) {
        self.offset = offset
        self.line = line
        self.number = number
    }
}

/// How the text of a table is laid out, as its first bytes tell: all that it takes to read on from a later place, and
/// to write a file of the same kind.
public struct TableLayout: Sendable, Hashable {
    public var encoding: TableEncoding
    /// True where a byte order mark came first.
    public var hasMark: Bool
    /// Between two fields; nil for JSON lines.
    public var separator: UInt8?
    /// What ends the first line; a line feed where nothing does.
    public var lineEnd: LineEnd
    /// What stood before the header, such as a line `sep=;`: UTF-8, or bytes of the file.
    public var preamble: [UInt8]
    /// The names of the columns of a CSV file, as they are written there.
    public var header: [String]
    /// The record that names them, without its line end: UTF-8, or bytes of the file.
    public var headerText: [UInt8]
    /// Where the first row begins.
    public var start: TablePosition

    /// True where each line is a JSON object.
    public var isJSON: Bool { separator == nil }
}

extension TableLayout {
    /// Tells all but the header.
    ///
    /// - Parameters:
    ///   - sample: the first bytes of a file.
    ///   - isWhole: true where they are all of it.
    init(sample: [UInt8], isWhole: Bool, format: TableFormat) {
        let (encoding, markLength) = TableEncoding.detect(sample, isWhole: isWhole)
        var text = Array(sample.dropFirst(markLength))
        if encoding.isUTF16 {
            var decoder = UTF16Decoder(isBigEndian: encoding == .utf16BigEndian)
            text = decoder.decode(text[...], isLast: isWhole)
        }
        var preamble: [UInt8] = []
        switch format {
        case .jsonLines: separator = nil
        case .csv(let given):
            let (found, skipped) = CSVDialect.detect(text[...])
            separator = given ?? found
            if separator == found { preamble = Array(text.prefix(skipped)) }
        }
        self.encoding = encoding
        hasMark = markLength > 0
        lineEnd = LineEnd(first: text)
        self.preamble = preamble
        header = []
        headerText = []
        start = TablePosition(offset: Int64(markLength), line: 1, number: 1)
    }

    /// The byte order mark that the file begins with.
    public var mark: [UInt8] {
        guard hasMark else { return [] }
        return switch encoding {
        case .utf8: [0xEF, 0xBB, 0xBF]
        case .utf16LittleEndian: [0xFF, 0xFE]
        case .utf16BigEndian: [0xFE, 0xFF]
        case .latin1: []
        }
    }
}

extension LineEnd {
    /// What ends the first line of a text.
    fileprivate init(first text: [UInt8]) {
        guard let end = text.firstIndex(of: 0x0A) else {
            self = text.contains(0x0D) ? .carriageReturn : .lineFeed
            return
        }
        self = end > 0 && text[end - 1] == 0x0D ? .both : .lineFeed
    }
}

/// One record as it stands in its file.
public struct TableRecord: Sendable, Hashable {
    /// Where it begins.
    public var position: TablePosition
    /// Its bytes without the line end, those of a file in UTF-16 as UTF-8.
    public var text: [UInt8]
    public var lineEnd: LineEnd
    /// Its fields; 0 for JSON, and where it could not be read.
    public var fieldCount: Int
    /// Why it can't be used, and what to do; nil where it can. Shows nothing of what is in it.
    public var problem: String?
    /// True where it was too long, and the text is its beginning alone.
    public var isCut: Bool
}
