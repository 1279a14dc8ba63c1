// SPDX-License-Identifier: Apache-2.0

internal import CGMime

/// Reads a mail's bytes with GMime. The only file that knows it.
enum MIMEReader {
    /// Parts within parts that are looked at; a mail that is deeper is set aside.
    static let maximumDepth = 100
    /// Bytes of a mail that are taken apart. A report stands before the message that it is about; what lies beyond is
    /// that message's end.
    static let maximumRead = 1024 * 1024
    /// Parts that are looked at.
    private static let maximumParts = 1_000
    private static let maximumFields = 500

    private static let start: Void = weir_mime_start()

    /// Reads a mail. Whatever the bytes are, something is read: a mail has no syntax that could be wrong.
    static func read(_ bytes: [UInt8]) throws(BounceProblem) -> MailPart {
        let bytes = bytes.count > maximumRead ? Array(bytes.prefix(maximumRead)) : bytes
        guard !isTooDeep(bytes) else { throw .tooDeep }
        _ = start
        let mail = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.flatMap { unsafe weir_mime_read($0, bytes.count) }
        }
        guard let mail = unsafe mail else { throw .empty }
        defer { unsafe weir_mime_free(mail) }
        var budget = maximumParts
        return unsafe self.mail(mail, depth: 0, budget: &budget)
    }

    /// Seconds since 1970 of a date as mails write it (RFC 5322); nil for what is none, and for what lies beyond the
    /// years that have four digits.
    static func seconds(ofDate text: String) -> Int64? {
        _ = start
        var seconds: Int64 = 0
        guard unsafe weir_mime_date(text, &seconds) != 0, (0...253_402_300_799).contains(seconds) else { return nil }
        return seconds
    }

    /// SHA-256 of some bytes, as 64 digits.
    static func hash(_ bytes: [UInt8]) -> String {
        let text = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe weir_mime_hash(bytes.baseAddress, bytes.count)
        }
        guard let text = unsafe text else { preconditionFailure("out of memory") }
        defer { unsafe weir_mime_free_text(text) }
        return unsafe String(cString: text)
    }

    private static func mail(_ mail: UnsafeMutableRawPointer, depth: Int, budget: inout Int) -> MailPart {
        let fields = unsafe fields(of: mail)
        guard let body = unsafe weir_mime_body(mail) else { return MailPart(fields: fields) }
        var part = unsafe part(body, depth: depth + 1, budget: &budget)
        part.fields = fields
        return part
    }

    private static func part(_ raw: UnsafeMutableRawPointer, depth: Int, budget: inout Int) -> MailPart {
        budget -= 1
        var part = MailPart()
        part.type = unsafe (text(weir_mime_type(raw)) + "/" + text(weir_mime_subtype(raw))).lowercased()
        part.fields = unsafe fields(of: raw)
        part.reportType = unsafe weir_mime_parameter(raw, "report-type").map { unsafe text($0).lowercased() }
        guard depth < maximumDepth, budget > 0 else { return part }
        switch unsafe weir_mime_kind(raw) {
        case Int32(WEIR_MIME_MULTIPART):
            for index in 0..<(unsafe max(0, weir_mime_count(raw))) {
                guard budget > 0, let child = unsafe weir_mime_child(raw, index) else { break }
                part.parts.append(unsafe self.part(child, depth: depth + 1, budget: &budget))
            }
        case Int32(WEIR_MIME_MESSAGE):
            if let inner = unsafe weir_mime_inner(raw) {
                part.parts = [unsafe mail(inner, depth: depth + 1, budget: &budget)]
            }
        default:
            if part.type.hasPrefix("text/") || part.type.hasPrefix("message/") || part.type == "application/json" {
                part.text = unsafe content(of: raw)
            }
        }
        return part
    }

    private static func fields(of object: UnsafeMutableRawPointer) -> [MailField] {
        let count = unsafe min(Int32(maximumFields), weir_mime_field_count(object))
        return (0..<max(0, count)).map { index in
            let name = unsafe text(weir_mime_field_name(object, index)).lowercased()
            let value = unsafe text(weir_mime_field_value(object, index))
            return MailField(name: name, value: String(value.prefix(8 * 1024)))
        }
    }

    private static func content(of raw: UnsafeMutableRawPointer) -> String {
        guard let array = unsafe weir_mime_content(raw) else { return "" }
        defer { unsafe weir_mime_free_content(array) }
        let count = unsafe min(Int(array.pointee.len), MailPart.maximumText)
        guard count > 0, let data = unsafe array.pointee.data else { return "" }
        let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
        let charset = unsafe weir_mime_parameter(raw, "charset").map { unsafe text($0) }
        return string(bytes, charset: charset)
    }

    /// The text of bytes: in the charset if they are, and otherwise as UTF-8 with signs for what is none.
    private static func string(_ bytes: [UInt8], charset: String?) -> String {
        guard let charset, !["utf-8", "us-ascii", ""].contains(charset.lowercased()) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var count = 0
        let converted = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe weir_mime_utf8(bytes.baseAddress, bytes.count, charset, &count)
        }
        guard let converted = unsafe converted else { return String(decoding: bytes, as: UTF8.self) }
        defer { unsafe weir_mime_free_text(converted) }
        return unsafe converted.withMemoryRebound(to: UInt8.self, capacity: count) { start in
            unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }

    /// True where more parts could lie within each other than a mail has: GMime goes down by calling itself.
    private static func isTooDeep(_ bytes: [UInt8]) -> Bool {
        let count = ["multipart/", "message/", "boundary"].map {
            ByteSearch.count(of: $0, in: bytes, upTo: maximumDepth * 4)
        }
        return (count.max() ?? 0) >= maximumDepth * 4
    }
}
