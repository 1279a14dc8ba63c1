// SPDX-License-Identifier: Apache-2.0

/// The mails of an mbox, one after the other (RFC 4155; `From ` lines quoted as mboxo or mboxrd do).
final class MboxReader {
    /// Bytes of a line that are looked at together; a longer line is taken piece by piece.
    private static let maximumLine = 64 * 1024
    private static let from = Array("From ".utf8)

    private let stream: ByteStream
    private var chunk: ArraySlice<UInt8> = []
    /// True where the next bytes begin a line.
    private var isAtLine = true
    private var hasStarted = false
    private var isAtEnd = false

    init(_ stream: ByteStream) { self.stream = stream }

    /// The next mail without the line before it, or that it is too large; nil at the end.
    func next() throws(BounceProblem) -> Result<[UInt8], BounceProblem>? {
        guard !isAtEnd else { return nil }
        var mail: [UInt8] = []
        var isTooLarge = false
        var wasBlank = !hasStarted
        while let (line, begins) = try piece() {
            if begins, Self.isSeparator(line, afterBlank: wasBlank) {
                wasBlank = false
                if hasStarted { return result(mail, isTooLarge) }
                hasStarted = true
                continue
            }
            hasStarted = true
            wasBlank = begins && line.allSatisfy { $0 == 0x0A || $0 == 0x0D }
            if mail.count + line.count > BounceReader.maximumSize {
                isTooLarge = true
                mail = []
            } else if !isTooLarge {
                mail += begins ? Self.unquoted(line) : line
            }
        }
        isAtEnd = true
        return hasStarted ? result(mail, isTooLarge) : nil
    }

    private func result(_ mail: [UInt8], _ isTooLarge: Bool) -> Result<[UInt8], BounceProblem> {
        isTooLarge ? .failure(.tooLarge(maximum: BounceReader.maximumSize)) : .success(mail)
    }

    /// The next line with its end, or a piece of a long one, and whether it begins a line; nil at the end.
    private func piece() throws(BounceProblem) -> (ArraySlice<UInt8>, begins: Bool)? {
        var line: [UInt8] = []
        let begins = isAtLine
        while line.count < Self.maximumLine {
            if chunk.isEmpty { chunk = try stream.next() }
            guard !chunk.isEmpty else { break }
            if let end = chunk.firstIndex(of: 0x0A) {
                line += chunk[...end]
                chunk = chunk[(end + 1)...]
                isAtLine = true
                return (line[...], begins)
            }
            line += chunk
            chunk = []
        }
        guard !line.isEmpty else { return nil }
        isAtLine = false
        return (line[...], begins)
    }

    /// True for "From jane@example.com Thu Nov 26 21:00:00 2026". After an empty line a time in it is enough; elsewhere
    /// a day of the week is asked for too: a line of a text that begins so has neither.
    private static func isSeparator(_ line: ArraySlice<UInt8>, afterBlank: Bool) -> Bool {
        guard line.starts(with: from), line.count < 1_000 else { return false }
        let bytes = Array(line)
        let hasTime = bytes.indices.dropFirst().dropLast(2).contains { index in
            bytes[index] == 0x3A && isDigit(bytes[index - 1]) && isDigit(bytes[index + 1]) && isDigit(bytes[index + 2])
        }
        let days = [" Mon ", " Tue ", " Wed ", " Thu ", " Fri ", " Sat ", " Sun "]
        return hasTime && (afterBlank || days.contains { ByteSearch.contains($0, in: bytes) })
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func unquoted(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard line.first == 0x3E, line.drop(while: { $0 == 0x3E }).starts(with: from) else { return line }
        return line.dropFirst()
    }
}
