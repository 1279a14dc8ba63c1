// SPDX-License-Identifier: Apache-2.0

/// Cuts what an IMAP server sends into responses, however it comes. A literal is as long as it says, so that nothing in
/// a message is taken for the server's word.
struct IMAPResponseReader {
    /// The longest line, literals not counted: 64 KiB.
    static let maximumLine = 64 << 10

    /// The longest literal, and all of a response's together.
    let maximumLiteral: Int
    /// Why no more is read: a line or a literal is too long.
    private(set) var violation: StaticString?
    private var ready: [IMAPResponse] = []
    private var line: [UInt8] = []
    private var literals: [[UInt8]] = []
    /// Bytes of the last literal that have not come.
    private var missing = 0
    private var literalBytes = 0

    init(maximumLiteral: Int) { self.maximumLiteral = maximumLiteral }

    /// The next response that has come whole.
    mutating func next() -> IMAPResponse? { ready.isEmpty ? nil : ready.removeFirst() }

    /// Takes bytes as they come.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty, violation == nil {
            if missing > 0 {
                let piece = rest.prefix(missing)
                literals[literals.count - 1] += piece
                missing -= piece.count
                rest = rest.dropFirst(piece.count)
            } else if let end = rest.firstIndex(of: 10) {
                line += rest[..<end]
                rest = rest[(end + 1)...]
                endLine()
            } else {
                line += rest
                rest = []
            }
            if line.count > Self.maximumLine { violation = "a line of the server's is over 64 KiB" }
        }
    }

    private mutating func endLine() {
        if line.last == 13 { line.removeLast() }
        guard let length = Self.announcedLength(line) else {
            ready.append(IMAPResponse(line: line, literals: literals))
            (line, literals, literalBytes) = ([], [], 0)
            return
        }
        guard length <= maximumLiteral - literalBytes else {
            violation = "a literal of the server's is longer than was asked for"
            return
        }
        literalBytes += length
        literals.append([])
        missing = length
    }

    /// A literal's length at the end of a line: `{17}`.
    private static func announcedLength(_ line: [UInt8]) -> Int? {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        let digits = line[(open + 1)..<(line.count - 1)]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.count > 10 ? .max : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
