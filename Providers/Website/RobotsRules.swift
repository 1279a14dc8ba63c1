// SPDX-License-Identifier: Apache-2.0

/// What a site's `robots.txt` lets one agent read (RFC 9309).
///
/// Of the groups, those that name the agent count, else those for `*`. Of the rules that match a path the longest
/// wins, and `Allow` where two are as long.
struct RobotsRules: Equatable {
    private struct Rule: Equatable {
        let isAllowed: Bool
        let pattern: [UInt8]
    }

    /// Read at most; RFC 9309 2.5 asks for 500 KiB.
    static let maximumBytes = 500 * 1_024
    /// More rules than these are taken as "nothing": what is not read can't be obeyed.
    static let maximumRules = 500
    static let maximumPatternBytes = 1_024

    private var rules: [Rule] = []

    static let allowingAll = RobotsRules()

    private init() {}

    init(_ text: [UInt8], agent: String) {
        var named: [Rule]?
        var others: [Rule] = []
        var group: (isNamed: Bool, isForAll: Bool) = (false, false)
        var inRules = false
        for (key, value) in Self.lines(text) {
            switch key {
            case "user-agent":
                if inRules { group = (false, false) }
                inRules = false
                if value == "*" { group.isForAll = true }
                if Self.product(value) == agent.lowercased() {
                    group.isNamed = true
                    named = named ?? []
                }
            case "allow", "disallow":
                inRules = true
                // "Disallow:" without a path is no rule.
                guard !value.isEmpty else { continue }
                let pattern = Self.normalized(Array(value.utf8))
                let rule = Rule(isAllowed: key == "allow", pattern: pattern)
                if group.isNamed { named?.append(rule) }
                if group.isForAll { others.append(rule) }
            default: continue
            }
        }
        rules = named ?? others
    }

    /// True where the path may be read.
    func allow(_ path: String) -> Bool {
        guard rules.count <= Self.maximumRules else { return false }
        let path = Self.normalized(Array(path.utf8))
        var best: Rule?
        for rule in rules where Self.matches(rule.pattern, path) {
            guard let current = best, current.pattern.count > rule.pattern.count else {
                if best?.pattern.count != rule.pattern.count || rule.isAllowed { best = rule }
                continue
            }
        }
        return best?.isAllowed ?? true
    }

    // MARK: Reading

    private static func lines(_ text: [UInt8]) -> [(key: String, value: String)] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = text.prefix(maximumBytes).dropFirst(text.starts(with: mark) ? mark.count : 0)
        return body.split { $0 == 10 || $0 == 13 }.compactMap { line in
            let plain = line.prefix { $0 != UInt8(ascii: "#") }
            guard let colon = plain.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (trimmed(plain[..<colon]).lowercased(), trimmed(plain[(colon + 1)...]))
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.drop { $0 == 32 || $0 == 9 }
        let end = start.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }

    /// The product token of a `User-agent` value (`weir/1.0` is `weir`), in lower case.
    private static func product(_ value: String) -> String {
        value.prefix { $0.isASCII && $0.isLetter || $0 == "-" || $0 == "_" }.lowercased()
    }

    // MARK: Matching

    /// Brings escapes into one form: what needs none is decoded, the rest is upper case (RFC 9309 2.2.2).
    private static func normalized(_ bytes: [UInt8]) -> [UInt8] {
        var made: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
            {
                let decoded = high << 4 | low
                made += isUnreserved(decoded) ? [decoded] : escaped(decoded)
                index += 3
            } else {
                made += byte < 0x21 || byte > 0x7E ? escaped(byte) : [byte]
                index += 1
            }
        }
        return made
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Matches from the start; `*` is any run of bytes and a `$` at the end is the path's end. Goes back to the last
    /// star alone, so that its cost is at most the product of both lengths.
    private static func matches(_ pattern: [UInt8], _ path: [UInt8]) -> Bool {
        guard pattern.count <= maximumPatternBytes else { return false }
        let isAnchored = pattern.last == UInt8(ascii: "$")
        let pattern = isAnchored ? pattern.dropLast() : pattern[...]
        var place = 0
        var read = 0
        var star: (place: Int, read: Int)?
        while true {
            if place == pattern.count {
                if !isAnchored || read == path.count { return true }
            } else if pattern[place] == UInt8(ascii: "*") {
                star = (place + 1, read)
                place += 1
                continue
            } else if read < path.count, pattern[place] == path[read] {
                place += 1
                read += 1
                continue
            }
            guard let last = star, last.read < path.count else { return false }
            star = (last.place, last.read + 1)
            place = last.place
            read = last.read + 1
        }
    }
}
