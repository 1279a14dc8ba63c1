// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import HTTPTypes

/// Turns what a provider wants sent into what goes on the wire: the place, the credential, the escaping by position.
struct ProviderEndpoint: Sendable {
    static let userAgent = "Weir/0.1 (+https://example.com/weir)"

    private let provider: ProviderID
    private let authentication: ProviderDescriptor.Authentication
    private let key: Secret?
    private let origin: String
    private let prefix: String
    /// True where the configuration sends every call, those to pages too, to one place.
    private let isRedirected: Bool
    private let allowsPrivateAddresses: Bool

    init(_ descriptor: ProviderDescriptor, _ settings: ProviderSettings) {
        provider = descriptor.id
        authentication = descriptor.authentication
        key = settings.key
        allowsPrivateAddresses = settings.allowsPrivateAddresses
        let own = Self.split(descriptor.baseURL ?? "")
        let place = settings.baseURL.map(Self.split)
        isRedirected = place != nil
        origin = place?.origin ?? own.origin
        // Another place keeps the vendor's own paths, below a prefix of its own.
        prefix = (place?.prefix ?? "") + own.prefix
    }

    /// True where the provider needs a key and none is configured.
    var lacksKey: Bool { authentication != .none && key == nil }

    /// Returns the request with place and credential.
    ///
    /// - Parameter token: of a provider with client credentials.
    func bind(_ request: ProviderRequest, token: Secret? = nil) -> TransportRequest {
        var query = request.query
        var headers = request.headers
        if !headers.contains(where: { $0.name == .userAgent }) {
            headers.append(HeaderItem(.userAgent, Self.userAgent))
        }
        var bound = TransportRequest(
            method: request.method, origin: origin, target: "", body: request.body,
            pool: ConnectionPoolID(provider: provider), allowsPrivateAddresses: allowsPrivateAddresses)
        switch request.target {
        case .path(let path):
            addCredential(to: &headers, &query, token)
            bound.target = target(prefix + withAccount(path), query)
        case .page(let host, let path) where isRedirected:
            bound.target = target("\(prefix)/\(host)\(path)", query)
        case .page(let host, let path):
            bound.origin = "https://\(host)"
            bound.target = target(path, query)
            bound.maximumRedirects = ProviderRequest.maximumRedirects
        }
        bound.headers = headers
        return bound
    }

    /// Returns the request for an access token.
    func bind(_ request: ProviderDescriptor.TokenRequest) -> TransportRequest {
        let credentials = key?.halves ?? (Secret(""), Secret(""))
        var form = [QueryItem("grant_type", "client_credentials")]
        var headers = [
            HeaderItem(.contentType, "application/x-www-form-urlencoded"), HeaderItem(.userAgent, Self.userAgent),
        ]
        if let scope = request.scope { form.append(QueryItem("scope", scope)) }
        if request.sendsBasic {
            let pair = "\(credentials.0.exposed):\(credentials.1.exposed)"
            headers.append(HeaderItem(.authorization, "Basic \(Base64.encoded(pair))"))
        } else {
            form.append(QueryItem("client_id", credentials.0.exposed))
            form.append(QueryItem("client_secret", credentials.1.exposed))
        }
        return TransportRequest(
            method: .post, origin: origin, target: prefix + request.path, headers: headers,
            body: Array(target("", form).utf8.dropFirst()), pool: ConnectionPoolID(provider: provider),
            allowsPrivateAddresses: allowsPrivateAddresses)
    }

    /// The account of a key `account:key` has its place in the path.
    private func withAccount(_ path: String) -> String {
        guard case .account = authentication, let key, let place = path.firstRange(of: "{account}") else { return path }
        var bytes: [UInt8] = []
        PercentEncoding.append(key.halves.first.exposed, to: &bytes)
        return path[..<place.lowerBound] + String(decoding: bytes, as: UTF8.self) + path[place.upperBound...]
    }

    private func addCredential(to headers: inout [HeaderItem], _ query: inout [QueryItem], _ token: Secret?) {
        guard let key else { return }
        switch authentication {
        case .none: break
        case .bearer: headers.append(HeaderItem(.authorization, "Bearer \(key.exposed)"))
        case .header(let name): headers.append(HeaderItem(name, key.exposed))
        case .query(let name): query.append(QueryItem(name, key.exposed))
        case .basic(let user):
            let credentials = user.map { "\($0):\(key.exposed)" } ?? key.exposed
            headers.append(HeaderItem(.authorization, "Basic \(Base64.encoded(credentials))"))
        case .headers(let name, let secret):
            let halves = key.halves
            headers += [HeaderItem(name, halves.first.exposed), HeaderItem(secret, halves.second.exposed)]
        case .account(let name): headers.append(HeaderItem(name, key.halves.second.exposed))
        case .clientCredentials:
            if let token { headers.append(HeaderItem(.authorization, "Bearer \(token.exposed)")) }
        }
    }

    /// Puts path and query together, as bytes: a string that grows is copied at every part.
    private func target(_ path: String, _ query: [QueryItem]) -> String {
        guard !query.isEmpty else { return path }
        let length = query.reduce(path.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        bytes.append(contentsOf: path.utf8)
        var separator = bytes.contains(UInt8(ascii: "?")) ? UInt8(ascii: "&") : UInt8(ascii: "?")
        for item in query {
            bytes.append(separator)
            PercentEncoding.append(item.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            PercentEncoding.append(item.value, to: &bytes)
            separator = UInt8(ascii: "&")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Splits `https://host:port/prefix/` into `https://host:port` and `/prefix`.
    private static func split(_ base: String) -> (origin: String, prefix: String) {
        let parts = base.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return (base, "") }
        let origin = parts[0..<3].joined(separator: "/")
        guard parts.count == 4 else { return (origin, "") }
        let path = parts[3].reversed().drop { $0 == "/" }.reversed()
        return (origin, path.isEmpty ? "" : "/" + String(path))
    }
}

/// Percent-encoding of one query name, value or path segment (RFC 3986, 2.3): all but unreserved characters.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func append(_ text: String, to bytes: inout [UInt8]) {
        // Most of what is sent needs none: a name, a domain.
        guard !unreserved.holdsAll(of: text) else { return bytes.append(contentsOf: text.utf8) }
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
    }

    private static let unreserved = ByteSet { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// Base64 with padding (RFC 4648, 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                let digit = alphabet[bits >> (18 - 6 * place) & 63]
                encoded.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
