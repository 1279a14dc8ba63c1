// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Glibc

/// What has come of a reply so far, counted as it comes: libcurl's own limit on size does not hold for an encoded
/// or chunked body. Kept with its transfer and used again, so that a reply costs one copy.
@safe struct ReplyBuffer: ~Copyable {
    /// The longest decoded body: 8 MiB.
    static let maximumBody = 8 << 20
    /// All header bytes of one exchange: 256 KiB, those of interim replies and trailers included.
    static let maximumHeaders = 256 << 10
    /// How often its bytes on the wire a decoded body may be, once it is past `freeBody`.
    static let maximumRatio = 100
    /// Up to here the ratio isn't looked at: 1 MiB. Small replies of one repeated byte are no attack.
    static let freeBody = 1 << 20
    /// Spare bytes behind a body, so that the JSON reader need not copy it.
    static let padding = 64
    /// A buffer that grew past this is let go after its reply: 256 KiB.
    private static let kept = 256 << 10

    /// What a buffer begins with: most answers fit.
    private static let first = 1_024

    /// Why the rest of a reply was not wanted.
    private(set) var violation: StaticString?
    private var body: UnsafeMutableRawBufferPointer
    private var bodyCount = 0
    private var headers: [UInt8] = []
    private var headerBytes = 0
    /// False where the connection may have ended in the headers: libcurl calls that a reply too.
    private(set) var headersEnded = false
    /// Where the value of Content-Length is in `headers`.
    private var length: Range<Int>?

    init() { unsafe body = .allocate(byteCount: Self.first, alignment: 16) }

    deinit { unsafe body.deallocate() }

    /// Forgets everything for the next exchange.
    mutating func reset() {
        bodyCount = 0
        headers.removeAll(keepingCapacity: true)
        headerBytes = 0
        headersEnded = false
        length = nil
        violation = nil
        if unsafe body.count > Self.kept { resize(to: Self.first) }
    }

    /// Takes decoded bytes; false refuses the rest of the reply.
    /// - Parameter onWire: bytes of the body that came over the connection so far, asked for only past `freeBody`.
    mutating func appendBody(_ bytes: UnsafeRawBufferPointer, onWire: () -> Int) -> Bool {
        let total = bodyCount + bytes.count
        guard total <= Self.maximumBody else {
            violation = "the body is over 8 MiB"
            return false
        }
        if total > Self.freeBody, total / Self.maximumRatio > onWire() {
            violation = "the body is compressed over 100 to 1"
            return false
        }
        if unsafe total > body.count { unsafe resize(to: max(total, body.count * 2)) }
        guard let start = unsafe body.baseAddress, let from = bytes.baseAddress else { return true }
        unsafe memcpy(start + bodyCount, from, bytes.count)
        bodyCount = total
        return true
    }

    /// Takes one header line as libcurl gives it; false refuses the rest of the reply. A status line starts
    /// anew (after an interim reply), and lines after the empty one are trailers, which nobody reads.
    mutating func appendHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaders else {
            violation = "the headers are over 256 KiB"
            return false
        }
        var end = line.count
        while end > 0, unsafe line[end - 1] == 10 || line[end - 1] == 13 { end -= 1 }
        if bodyCount == 0, unsafe Self.isStatusLine(line) {
            headers.removeAll(keepingCapacity: true)
            headersEnded = false
            length = nil
        } else if end == 0 {
            headersEnded = true
        } else if !headersEnded {
            unsafe headers.append(contentsOf: line[..<end])
            headers.append(13)
            headers.append(10)
            return agreesOnLength(headers.count - end - 2)
        }
        return true
    }

    /// False where the line from `start` on is another Content-Length than the one before: where the body ends is
    /// then anyone's guess (RFC 9112 6.3), and libcurl would take the last.
    private mutating func agreesOnLength(_ start: Int) -> Bool {
        let name = Self.lengthName
        // The colon's place tells most headers apart.
        guard start + name.count < headers.count, headers[start + name.count - 1] == name[name.count - 1],
            zip(headers[start...], name).allSatisfy({ $0 | 32 == $1 })
        else { return true }
        let value = (start + name.count)..<headers.count
        defer { length = value }
        guard let length, !headers[length].elementsEqual(headers[value]) else { return true }
        violation = "two lengths of the body"
        return false
    }

    /// In lower case; setting the sixth bit leaves `-` and `:` as they are.
    private static let lengthName = Array("content-length:".utf8)

    /// The reply as it stands.
    borrowing func reply(status: Int) -> ProviderReply {
        let count = bodyCount
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count + Self.padding) { buffer, initialized in
            if let to = buffer.baseAddress, let from = unsafe body.baseAddress { unsafe memcpy(to, from, count) }
            initialized = count
        }
        return ProviderReply(status: status, headers: ReplyHeaders(block: headers), body: bytes)
    }

    private static func isStatusLine(_ line: UnsafeRawBufferPointer) -> Bool {
        unsafe line.count > 5 && line[0] == 0x48 && line[1] == 0x54 && line[2] == 0x54 && line[3] == 0x50
            && line[4] == 0x2f
    }

    private mutating func resize(to size: Int) {
        let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        if bodyCount > 0, let to = grown.baseAddress, let from = unsafe body.baseAddress {
            unsafe memcpy(to, from, bodyCount)
        }
        unsafe body.deallocate()
        unsafe body = grown
    }
}
