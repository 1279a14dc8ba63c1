// SPDX-License-Identifier: Apache-2.0

/// A phone number as it is written, taken apart for a vendor that wants digits alone. It knows no numbering plan.
public struct WrittenNumber: Sendable, Hashable {
    /// 5 to 15 digits, without `+`.
    public let digits: String
    /// True where it was written with `+`: the digits start with the country code.
    public let isInternational: Bool
    /// Digits of an extension that is written behind the number, else of the one that was given apart.
    public let `extension`: String?
    /// Where a national number is to be read, ISO 3166-1 alpha-2; nil for one with its country code.
    public let country: String?
    private let doNotCall: DoNotCall

    private static let separators = Set(" \t-./()".utf8)
    /// Longest first, so that `ext` is not taken for an `e`.
    private static let marks = ["extension", "ext.", "ext", ";ext=", "x", "#", ","]
    private static let maximumExtension = 20

    /// Takes a number apart; nil where it has other letters or signs than an extension's, or too few or many digits.
    public init?(_ candidate: PhoneCandidate) {
        var rest = Array(candidate.raw.utf8)[...].drop { $0 == 32 }
        isInternational = rest.first == UInt8(ascii: "+")
        if isInternational { rest.removeFirst() }
        let number = rest.prefix { Self.isDigit($0) || Self.separators.contains($0) }
        let digits = number.filter(Self.isDigit)
        guard (5...15).contains(digits.count) else { return nil }
        let tail = rest[number.endIndex...]
        guard let written = tail.isEmpty ? "" : Self.extension(in: String(decoding: tail, as: UTF8.self)) else {
            return nil
        }
        self.digits = String(decoding: digits, as: UTF8.self)
        let apart = (candidate.extension ?? "").utf8.filter(Self.isDigit)
        let found = written.isEmpty ? String(decoding: apart, as: UTF8.self) : written
        self.extension = found.isEmpty || found.utf8.count > Self.maximumExtension ? nil : found
        country = isInternational ? nil : candidate.country
        doNotCall = candidate.doNotCall
    }

    /// Takes the number to judge apart.
    ///
    /// - Throws: `rejectedQuery` for an email, for what is no number in digits, and for a national number without its
    ///   country, which a vendor would read in a country of its choice.
    public init(toJudge candidate: Candidate) throws(ProviderError) {
        guard case .phone(let phone) = candidate else {
            throw ProviderError(.rejectedQuery, "verifies phone numbers alone")
        }
        guard let number = WrittenNumber(phone) else { throw ProviderError(.rejectedQuery, "not a number in digits") }
        guard number.isInternational || number.country != nil else {
            throw ProviderError(.rejectedQuery, "a national number needs its country")
        }
        self = number
    }

    /// The digits, with `+` before those that start with a country code.
    public var dialled: String { (isInternational ? "+" : "") + digits }

    /// The number where it was written with its country code; nil for a national one.
    public var inNormalForm: PhoneNumber? {
        isInternational ? PhoneNumber(vendor: "+\(digits)", extension: self.extension) : nil
    }

    /// Returns a vendor's verdict. The extension and the do-not-call flag are the candidate's.
    ///
    /// - Parameters:
    ///   - e164: what the vendor calls the number's normal form; not read where it is invalid.
    ///   - type: what the vendor's line type gives away; not read where it is invalid.
    /// - Throws: `malformedReply` for a valid number without a normal form.
    public func verdict(
        isValid: Bool, e164: String?, type: PhoneType?, country: String?
    ) throws(ProviderError) -> Verdict {
        guard isValid else {
            return .phone(
                PhoneVerdict(.invalidNumber, number: inNormalForm, country: country, doNotCall: doNotCall))
        }
        guard let normal = PhoneNumber(vendor: e164, extension: self.extension) else {
            throw ProviderError(.malformedReply, "a valid number that is not E.164")
        }
        return .phone(
            PhoneVerdict(.validNumber, number: normal, type: type, country: country, doNotCall: doNotCall))
    }

    private static func `extension`(in tail: String) -> String? {
        let tail = tail.lowercased()
        guard let mark = marks.first(where: tail.hasPrefix) else { return nil }
        let rest = tail.dropFirst(mark.count).utf8.filter { !separators.contains($0) && $0 != UInt8(ascii: ":") }
        guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
        return String(decoding: rest, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension PhoneNumber {
    /// Makes one of what a vendor calls E.164; nil where it is not: `+` and 7 to 15 digits, the first no zero.
    public init?(vendor text: String?, extension: String? = nil) {
        guard let text, text.utf8.first == UInt8(ascii: "+") else { return nil }
        let digits = text.utf8.dropFirst()
        guard (7...15).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { return nil }
        self.init(e164: text, extension: `extension`)
    }
}
