// SPDX-License-Identifier: Apache-2.0

internal import CPhoneNumber
public import Enrichment
internal import Identity

/// Judges phone numbers by the world's numbering plans, without network and for nothing (`semantics.md`, 4).
///
/// A number that its plan gives out is `valid_number`: that says nothing of whether it rings. What can't be read as a
/// number is `invalid_number` without a normal form.
public struct LibPhoneNumber: VerifyingProvider {
    /// The country that a number without a country code is read for, where the candidate names none.
    public let defaultRegion: String?

    /// Bytes of a number that are read; longer text is no number.
    public static let maximumLength = Int(WEIR_PHONE_INPUT_MAX)

    /// - Parameter defaultRegion: ISO 3166-1 alpha-2; nil or unknown: only numbers with a country code are read.
    public init(defaultRegion: String? = nil) {
        self.defaultRegion = defaultRegion.flatMap { CountryCode($0)?.code }
    }

    public var descriptor: ProviderDescriptor { Self.descriptor }

    static let descriptor = ProviderDescriptor(
        id: "libphonenumber", name: "libphonenumber", documentation: "https://github.com/google/libphonenumber",
        capabilities: [.verifyPhone: CapabilityDescriptor(price: .free, expectedHitRate: 1)],
        repeats: .free, concurrency: 64, timeout: .seconds(1), evidence: .confirmed, isLocal: true)

    public func verify(
        _ candidate: Candidate, using client: ProviderClient
    ) async throws(ProviderError) -> Verdict {
        guard case .phone(let phone) = candidate else {
            throw ProviderError(.rejectedQuery, "only phone numbers are judged")
        }
        return .phone(verdict(on: phone))
    }

    /// Returns the verdict on a number. Pure: takes about 25 microseconds.
    public func verdict(on candidate: PhoneCandidate) -> PhoneVerdict {
        let region = candidate.country.flatMap { CountryCode($0)?.code } ?? defaultRegion
        guard let number = Self.read(candidate.raw, region: region) else {
            return PhoneVerdict(.invalidNumber, number: nil, doNotCall: candidate.doNotCall)
        }
        return PhoneVerdict(
            number.isValid ? .validNumber : .invalidNumber,
            number: PhoneNumber(
                e164: number.e164, extension: number.extension ?? Self.digits(candidate.extension)),
            type: number.isValid ? number.type : nil, country: number.region, doNotCall: candidate.doNotCall)
    }

    /// Digits of an extension that a provider gave apart; nil where there are none.
    private static func digits(_ text: String?) -> String? {
        guard let digits = text?.filter({ $0.isASCII && $0.isNumber }), !digits.isEmpty, digits.count <= 20 else {
            return nil
        }
        return digits
    }
}

extension ProviderDefinition {
    /// The numbering plans of the world, for numbers with a country code or a country of their own.
    public static let libphonenumber = libphonenumber(defaultRegion: nil)

    /// The same with a country for numbers that have neither.
    public static func libphonenumber(defaultRegion: String?) -> ProviderDefinition {
        ProviderDefinition(LibPhoneNumber.descriptor) { LibPhoneNumber(defaultRegion: defaultRegion) }
    }
}

/// A number as the library reads it.
extension LibPhoneNumber {
    fileprivate struct Reading {
        let e164: String
        let `extension`: String?
        let region: String?
        let isValid: Bool
        let type: PhoneType?
    }

    fileprivate static func read(_ text: String, region: String?) -> Reading? {
        var text = text
        var number = weir_phone_number()
        text.withUTF8 { bytes in
            guard let start = bytes.baseAddress, bytes.count <= maximumLength else { return }
            unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                unsafe weir_phone_read(characters, bytes.count, region ?? "ZZ", &number)
            }
        }
        guard number.parsed else { return nil }
        return Reading(
            e164: string(number.e164), extension: nonEmpty(string(number.extension)),
            region: nonEmpty(string(number.region)), isValid: number.valid, type: type(number.line))
    }

    /// The type that the plan alone gives away. A fixed line may be a switchboard, a desk or a home, and in North
    /// America a mobile: the provider's own word stands there.
    private static func type(_ line: Int32) -> PhoneType? {
        switch Int(line) {
        case WEIR_PHONE_MOBILE: .mobile
        case WEIR_PHONE_OTHER: .other
        default: nil
        }
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// Reads a field of characters up to its NUL.
    private static func string<Field>(_ field: Field) -> String {
        unsafe withUnsafeBytes(of: field) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
