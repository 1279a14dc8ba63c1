// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import HTTPTypes

/// Turns what a provider wants sent into what goes on the wire: the place, the credential, the escaping by position.
struct ProviderEndpoint: Sendable {
    static let userAgent = "Weir/0.1 (+https://example.com/weir)"

    private let pool: ConnectionPoolID
    private let authentication: ProviderDescriptor.Authentication
    private let key: Secret?
    private let origin: String
    private let prefix: String
    /// True where the configuration sends every call, those to pages too, to one place.
    private let isRedirected: Bool
    private let allowsPrivateAddresses: Bool

    /// - Parameter keyNumber: which of the configured keys it sends.
    init(_ descriptor: ProviderDescriptor, _ settings: ProviderSettings, keyNumber: Int = 0) {
        pool = ConnectionPoolID(provider: descriptor.id, credential: keyNumber)
        authentication = descriptor.authentication
        key = settings.keys.indices.contains(keyNumber) ? settings.keys[keyNumber] : nil
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
            pool: pool, allowsPrivateAddresses: allowsPrivateAddresses)
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
        var body: [UInt8] = []
        PercentEncoding.append(form, to: &body)
        return TransportRequest(
            method: .post, origin: origin, target: prefix + request.path, headers: headers, body: body, pool: pool,
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
        bytes.append(bytes.contains(UInt8(ascii: "?")) ? UInt8(ascii: "&") : UInt8(ascii: "?"))
        PercentEncoding.append(query, to: &bytes)
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
