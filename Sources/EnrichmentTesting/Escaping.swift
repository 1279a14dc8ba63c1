// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import HTTPTypes
internal import ProviderCases

extension ProviderConformance {
    private static let hostileTexts = [
        "a\r\nX-Injected: 1", "a\"b\\c", "a&b=c#d?e", "a/../../b", "Zoë 王 👩‍💻", "{first_name}",
        "%0d%0a%2e%2e", "\u{0}\u{7F}", "'; drop", "<script>", "a b+c%",
    ]

    /// Puts strange texts where the query's values go: what is sent must keep its form, whatever they are.
    public func escapingProblems() async -> [String] {
        var found: [String] = []
        for subject in subjects {
            let plain = await sent(subject.filled(with: "plain"))
            for text in Self.hostileTexts {
                let hostile = await sent(subject.filled(with: text))
                for (index, request) in hostile.enumerated() {
                    found += problems(of: request, like: plain.indices.contains(index) ? plain[index] : nil)
                }
            }
        }
        return Array(Set(found)).sorted().map { "\(definition.id): \($0)" }
    }

    private func sent(_ subject: ProviderCase.Subject) async -> [ProviderRequest] {
        let replay = ReplayExchange([])
        _ = await CaseOutcome(definition.makeProvider(), subject, ProviderClient(replay))
        return replay.sent
    }

    private func problems(of request: ProviderRequest, like plain: ProviderRequest?) -> [String] {
        var found = credentialProblems(of: request)
        switch request.target {
        case .path(let path):
            if !Self.isPath(withoutAccount(path)) { found.append("a value stands unescaped in the path") }
            if case .path(let other)? = plain?.target, Self.segments(path) != Self.segments(other) {
                found.append("a value changes how many segments the path has")
            }
        case .page(let host, let path):
            if !Self.isPath(path) { found.append("a value stands unescaped in the path") }
            if !host.utf8.allSatisfy(Self.isHost) { found.append("it asks a host that is none") }
        }
        for header in request.headers where header.value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            found.append("a control character in the header \(header.name)")
        }
        if let plain, request.query.map(\.name) != plain.query.map(\.name) {
            found.append("a value changes which parameters are sent")
        }
        return found + bodyProblems(request, like: plain)
    }

    private func bodyProblems(_ request: ProviderRequest, like plain: ProviderRequest?) -> [String] {
        let type = request.headers.first { $0.name == .contentType }?.value ?? ""
        guard type.hasPrefix("application/json"), !request.body.isEmpty else { return [] }
        guard let body = JSONDocument(request.body) else { return ["a value breaks the body's JSON"] }
        guard let plain, let other = JSONDocument(plain.body) else { return [] }
        return body.shape == other.shape ? [] : ["a value changes the form of the body"]
    }

    /// The place of an account, which the engine fills.
    private func withoutAccount(_ path: String) -> String {
        guard case .account = definition.descriptor.authentication, let place = path.firstRange(of: "{account}")
        else { return path }
        return path[..<place.lowerBound] + "account" + path[place.upperBound...]
    }

    /// RFC 3986 3.3: what may stand in a path, without dot segments.
    private static func isPath(_ path: String) -> Bool {
        path.hasPrefix("/") && path.utf8.allSatisfy(PercentEncoding.isPath)
            && !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }

    private static func segments(_ path: String) -> Int { path.split(separator: "/").count }

    private static func isHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension ProviderCase.Subject {
    /// The same subject with a text in every field that it has.
    func filled(with text: String) -> ProviderCase.Subject {
        switch self {
        case .account: return .account
        case .candidate(.phone): return .candidate(.phone(PhoneCandidate(text, type: .other)))
        case .candidate(.email): return .candidate(.email(EmailCandidate(text, grade: .unverified)))
        case .query(var query):
            if query.firstName != nil { query.firstName = text }
            if query.lastName != nil { query.lastName = text }
            if query.fullName != nil { query.fullName = text }
            if query.companyName != nil { query.companyName = text }
            if query.domain != nil { query.domain = text }
            if query.email != nil { query.email = text }
            if query.title != nil { query.title = text }
            if query.country != nil { query.country = text }
            if query.linkedInURL != nil { query.linkedInURL = "https://www.linkedin.com/in/\(text)" }
            return .query(query)
        }
    }
}

extension JSONDocument {
    /// The document with every text and number gone: its form.
    var shape: JSONDocument {
        switch self {
        case .array(let elements): .array(elements.map(\.shape))
        case .object(let members): .object(members.mapValues(\.shape))
        case .string: .string("")
        case .integer, .number: .integer(0)
        case .null, .bool: self
        }
    }
}
