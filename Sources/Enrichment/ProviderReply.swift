// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// What came back over HTTP: a status, headers and a decoded body. Its description shows none of the content.
public struct ProviderReply: Sendable, Hashable {
    public var status: Int
    public var headers: ReplyHeaders
    /// The decoded body, at most 8 MiB.
    public var body: [UInt8]

    public init(status: Int, headers: ReplyHeaders = ReplyHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Returns what the common meaning of the status is; nil for 2xx.
    ///
    /// 401 and 403 are `unauthorized`, 402 `outOfCredits`, 404 `malformedReply` (a path that isn't there says nothing
    /// of a person), 408 `timedOut`, 429 `throttled`, 5xx and 3xx `unavailable`, any other 4xx `rejectedQuery`. A
    /// provider with another meaning says so itself, before it falls back on this.
    public var failure: ProviderError? {
        switch status {
        case 200..<300: nil
        case 401, 403: ProviderError(.unauthorized)
        case 402: ProviderError(.outOfCredits)
        case 404: ProviderError(.malformedReply, "a 404 that is not the vendor's own")
        case 408: ProviderError(.timedOut, "the vendor gave up waiting", retryAfter: retryAfter)
        case 429: ProviderError(.throttled, retryAfter: retryAfter)
        case 400..<500: ProviderError(.rejectedQuery)
        case 500..<600: ProviderError(.unavailable, retryAfter: retryAfter)
        case 300..<400: ProviderError(.unavailable, "redirected, and credentials don't follow")
        default: ProviderError(.malformedReply, "not an HTTP status")
        }
    }

    /// The `Retry-After` header where it is a number of seconds, at most an hour. A date is read by the engine, which
    /// has the clock.
    public var retryAfter: Duration? {
        guard let text = headers[.retryAfter], let seconds = Int64(text), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 3_600))
    }

    /// True where the body has the word in it, in any case: for vendors that tell errors apart in prose alone.
    public func mentions(_ word: StaticString) -> Bool {
        String(decoding: body.prefix(65_536), as: UTF8.self).lowercased().contains("\(word)".lowercased())
    }

    /// Reads the body as JSON. The reader is valid inside the closure alone.
    ///
    /// - Throws: `malformedReply` where the body is not one JSON document in UTF-8, at most 64 deep; what `read`
    ///   throws.
    public func json<T>(
        _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        try JSONReader.read(body, read)
    }
}

extension ProviderReply {
    /// Reads a reply whose body decides, whatever its status; one that can't be read is what its status means.
    public func explained<T>(_ read: (JSONReader) throws(ProviderError) -> T) throws(ProviderError) -> T {
        do { return try json(read) } catch {
            throw error.kind == .malformedReply ? failure ?? error : error
        }
    }

    /// Reads the body of a 2xx, which is one object of JSON.
    ///
    /// - Throws: what the status means; `malformedReply` where it is no object; what `read` throws.
    public func object<T>(_ read: (JSONReader) throws(ProviderError) -> T) throws(ProviderError) -> T {
        try object(unless: failure, read)
    }

    /// Reads the body, which is one object of JSON, unless the provider takes the status for a failure.
    public func object<T>(
        unless failure: ProviderError?, _ read: (JSONReader) throws(ProviderError) -> T
    ) throws(ProviderError) -> T {
        if let failure { throw failure }
        return try json { json throws(ProviderError) in
            guard json.isObject else { throw ProviderError(.malformedReply, "an answer that is not an object") }
            return try read(json)
        }
    }
}

extension ProviderReply: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "HTTP \(status), \(body.count) bytes" }
    public var debugDescription: String { description }
}

/// The headers of a reply as they came, looked up on demand: most are never read.
public struct ReplyHeaders: Sendable, Hashable {
    /// `Name: value` lines, each ended by CRLF, without the status line.
    public private(set) var block: [UInt8]

    public init(block: [UInt8] = []) { self.block = block }

    /// Makes headers of pairs, for tests and recorded replies.
    public init(_ pairs: [(String, String)]) {
        block = pairs.flatMap { name, value in Array("\(name): \(value)\r\n".utf8) }
    }

    /// The first value of a header, without surrounding blanks; names are compared without case.
    public subscript(name: HTTPField.Name) -> String? {
        for line in lines where Self.equal(line.name, name.canonicalName.utf8) {
            return String(decoding: line.value, as: UTF8.self)
        }
        return nil
    }

    /// The first value of a header by its name in any case; nil also where the name is not one.
    public subscript(name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }

    /// Every header in order.
    public var pairs: [(name: String, value: String)] {
        lines.map { (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self)) }
    }

    private var lines: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        block.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (line[..<colon], Self.trimmed(line[line.index(after: colon)...]))
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func blank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
        let start = bytes.drop(while: blank)
        guard let last = start.lastIndex(where: { !blank($0) }) else { return [] }
        return start[...last]
    }

    /// Compares with a name that is lower case already.
    private static func equal(_ bytes: ArraySlice<UInt8>, _ lowercased: String.UTF8View) -> Bool {
        bytes.count == lowercased.count
            && zip(bytes, lowercased).allSatisfy { byte, wanted in
                byte == wanted || (65...90).contains(byte) && byte | 32 == wanted
            }
    }
}
