// SPDX-License-Identifier: Apache-2.0

/// Reads jq programs as far as is needed to refuse those that reach outside their input, may never end, or may stop
/// the whole process.
///
/// jq 1.6 can't be interrupted and counts no steps, so what could run for ever is refused by name: functions of one's
/// own (they may call themselves), generators without an end, `sub` and `gsub`, which don't end on an empty match, and
/// `index`, `rindex` and `indices`, which don't end on an empty text. Its functions of time fail an assertion on input
/// of another type. What is left walks its input a bounded number of times. Not caught: a text multiplied by a number
/// of the answer (`"x" * .n`), which takes memory, and a regular expression that is slow by itself.
enum JQSyntax {
    static let maximumBytes = 4_096

    private static let outside: Set<String> = [
        "env", "input", "inputs", "input_filename", "input_line_number", "debug", "stderr", "include", "import",
        "module", "modulemeta", "get_search_list", "get_prog_origin", "get_jq_origin", "halt", "halt_error", "now",
        "localtime",
        "strflocaltime", "builtins",
    ]
    private static let endless: Set<String> = [
        "def", "range", "repeat", "while", "until", "recurse", "recurse_down", "combinations", "sub", "gsub",
        "index", "rindex", "indices", "jn", "yn",
    ]
    /// Those that end in a failed assertion of jq, or may: found by running every function of jq 1.6 on odd input.
    private static let fragile: Set<String> = [
        "strftime", "strptime", "mktime", "gmtime", "todate", "fromdate", "date", "dateadd", "datesub",
        "todateiso8601", "fromdateiso8601", "dateiso8601", "implode",
    ]
    private static let variables: Set<String> = ["ENV", "__prog_args"]

    /// Throws for a program that may not be run.
    static func check(_ program: String, at path: String) throws(DeclarativeError) {
        let bytes = Array(program.utf8)
        guard bytes.count <= maximumBytes else {
            throw DeclarativeError(path: path, message: "longer than \(maximumBytes) bytes")
        }
        guard !bytes.contains(0) else { throw DeclarativeError(path: path, message: "a NUL in a program") }
        var scanner = Scanner(bytes: bytes, path: path)
        try scanner.scan()
    }

    private struct Scanner {
        let bytes: [UInt8]
        let path: String
        var index = 0
        /// What closes each open bracket; a quote for the string around an interpolation.
        var open: [UInt8] = []

        mutating func scan() throws(DeclarativeError) {
            while index < bytes.count {
                let byte = bytes[index]
                switch byte {
                case UInt8(ascii: "#"):
                    while index < bytes.count, bytes[index] != 10 { index += 1 }
                case UInt8(ascii: "\""):
                    index += 1
                    try skipString()
                case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                    open.append(byte == UInt8(ascii: "(") ? UInt8(ascii: ")") : byte + 2)
                    index += 1
                case UInt8(ascii: ")") where open.last == UInt8(ascii: "\""):
                    open.removeLast()
                    index += 1
                    try skipString()
                case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                    guard open.popLast() == byte else { throw problem("a bracket that nothing opened") }
                    index += 1
                case UInt8(ascii: ":") where index + 1 < bytes.count && bytes[index + 1] == byte:
                    throw problem("modules can't be used")
                case _ where Self.startsName(byte): try name()
                default: index += 1
                }
            }
            guard open.isEmpty else { throw problem("a bracket or string that is not closed") }
        }

        /// Goes to the end of a string, or into its next interpolation.
        private mutating func skipString() throws(DeclarativeError) {
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    return
                case UInt8(ascii: "\\"):
                    let isInterpolation = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "(")
                    index += 2
                    guard isInterpolation else { continue }
                    open.append(UInt8(ascii: "\""))
                    return
                default: index += 1
                }
            }
            throw problem("a string that is not closed")
        }

        private mutating func name() throws(DeclarativeError) {
            let start = index
            while index < bytes.count, Self.startsName(bytes[index]) || (48...57).contains(bytes[index]) { index += 1 }
            let name = String(decoding: bytes[start..<index], as: UTF8.self)
            let before = start > 0 ? bytes[start - 1] : 0
            if before == UInt8(ascii: "$") {
                if variables.contains(name) { throw problem("'$\(name)' can't be used", at: start) }
                return
            }
            // `.env` is a member of the input, `{env: ...}` a key of the output.
            if before == UInt8(ascii: ".") || isKey { return }
            if outside.contains(name) {
                throw problem("'\(name)' can't be used: it reaches outside the answer", at: start)
            }
            if fragile.contains(name) { throw problem("'\(name)' can't be used: jq 1.6 may stop on it", at: start) }
            if endless.contains(name) { throw problem("'\(name)' can't be used: it may never end", at: start) }
        }

        /// True where a name is followed by the colon of a key.
        private var isKey: Bool {
            guard open.last == UInt8(ascii: "}") else { return false }
            let next = bytes[index...].first { $0 != 32 && $0 != 9 && $0 != 10 && $0 != 13 }
            return next == UInt8(ascii: ":")
        }

        private func problem(_ message: String, at offset: Int? = nil) -> DeclarativeError {
            DeclarativeError(path: path, message: message, offset: offset ?? min(index, bytes.count))
        }

        private static func startsName(_ byte: UInt8) -> Bool {
            (97...122).contains(byte) || (65...90).contains(byte) || byte == UInt8(ascii: "_")
        }
    }
}
