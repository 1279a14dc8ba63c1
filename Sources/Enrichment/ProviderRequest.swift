// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// What a provider wants sent: a path below its base URL, or a whole URL, and never a credential.
public struct ProviderRequest: Sendable, Hashable {
    /// Where a request goes.
    public enum Target: Sendable, Hashable {
        /// A path below the descriptor's base URL, starting with `/`, already percent-encoded where it has data in it.
        case path(String)
        /// A page of a host that the prospect names: no credential goes along, redirects are followed within
        /// `maximumRedirects`, each checked by the address rule again.
        case page(host: String, path: String)
    }

    public var method: HTTPRequest.Method
    public var target: Target
    /// Names and values as they are; percent-encoded by the engine. Order is kept.
    public var query: [QueryItem]
    public var headers: [HeaderItem]
    public var body: [UInt8]

    /// Redirects that a `page` target follows.
    public static let maximumRedirects = 5

    public init(
        method: HTTPRequest.Method, target: Target, query: [QueryItem] = [], headers: [HeaderItem] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// Returns a GET of a path. Items whose value is nil are left out.
    public static func get(_ path: String, query: [(String, String?)] = [], headers: [HeaderItem] = []) -> Self {
        ProviderRequest(method: .get, target: .path(path), query: items(query), headers: headers)
    }

    /// Returns a POST of a JSON body to a path. Items whose value is nil are left out.
    public static func post(
        _ path: String, query: [(String, String?)] = [], headers: [HeaderItem] = [], json: JSONValue,
        contentType: String = "application/json"
    ) -> Self {
        ProviderRequest(
            method: .post, target: .path(path), query: items(query),
            headers: [HeaderItem(.contentType, contentType)] + headers, body: json.serialized())
    }

    /// Returns a POST of a form to a path. Fields whose value is nil are left out.
    public static func post(_ path: String, form: [(String, String?)], headers: [HeaderItem] = []) -> Self {
        var body: [UInt8] = []
        PercentEncoding.append(items(form), to: &body)
        return ProviderRequest(
            method: .post, target: .path(path),
            headers: [HeaderItem(.contentType, "application/x-www-form-urlencoded")] + headers, body: body)
    }

    private static func items(_ query: [(String, String?)]) -> [QueryItem] {
        query.compactMap { name, value in value.map { QueryItem(name, $0) } }
    }
}

/// One item of a URL's query, not encoded.
public struct QueryItem: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One header. A value with CR, LF or NUL is refused when it is sent (`TransportError.Kind.refused`).
public struct HeaderItem: Sendable, Hashable {
    public var name: HTTPField.Name
    public var value: String

    public init(_ name: HTTPField.Name, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Makes one of a header of a vendor's own. A name that HTTP doesn't allow is a programmer's error.
    public init(own name: StaticString, _ value: String) {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("not the name of an HTTP field") }
        self.init(name, value)
    }
}
