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
    func bind(_ request: ProviderRequest) -> TransportRequest {
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
            addCredential(to: &headers, &query)
            bound.target = prefix + path
        case .page(let host, let path) where isRedirected:
            bound.target = "\(prefix)/\(host)\(path)"
        case .page(let host, let path):
            bound.origin = "https://\(host)"
            bound.target = path
            bound.maximumRedirects = ProviderRequest.maximumRedirects
        }
        bound.headers = headers
        append(query, to: &bound.target)
        return bound
    }

    private func addCredential(to headers: inout [HeaderItem], _ query: inout [QueryItem]) {
        guard let key else { return }
        switch authentication {
        case .none: break
        case .bearer: headers.append(HeaderItem(.authorization, "Bearer \(key.exposed)"))
        case .header(let name): headers.append(HeaderItem(name, key.exposed))
        case .query(let name): query.append(QueryItem(name, key.exposed))
        }
    }

    private func append(_ query: [QueryItem], to target: inout String) {
        let length = query.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 }
        target.reserveCapacity(target.utf8.count + length)
        var separator = target.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        for item in query {
            target += separator
            PercentEncoding.append(item.name, to: &target)
            target += "="
            PercentEncoding.append(item.value, to: &target)
            separator = "&"
        }
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

    static func append(_ text: String, to target: inout String) {
        // Most of what is sent needs none: a name, a domain.
        let isPlain = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            for index in bytes.indices where unsafe !isUnreserved(bytes[index]) { return false }
            return true
        }
        if isPlain == true {
            target += text
            return
        }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        target += String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
