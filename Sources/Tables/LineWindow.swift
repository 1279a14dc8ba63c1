// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The part of a file that is being looked at: from the record that is not done with to as far as was read. Its bytes
/// are those of the file, or UTF-8 where the file is in UTF-16. Places are counted from the start of the window.
struct LineWindow {
    /// Where the line that begins at a place ends.
    enum Find: Equatable {
        /// The place after its end.
        case line(Int)
        case tooLong
        /// Nothing is there any more.
        case nothing
    }

    /// What ends a line: a line feed, or a carriage return in files without line feeds.
    let terminator: UInt8
    private let source: () throws(TableError) -> [UInt8]
    private var decoder: UTF16Decoder?
    private var bytes: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// - Parameter encoding: of what the source gives.
    init(_ encoding: TableEncoding, terminator: UInt8, source: @escaping () throws(TableError) -> [UInt8]) {
        self.terminator = terminator
        self.source = source
        if encoding.isUTF16 { decoder = UTF16Decoder(isBigEndian: encoding == .utf16BigEndian) }
    }

    /// Finds the end of the line that begins at a place, and reads as far as that takes.
    ///
    /// - Parameter limit: the place that a line may not reach beyond.
    mutating func endOfLine(at place: Int, limit: Int) throws(TableError) -> Find {
        var searched = place
        while true {
            if let end = firstTerminator(from: searched) { return end < limit ? .line(end + 1) : .tooLong }
            searched = bytes.count - start
            if searched >= limit { return .tooLong }
            if isAtEnd { return searched > place ? .line(searched) : .nothing }
            try readMore()
        }
    }

    /// The bytes of a range. Held while the window is read on, they cost a copy of it.
    subscript(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[start + range.lowerBound..<start + range.upperBound]
    }

    /// Forgets the bytes before a place, which is the start then.
    mutating func drop(_ count: Int) { start += count }

    /// Goes past the end of the line that the window begins with, keeping nothing of it. Returns how many bytes of the
    /// file that was; the last of them ended the line where `isEnded`.
    mutating func skipLine(fileBytes: (ArraySlice<UInt8>) -> Int) throws(TableError) -> (count: Int, isEnded: Bool) {
        var count = 0
        while true {
            let end = firstTerminator(from: 0)
            let taken = end.map { $0 + 1 } ?? bytes.count - start
            count += fileBytes(self[0..<taken])
            drop(taken)
            if end != nil { return (count, true) }
            if isAtEnd { return (count, false) }
            try readMore()
        }
    }

    private func firstTerminator(from place: Int) -> Int? {
        unsafe self[place..<bytes.count - start].withUnsafeBytes { rest in
            guard let base = rest.baseAddress,
                let found = unsafe memchr(base, CInt(terminator), rest.count)
            else { return nil }
            return unsafe place + (UnsafeRawPointer(found) - base)
        }
    }

    private mutating func readMore() throws(TableError) {
        let more = try source()
        isAtEnd = more.isEmpty
        bytes.removeSubrange(..<start)
        start = 0
        if var decoder {
            bytes += decoder.decode(more[...], isLast: isAtEnd)
            self.decoder = decoder
        } else {
            bytes += more
        }
    }
}
