// SPDX-License-Identifier: Apache-2.0

/// A person's public LinkedIn profile in normal form: `https://www.linkedin.com/in/<handle>`.
///
/// Read are links of every country host and of the mobile site, with or without a scheme, with tracking queries and a
/// language at the end, and the `/pub/` links of before 2015. Links to companies, to Sales Navigator and Recruiter, and
/// shortened links are refused: they don't name a public profile.
public struct LinkedInURL: Sendable, Hashable {
    /// The part after `/in/`: percent-decoded, composed (NFC), lower case.
    public let handle: String

    /// Characters of a handle.
    public static let maximumHandleLength = 200

    /// Reads a link; nil where it is not one to a public profile.
    public init?(_ text: String) {
        guard let url = try? LinkedInURL(parsing: text) else { return nil }
        self = url
    }

    /// Reads a link.
    ///
    /// - Throws: what is wrong, and which link to copy instead.
    public init(parsing text: String) throws(IdentityError) {
        let address = try WebAddress(text, for: .linkedIn)
        try Self.checkHost(address.host.lowercased())
        if let plain = PlainText.handle(ofPath: address.path) {
            handle = plain
            return
        }
        var steps = address.path.split(separator: "/").map(String.init)
        if let first = steps.first, Self.wrappers.contains(first.lowercased()) { steps.removeFirst() }
        guard let kind = steps.first?.lowercased() else {
            throw IdentityError(.linkedIn, .wrongLink, Self.wanted)
        }
        steps.removeFirst()
        switch kind {
        case "in": handle = try Self.normalised(steps.first ?? "")
        case "pub": handle = try Self.normalised(try Self.modern(steps))
        case "company", "school", "showcase", "organization":
            throw IdentityError(
                .linkedIn, .wrongLink, "this is a company's page: a person's link has /in/ in it")
        case "sales", "talent", "recruiter", "hire":
            throw IdentityError(
                .linkedIn, .wrongLink,
                "this link works inside Sales Navigator or Recruiter only: open the profile and copy its public link")
        default: throw IdentityError(.linkedIn, .wrongLink, Self.wanted)
        }
    }

    /// The link in normal form.
    public var absoluteString: String { "https://www.linkedin.com/in/\(handle)" }

    /// True for LinkedIn's internal member ids (`ACoAA...`), which stand beside a person's public handle: two links of
    /// different forms may be the same person.
    public var isMemberID: Bool { Self.isMemberID(handle) }

    private static let wanted: StaticString =
        "this is not a person's profile: its link looks like https://www.linkedin.com/in/jane-doe"
    /// First steps of the path that only wrap the profile's own.
    private static let wrappers: Set<String> = ["mwlite", "m", "authwall"]

    private static func checkHost(_ host: String) throws(IdentityError) {
        if host == "www.linkedin.com" { return }
        if host == "lnkd.in" || host == "linked.in" {
            throw IdentityError(
                .linkedIn, .wrongLink, "this is a shortened link: open it and copy the profile's own link")
        }
        guard host == "linkedin.com" || host.hasSuffix(".linkedin.com") else {
            throw IdentityError(.linkedIn, .wrongLink, Self.wanted)
        }
        let prefix = host.dropLast("linkedin.com".count).dropLast()
        guard prefix.isEmpty || ["www", "m", "touch"].contains(prefix) || isCountry(prefix) else {
            throw IdentityError(.linkedIn, .wrongLink, Self.wanted)
        }
    }

    private static func isCountry(_ label: Substring) -> Bool {
        label.count == 2 && label.allSatisfy { $0.isASCII && $0.isLetter }
    }

    /// Old links were `/pub/<name>/<a>/<b>/<c>`; LinkedIn leads them to `/in/<name>-<c><b><a>`, `b` and `c` padded to
    /// three digits, and an `a` of zero left out.
    private static func modern(_ steps: [String]) throws(IdentityError) -> String {
        guard steps.count >= 4, steps[1...3].allSatisfy({ isHexadecimal($0, upTo: 3) }) else {
            throw IdentityError(
                .linkedIn, .malformed, "an old /pub/ link has a name and three numbers: copy the profile's new link")
        }
        func padded(_ digits: String) -> String {
            String(repeating: "0", count: 3 - digits.count) + digits
        }
        let first = steps[1].allSatisfy { $0 == "0" } ? "" : steps[1]
        return "\(steps[0])-\(padded(steps[3]))\(padded(steps[2]))\(first)"
    }

    private static func isHexadecimal(_ text: String, upTo length: Int) -> Bool {
        (1...length).contains(text.utf8.count) && text.utf8.allSatisfy { hexadecimal($0) != nil }
    }

    private static func normalised(_ encoded: String) throws(IdentityError) -> String {
        guard let decoded = percentDecoded(encoded) else {
            throw IdentityError(.linkedIn, .invalidCharacter, "the percent signs of the link don't decode to text")
        }
        let composed = UnicodeForms.composed(decoded.trimmed)
        let handle = isMemberID(composed) ? composed : UnicodeForms.composed(composed.lowercased())
        guard !handle.isEmpty else {
            throw IdentityError(.linkedIn, .empty, "nothing follows /in/: copy the profile's whole link")
        }
        guard handle.count <= maximumHandleLength else {
            throw IdentityError(.linkedIn, .tooLong, "the part after /in/ has more than 200 characters")
        }
        // A mark that comes first would melt with the slash before it.
        guard handle.unicodeScalars.first?.properties.isGraphemeExtend == false,
            handle.unicodeScalars.allSatisfy(isAllowed)
        else {
            throw IdentityError(.linkedIn, .invalidCharacter, "the part after /in/ has characters no profile has")
        }
        return handle
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        // Handles that LinkedIn made of a name may hold an emoji; none holds ASCII beyond these.
        guard !scalar.isASCII else {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar) || "-_.'".unicodeScalars.contains(scalar)
        }
        return !scalar.isControl && !scalar.isBlank && scalar.properties.generalCategory != .unassigned
    }

    private static func isMemberID(_ handle: String) -> Bool {
        let bytes = Array(handle.utf8)
        guard bytes.count >= 35, bytes[0] == UInt8(ascii: "A"), handle.dropFirst(3).hasPrefix("AA") else {
            return false
        }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    private static func percentDecoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension LinkedInURL: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind of thing alone: a profile is personal data.
    public var description: String { "a LinkedIn profile" }
    public var debugDescription: String { description }
}
