// SPDX-License-Identifier: Apache-2.0

package import Enrichment
internal import HTTPTypes

/// What a vendor says in a reply of one of its windows.
package struct QuotaWindow: Sendable, Hashable {
    /// When the window starts anew, seen from the reply.
    package enum Reset: Sendable, Hashable {
        case after(Duration)
        /// The vendor doesn't say: at most its length after it was opened.
        case within(Duration)
    }

    /// Which window: the header's name, or the name of a policy.
    package let name: String
    /// Calls that it still allows.
    package let remaining: Int
    package let reset: Reset
}

/// Reads what replies say of quotas (`semantics.md`, 7.5). Pure, made once for a provider.
///
/// Known by name: `RateLimit` with `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10), the older
/// `RateLimit-Remaining` and `-Reset`, the common `X-RateLimit-*` and `X-Rate-Limit-*`, and what the provider declares.
/// What can't be read is passed over, as if it were not there: a reply is never worth less for its headers.
package struct QuotaHeaders: Sendable {
    /// The furthest reset that is believed: 31 days. What names a later one is passed over.
    static let longestReset: Duration = .seconds(31 * 86_400)
    /// Windows that are read in one reply at most.
    static let maximumWindows = 16
    /// From here on a number is a moment of Unix time, in seconds (1973) or milliseconds; below, seconds from now.
    private static let firstMoment: Int64 = 100_000_000
    private static let firstMillisecond: Int64 = 100_000_000_000

    /// What a header of a known name says.
    private enum Role: Sendable {
        /// `RateLimit`: windows and their resets in one.
        case list
        case policies
        /// The number of calls left in a source, and its reset.
        case remaining(Int)
        case reset(Int)
    }

    /// A pair of headers that speak of one window.
    private struct Source: Sendable {
        var name: String
        var member: [UInt8]?
        /// The window's length where no header names its reset.
        var length: Duration?
    }

    private let names: [(name: [UInt8], role: Role)]
    private let sources: [Source]
    /// A bit for each length that a known name has, and for each first letter: most headers are told by these alone.
    private let lengths: UInt64
    private let letters: UInt32

    package init(_ declared: [QuotaHeader] = []) {
        var names: [([UInt8], Role)] = [(Array("ratelimit".utf8), .list), (Array("ratelimit-policy".utf8), .policies)]
        var sources: [Source] = []
        for prefix in ["ratelimit-", "x-ratelimit-", "x-rate-limit-"] {
            names.append((Array("\(prefix)remaining".utf8), .remaining(sources.count)))
            names.append((Array("\(prefix)reset".utf8), .reset(sources.count)))
            sources.append(Source(name: "\(prefix)remaining"))
        }
        for header in declared {
            names.append((Array(header.name.utf8), .remaining(sources.count)))
            var source = Source(name: header.name, member: header.member.map { Array($0.utf8) })
            switch header.reset {
            case .header(let name): names.append((Array(name.utf8), .reset(sources.count)))
            case .window(let length): source.length = length
            }
            sources.append(source)
        }
        self.names = names
        self.sources = sources
        lengths = names.reduce(0) { $0 | Self.bit(ofLength: $1.0.count) }
        letters = names.reduce(0) { $0 | Self.bit(ofLetter: $1.0.first ?? 0) }
    }

    /// Returns the windows that a reply speaks of; empty, without an allocation, for most.
    ///
    /// - Parameter now: the moment of the reply, by which moments are read where it has no `Date`.
    package func windows(in reply: ProviderReply, now: @autoclosure () -> Timestamp) -> [QuotaWindow] {
        let found = fields(of: reply.headers.block)
        guard !found.isEmpty else { return [] }
        // Clocks differ: a moment that the vendor names is compared with the vendor's own.
        return read(found, in: reply) { reply.headers[.date].flatMap(RetryAfter.httpDate) ?? now() }
    }

    // MARK: Finding the headers

    /// A line whose name is known.
    private struct Field {
        var role: Role
        var value: Range<Int>
    }

    /// One pass over the bytes.
    private func fields(of block: [UInt8]) -> [Field] {
        var found: [Field] = []
        let bytes = block.span
        var start = 0
        while start < bytes.count {
            let isCandidate = letters & Self.bit(ofLetter: bytes[start]) != 0
            var colon = -1
            var end = start
            if isCandidate {
                while end < bytes.count, bytes[end] != 10, bytes[end] != 58 { end += 1 }
                if end < bytes.count, bytes[end] == 58 { colon = end }
            }
            while end < bytes.count, bytes[end] != 10 { end += 1 }
            if colon > start, lengths & Self.bit(ofLength: colon - start) != 0 {
                for known in names where Self.matches(bytes, start, colon, known.name) {
                    found.append(Field(role: known.role, value: colon + 1..<end))
                }
            }
            start = end + 1
        }
        return found
    }

    private static func matches(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int, _ name: [UInt8]) -> Bool {
        guard end - start == name.count else { return false }
        for index in name.indices where lowercased(bytes[start + index]) != name[index] { return false }
        return true
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 32 : byte }

    private static func bit(ofLength length: Int) -> UInt64 { 1 << UInt64(length & 63) }

    /// Letters of either case have one bit; other bytes may share it.
    private static func bit(ofLetter byte: UInt8) -> UInt32 { 1 << UInt32(byte & 31) }
}

extension QuotaHeaders {
    // MARK: Reading the values

    private func read(_ fields: [Field], in reply: ProviderReply, now: () -> Timestamp) -> [QuotaWindow] {
        var remaining: [Int: Int] = [:]
        var resets: [Int: Duration] = [:]
        var policies: [QuotaItem] = []
        var items: [QuotaItem] = []
        for field in fields {
            let value = reply.headers.block[field.value]
            switch field.role {
            case .list: items += QuotaItem.list(value)
            case .policies: policies += QuotaItem.list(value)
            case .remaining(let source):
                let number = sources[source].member.map { Self.member($0, of: value) } ?? Self.number(value)
                if let number, let count = Int(exactly: number) { remaining[source] = count }
            case .reset(let source):
                if let number = Self.number(value) { resets[source] = Self.duration(number, now: now) }
            }
        }
        var windows = items.compactMap { $0.window(policies) }
        for (source, count) in remaining.sorted(by: { $0.key < $1.key }) {
            let known = sources[source]
            // Of a window without a reset of its own, the wait that the vendor asks for is the best that is known.
            let asked = count == 0 ? reply.retryAfter : nil
            if let reset = resets[source] {
                windows.append(QuotaWindow(name: known.name, remaining: count, reset: .after(reset)))
            } else if let asked {
                windows.append(QuotaWindow(name: known.name, remaining: count, reset: .after(asked)))
            } else if let length = known.length {
                windows.append(QuotaWindow(name: known.name, remaining: count, reset: .within(length)))
            }
        }
        return Array(windows.prefix(Self.maximumWindows))
    }

    /// A reset as seconds from now, whichever of its three forms it has; nil where it is not to be believed. A moment
    /// that has passed is now.
    private static func duration(_ number: Int64, now: () -> Timestamp) -> Duration? {
        let left: Duration
        if number < firstMoment {
            left = .seconds(number)
        } else {
            let scale: Int64 = number < firstMillisecond ? 1_000_000 : 1_000
            let (moment, overflow) = number.multipliedReportingOverflow(by: scale)
            left = overflow ? .seconds(Int64.max) : .microseconds(max(0, moment - now().microseconds))
        }
        return left <= longestReset ? left : nil
    }

    /// A whole number, not negative, rounded up where it has a fraction; nil for anything else.
    static func number(_ text: ArraySlice<UInt8>) -> Int64? {
        let text = trimmed(text)
        let whole = text.prefix { (48...57).contains($0) }
        guard !whole.isEmpty, whole.count <= 15 else { return nil }
        let value = whole.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        let rest = text.dropFirst(whole.count)
        guard let point = rest.first else { return value }
        let fraction = rest.dropFirst()
        guard point == UInt8(ascii: "."), !fraction.isEmpty, fraction.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return fraction.contains { $0 != 48 } ? value + 1 : value
    }

    /// The number that a member of a flat object of JSON has: `{"minute": 99}`.
    private static func member(_ name: [UInt8], of text: ArraySlice<UInt8>) -> Int64? {
        let text = trimmed(text)
        guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
        for pair in text.dropFirst().dropLast().split(separator: UInt8(ascii: ",")) {
            guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let quote = [UInt8(ascii: "\"")]
            guard trimmed(pair[..<colon]).elementsEqual(quote + name + quote) else { continue }
            return number(pair[pair.index(after: colon)...])
        }
        return nil
    }

    fileprivate static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
        let start = bytes.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return [] }
        return start[...last]
    }
}

/// One member of `RateLimit` or `RateLimit-Policy`: a name with parameters (RFC 9651, a list of strings or tokens).
private struct QuotaItem {
    var name: String
    /// `r`, `t`, `q` and `w`, where they are whole numbers.
    var numbers: [UInt8: Int64] = [:]
    /// False where the policy counts something else than requests (`qu`).
    var countsRequests = true

    /// Reads a list. A member that can't be read is passed over, not the rest.
    static func list(_ text: ArraySlice<UInt8>) -> [QuotaItem] {
        split(text, at: UInt8(ascii: ",")).compactMap(QuotaItem.init)
    }

    private init?(_ text: ArraySlice<UInt8>) {
        let parts = Self.split(text, at: UInt8(ascii: ";")).map(QuotaHeaders.trimmed)
        guard let first = parts.first, !first.isEmpty, !first.contains(UInt8(ascii: "=")) else { return nil }
        name = String(decoding: first.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let (key, value) = (part[..<equals], part[part.index(after: equals)...])
            if key.elementsEqual("qu".utf8) { countsRequests = value.elementsEqual("\"requests\"".utf8) }
            if key.count == 1, let letter = key.first, let number = QuotaHeaders.number(value) {
                numbers[letter] = number
            }
        }
    }

    /// The window that a member of `RateLimit` speaks of; nil where it says no number, or counts something else.
    func window(_ policies: [QuotaItem]) -> QuotaWindow? {
        let policy = policies.first { $0.name == name }
        guard policy?.countsRequests ?? true, let left = numbers[UInt8(ascii: "r")].flatMap({ Int(exactly: $0) }) else {
            return nil
        }
        func isBelieved(_ seconds: Int64) -> Bool { Duration.seconds(seconds) <= QuotaHeaders.longestReset }
        if let seconds = numbers[UInt8(ascii: "t")] {
            guard isBelieved(seconds) else { return nil }
            return QuotaWindow(name: "ratelimit \(name)", remaining: left, reset: .after(.seconds(seconds)))
        }
        guard let length = policy?.numbers[UInt8(ascii: "w")], isBelieved(length) else { return nil }
        return QuotaWindow(name: "ratelimit \(name)", remaining: left, reset: .within(.seconds(length)))
    }

    /// Splits outside of quotes.
    private static func split(_ text: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<UInt8>] {
        var isQuoted = false
        return text.split(omittingEmptySubsequences: false) { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == separator && !isQuoted
        }
    }
}
