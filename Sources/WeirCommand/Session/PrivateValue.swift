// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import Verification
internal import WaterfallEngine

/// Reading what a user wants suppressed or erased: emails, domains, numbers, profiles, and names at a domain.
struct PrivateValue {
    /// The country of numbers without a country code.
    var region: String?

    /// Reads a value; its kind is told by its form where it is not given.
    ///
    /// - Throws: what is wrong with it, without showing it.
    func read(_ text: String, kind: SuppressionKind? = nil) throws -> SuppressionValue {
        let kind = kind ?? Self.kind(of: text)
        let failure = CommandFailure(
            .usage, "this is no \(Self.words(kind))", hint: "--kind says what a value is: \(Self.kinds)")
        switch kind {
        case .email:
            guard EmailAddress(text) != nil else { throw failure }
            return .email(text)
        case .domain:
            let host = text.hasPrefix("@") ? String(text.dropFirst()) : text
            guard Domain(host) != nil, let value = SuppressionValue.domain(of: host) else { throw failure }
            return value
        case .phone:
            guard let number = number(text) else { throw failure }
            return SuppressionValue(.phone, key: number)
        case .linkedIn:
            guard let url = LinkedInURL(text) else { throw failure }
            return SuppressionValue(.linkedIn, key: url.absoluteString)
        case .person:
            let parts = text.split(separator: ",").map(String.init)
            guard parts.count == 2,
                let prospect = try? ProspectInput(name: parts[0], domain: parts[1]).normalised(),
                let key = prospect.keys.nameAtDomain
            else { throw failure }
            return SuppressionValue(.person, key: key)
        }
    }

    /// A number in E.164; nil where the text is none.
    func number(_ text: String) -> String? {
        let verdict = LibPhoneNumber(defaultRegion: region).verdict(on: PhoneCandidate(text, type: .other))
        return verdict.number?.e164
    }

    private static func kind(of text: String) -> SuppressionKind {
        if text.lowercased().contains("linkedin.com/") { return .linkedIn }
        if text.hasPrefix("@") { return .domain }
        if text.contains("@") { return .email }
        if text.contains(",") { return .person }
        let digits = text.count { $0.isASCII && $0.isNumber }
        return digits >= 7 && !text.contains { $0.isLetter } ? .phone : .domain
    }

    private static func words(_ kind: SuppressionKind) -> String {
        switch kind {
        case .email: "email address"
        case .domain: "domain"
        case .phone: "phone number with its country code"
        case .linkedIn: "LinkedIn profile"
        case .person: "name and domain, such as \"Jane Doe, example.com\""
        }
    }

    static let kinds = SuppressionKind.allCases.map(\.rawValue).joined(separator: ", ")
}

/// The first column of a file: a value a line, or a table in CSV.
enum FirstColumn {
    /// Reads the values, quotes taken off, empty lines and comments left out.
    static func values(of bytes: [UInt8]) -> [String] {
        var text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            let value = first(of: line).trimmingPrefix(while: \.isWhitespace)
            let end = value.lastIndex { !$0.isWhitespace }
            guard let end, value.first != "#" else { return nil }
            return String(value[...end])
        }
    }

    private static func first(of line: Substring) -> String {
        let start = line.drop { $0 == " " }
        guard start.first == "\"" else {
            return String(start.prefix { $0 != "," && $0 != ";" && $0 != "\t" })
        }
        var value = ""
        var rest = start.dropFirst()
        while let character = rest.popFirst() {
            guard character == "\"" else {
                value.append(character)
                continue
            }
            guard rest.first == "\"" else { break }
            value.append("\"")
            rest = rest.dropFirst()
        }
        return value
    }
}
