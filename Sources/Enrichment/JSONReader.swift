// SPDX-License-Identifier: Apache-2.0

internal import CSimdJSON
internal import Synchronization

/// A value in a JSON document that is being read, by simdjson. A missing member, `null` and a value of another type
/// read as nil, so that a chain of members needs no checks between.
///
/// Valid inside the closure of `ProviderReply.json` alone; used after it, the program stops with a message.
public struct JSONReader {
    /// Documents deeper than this are malformed.
    public static let maximumDepth = 64

    private let place: Int?
    private let parser: Parser
    private let generation: UInt64

    private init(_ place: Int?, in parser: Parser, _ generation: UInt64) {
        self.place = place
        self.parser = parser
        self.generation = generation
    }

    /// Reads a text as JSON.
    ///
    /// - Throws: `malformedReply` where it is not one JSON document in UTF-8 within the depth; what `read` throws.
    public static func read<T>(
        _ text: [UInt8], _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        let parser = Parser.pool.take()
        defer { Parser.pool.give(parser) }
        guard let root = parser.parse(text) else {
            throw ProviderError(.malformedReply, "the body is not JSON")
        }
        return try read(JSONReader(root, in: parser, parser.generation))
    }

    /// A member of an object.
    public subscript(key: String) -> JSONReader {
        JSONReader(checked.flatMap { parser.member(of: $0, key) }, in: parser, generation)
    }

    /// True where there is a value that is not `null`.
    public var exists: Bool { kind.map { $0 != weir_json_null } ?? false }

    public var string: String? { checked.flatMap { parser.string(at: $0) } }

    /// The text of a string that is not empty.
    public var text: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

    public var bool: Bool? { checked.flatMap { parser.bool(at: $0) } }

    /// An integer; nil also for a number with a fraction.
    public var integer: Int64? { checked.flatMap { parser.integer(at: $0) } }

    /// Any number.
    public var number: Double? { checked.flatMap { parser.number(at: $0) } }

    /// A price or a balance, as a number or as decimal text; nil where it is neither, or below zero. More than a
    /// thousand million counts as that.
    public func amount(_ unit: String) -> Amount? {
        let maximum = 1e9
        if let number {
            guard number >= 0 else { return nil }
            return Amount(micros: Int64((min(number, maximum) * 1_000_000).rounded()), unit: unit)
        }
        return text.flatMap { Amount(decimal: $0, unit: unit) }
    }

    /// A score from 0 to 100 as a share from 0 to 1; what lies outside counts as the nearer end.
    public var percent: Double? { number.map { min(max($0, 0), 100) / 100 } }

    /// True for an object.
    public var isObject: Bool { kind == weir_json_object }

    /// True for an array, an empty one too.
    public var isArray: Bool { kind == weir_json_array }

    /// The elements of an array; a value that is not an array has none.
    public var elements: [JSONReader] { kind == weir_json_array ? walked.map(\.value) : [] }

    /// The members of an object; a value that is not an object has none.
    public var members: [(key: String, value: JSONReader)] { kind == weir_json_object ? walked : [] }

    private var kind: weir_json_kind? { checked.map { parser.kind(at: $0) } }

    private var walked: [(key: String, value: JSONReader)] {
        guard let place = checked else { return [] }
        return parser.children(of: place).map { ($0.key, JSONReader($0.place, in: parser, generation)) }
    }

    private var checked: Int? {
        precondition(generation == parser.generation, "a JSONReader was used after its document")
        return place
    }
}

/// One simdjson parser with its memory and its last document.
///
/// Sendable by the pool's rule: a parser is either in the pool or with the one caller that took it. Safe because the
/// handle lives as long as the object, and places are checked against the generation by every reader.
@safe private final class Parser: @unchecked Sendable {
    static let pool = ParserPool()

    private let handle: OpaquePointer
    private(set) var generation: UInt64 = 0

    init() {
        guard let made = unsafe weir_json_parser_new(JSONReader.maximumDepth) else {
            preconditionFailure("out of memory")
        }
        unsafe handle = made
    }

    deinit { unsafe weir_json_parser_free(handle) }

    func parse(_ text: [UInt8]) -> Int? {
        generation += 1
        if text.capacity >= text.count + Int(WEIR_JSON_PADDING) { return parsePadded(text) }
        var padded = text
        padded.reserveCapacity(text.count + Int(WEIR_JSON_PADDING))
        return parsePadded(padded)
    }

    func expire() { generation += 1 }

    func kind(at place: Int) -> weir_json_kind { unsafe weir_json_kind_of(handle, place) }

    func bool(at place: Int) -> Bool? {
        var read = false
        return unsafe weir_json_get_bool(handle, place, &read) ? read : nil
    }

    func integer(at place: Int) -> Int64? {
        var read: Int64 = 0
        return unsafe weir_json_get_int64(handle, place, &read) ? read : nil
    }

    func number(at place: Int) -> Double? {
        var read = 0.0
        return unsafe weir_json_get_double(handle, place, &read) ? read : nil
    }

    func string(at place: Int) -> String? {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe weir_json_get_string(handle, place, &bytes, &count) else { return nil }
        return unsafe text(bytes, count)
    }

    func member(of place: Int, _ key: String) -> Int? {
        var key = key
        return key.withUTF8 { bytes in
            var member = 0
            guard let base = bytes.baseAddress else { return nil }
            return unsafe weir_json_member(handle, place, base, bytes.count, &member) ? member : nil
        }
    }

    func children(of place: Int) -> [(key: String, place: Int)] {
        var walk = weir_json_walk()
        guard unsafe weir_json_walk_begin(handle, place, &walk) else { return [] }
        var found: [(key: String, place: Int)] = []
        var key: UnsafePointer<UInt8>?
        var count = 0
        var next = 0
        while unsafe weir_json_walk_next(handle, &walk, &key, &count, &next) {
            found.append((unsafe text(key, count), next))
        }
        return found
    }

    private func parsePadded(_ text: [UInt8]) -> Int? {
        unsafe text.withUnsafeBufferPointer { bytes in
            var root = 0
            guard let base = bytes.baseAddress else { return nil }
            return unsafe weir_json_parse(handle, base, bytes.count, &root) ? root : nil
        }
    }

    private func text(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> String {
        unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}

/// Parsers that are not in use. The document is copied into a parser's own memory, so a text need not outlive parsing.
private final class ParserPool: Sendable {
    private static let maximumCount = 16
    private let free = Mutex<[Parser]>([])

    func take() -> Parser { free.withLock { $0.popLast() } ?? Parser() }

    func give(_ parser: Parser) {
        parser.expire()
        free.withLock { if $0.count < Self.maximumCount { $0.append(parser) } }
    }
}
