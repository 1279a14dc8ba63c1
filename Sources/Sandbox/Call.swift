// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// A request to one vendor, its prefix taken off the path.
struct Call: Sendable {
    /// `GET`, `POST`, and so on.
    let method: String
    /// The vendor's own path, such as `/v2/email-finder`, as sent (not decoded).
    let path: String
    /// The query, decoded, in the order sent.
    let query: [(name: String, value: String)]
    /// The body; at most ``bodyBytesMax``.
    let body: [UInt8]

    private let fields: HTTPFields

    /// The largest body that is read, in bytes: Dropcontact takes 250 records of 15 kB.
    static let bodyBytesMax = 4 * 1024 * 1024

    init(method: String, path: String, rawQuery: String?, fields: HTTPFields, body: [UInt8]) {
        self.method = method
        self.path = path
        self.query = Self.parameters(of: rawQuery ?? "")
        self.fields = fields
        self.body = body
    }

    /// The first value of a query parameter; a blank one counts as absent.
    func parameter(_ name: String) -> String? {
        guard let value = query.first(where: { $0.name == name })?.value else { return nil }
        return Folding.isBlank(value) ? nil : value
    }

    /// A query parameter that is `true`, in any case, or `1`.
    func flag(_ name: String) -> Bool {
        parameter(name).map { $0.lowercased() == "true" || $0 == "1" } ?? false
    }

    /// The value of a header; the name is in lower case.
    func header(_ name: String) -> String? {
        fields.first { $0.name.canonicalName == name }?.value
    }

    /// The token of an `Authorization: Bearer` header.
    var bearer: String? {
        guard let value = header("authorization"), value.lowercased().hasPrefix("bearer ")
        else { return nil }
        return String(value.dropFirst(7))
    }

    /// What stands behind `Authorization: Basic`, decoded: `user:password`.
    var basic: String? {
        guard let value = header("authorization"), value.lowercased().hasPrefix("basic ") else { return nil }
        return Self.decodedBase64(value.dropFirst(6).utf8)
    }

    /// The body as JSON, or `nil` where it isn't.
    var json: JSON? { JSONParser.value(of: body) }

    /// A number that two requests share where they ask the same.
    var identity: UInt64 {
        var hash = Dice.hash(path, from: Dice.hash(method))
        for (name, value) in query { hash = Dice.hash(value, from: Dice.hash(name, from: hash)) }
        return Dice.hash(bytes: body, from: hash)
    }

    private static func parameters(of query: String) -> [(name: String, value: String)] {
        query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
        }
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Returns the text that Base64 stands for, or `nil` where it isn't Base64.
    static func decodedBase64(_ text: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in text where byte != UInt8(ascii: "=") {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            bits = (bits << 6 | digit) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns text with `%41` and `+` resolved; a broken escape stands for itself.
    static func decoded(_ text: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
