// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The numbers of a company's pages, ranked by where they stood.
struct FoundNumbers {
    /// Where a number stood; the first is the best.
    enum Place: Int, Comparable {
        case organization, location, contactPoint, department, microdata, link

        static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
    }

    fileprivate struct Number {
        var place: Place
        var phone: PhoneCandidate
        let digits: String
    }

    /// Digits of a number that can be one: E.164 has up to 15, and fewer than these are short codes.
    private static let digitCounts = 6...15
    private static let maximumCharacters = 48
    private static let maximumCount = 256

    private let country: String?
    private var numbers: [Number] = []

    /// - Parameter country: of the prospect, where a page names none.
    init(country: String?) { self.country = country }

    /// True once the organisation's own number was found: nothing better can come.
    var hasOrganization: Bool { numbers.contains { $0.place == .organization } }

    mutating func add(_ page: WebPage) {
        for document in page.documents {
            // A block that is not JSON doesn't stop the rest.
            let read = try? JSONReader.read(Array(LinkedData.uncommented(document).utf8)) { LinkedData.numbers(in: $0) }
            for found in read ?? [] { add(found.text, found.place, country: found.country) }
        }
        for text in page.marked { add(text, .microdata, country: nil) }
        for link in page.dialed { add(Self.dialed(link), .link, country: nil) }
    }

    /// Returns the best numbers, each once.
    func best(_ count: Int) -> [PhoneCandidate] {
        let order = numbers.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
        return order.prefix(count).map(\.element.phone)
    }

    mutating func add(_ text: String, _ place: Place, country named: String?) {
        let (raw, ext) = Self.parted(text)
        let digits = String(raw.filter { $0.isASCII && $0.isNumber }.drop { $0 == "0" })
        guard raw.count <= Self.maximumCharacters, Self.digitCounts.contains(digits.count),
            numbers.count < Self.maximumCount
        else { return }
        let phone = PhoneCandidate(raw, type: .office, extension: ext, country: named ?? country)
        guard let index = numbers.firstIndex(where: { $0.isSame(digits, ext) }) else {
            numbers.append(Number(place: place, phone: phone, digits: digits))
            return
        }
        let best = min(numbers[index].place, place)
        if raw.hasPrefix("+"), !numbers[index].phone.raw.hasPrefix("+") {
            numbers[index] = Number(place: best, phone: phone, digits: digits)
        }
        numbers[index].place = best
    }

    /// Takes an extension off: `;ext=` of a link (RFC 3966), or what people write.
    private static func parted(_ text: String) -> (raw: String, extension: String?) {
        let lower = text.lowercased()
        for mark in [";ext=", "extension", "ext.", "ext", " x", "#"] {
            guard let start = lower.firstRange(of: mark) else { continue }
            let ext = lower[start.upperBound...].drop { $0 == " " || $0 == ":" || $0 == "." }
                .prefix { $0.isASCII && $0.isNumber }
            guard !ext.isEmpty else { continue }
            return (trimmed(String(lower[..<start.lowerBound])), String(ext))
        }
        return (trimmed(String(text.prefix { $0 != ";" })), nil)
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { !($0 == "+" || $0 == "(" || $0.isASCII && $0.isNumber) }
        guard let last = start.lastIndex(where: { $0.isASCII && $0.isNumber }) else { return "" }
        return String(start[...last])
    }

    /// The number of a `tel:` link, unescaped.
    private static func dialed(_ link: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(link.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension FoundNumbers.Number {
    private static let leastShared = 7

    /// True for the same number with and without its country code or trunk zero.
    fileprivate func isSame(_ other: String, _ ext: String?) -> Bool {
        guard phone.extension == ext else { return false }
        guard digits != other else { return true }
        let (short, long) = digits.count < other.count ? (digits, other) : (other, digits)
        return short.count >= Self.leastShared && long.hasSuffix(short)
    }
}
