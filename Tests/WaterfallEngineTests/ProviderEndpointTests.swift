// SPDX-License-Identifier: Apache-2.0

import Enrichment
import HTTPTypes
import Testing

@testable import WaterfallEngine

/// What goes on the wire: the place, the credential, the escaping.
struct ProviderEndpointTests {
    private func endpoint(
        _ authentication: ProviderDescriptor.Authentication = .none, base: String? = "https://api.example.com",
        key: String? = "test-key", at place: String? = nil
    ) -> ProviderEndpoint {
        ProviderEndpoint(
            ProviderDescriptor(
                id: "first", name: "First", baseURL: base, authentication: authentication, capabilities: [:]),
            ProviderSettings(keys: key.map { [Secret($0)] } ?? [], baseURL: place))
    }

    private func value(_ name: String, in bound: TransportRequest) -> String? {
        bound.headers.first { $0.name.canonicalName == name }?.value
    }

    // MARK: Credentials

    @Test func `a bearer token goes in the authorization header`() {
        let bound = endpoint(.bearer).bind(.get("/find"))
        #expect(value("authorization", in: bound) == "Bearer test-key")
        #expect(bound.target == "/find")
    }

    @Test func `a key goes in the header that the vendor names`() {
        let bound = endpoint(.header("X-Api-Key")).bind(.get("/find"))
        #expect(value("x-api-key", in: bound) == "test-key")
        #expect(value("authorization", in: bound) == nil)
    }

    @Test func `a key in the query is escaped like any other value`() {
        let bound = endpoint(.query("api_key"), key: "a&b=c d").bind(.get("/find", query: [("domain", "example.com")]))
        #expect(bound.target == "/find?domain=example.com&api_key=a%26b%3Dc%20d")
    }

    @Test(
        arguments: [
            ("api", "test-key", "YXBpOnRlc3Qta2V5"), ("api", "", "YXBpOg=="), (nil, "sid:token", "c2lkOnRva2Vu"),
            (nil, "a:b", "YTpi"), (nil, "sid:tokens?>", "c2lkOnRva2Vucz8+"), (nil, "ß:ü", "w586w7w="),
        ] as [(String?, String, String)])
    func `a password goes in the authorization header with its user`(user: String?, key: String, encoded: String) {
        let bound = endpoint(.basic(user: user), key: key).bind(.get("/find"))
        #expect(value("authorization", in: bound) == "Basic \(encoded)")
        #expect(bound.target == "/find")
    }

    @Test func `a key and its secret go in a header each`() {
        let bound = endpoint(.headers("X-Key", secret: "X-Secret"), key: "ta_1:ts:2").bind(.get("/find"))
        #expect(value("x-key", in: bound) == "ta_1")
        #expect(value("x-secret", in: bound) == "ts:2")
    }

    @Test func `an account has its place in the path, and its key in the header`() {
        let bound = endpoint(.account(header: "X-Key"), key: "4/2:test-key").bind(.get("/api/{account}/find"))
        #expect(bound.target == "/api/4%2F2/find")
        #expect(value("x-key", in: bound) == "test-key")
    }

    @Test func `client credentials are sent for a token alone, which goes as a bearer`() {
        let request = ProviderDescriptor.TokenRequest("/oauth/token", scope: "read")
        let endpoint = endpoint(.clientCredentials(request), base: "https://api.example.com/v2", key: "my id:s&cret")
        let bound = endpoint.bind(.get("/find"), token: Secret("abc"))
        #expect(value("authorization", in: bound) == "Bearer abc")
        #expect(!bound.target.contains("my"))
        let asked = endpoint.bind(request)
        #expect(asked.target == "/v2/oauth/token")
        #expect(
            String(decoding: asked.body, as: UTF8.self)
                == "grant_type=client_credentials&scope=read&client_id=my%20id&client_secret=s%26cret")
        let basic = ProviderDescriptor.TokenRequest("/oauth/token", sendsBasic: true)
        #expect(value("authorization", in: endpoint.bind(basic)) == "Basic bXkgaWQ6cyZjcmV0")
        #expect(String(decoding: endpoint.bind(basic).body, as: UTF8.self) == "grant_type=client_credentials")
    }

    @Test func `without a key nothing is added`() {
        let endpoint = endpoint(.bearer, key: nil)
        #expect(endpoint.lacksKey)
        #expect(value("authorization", in: endpoint.bind(.get("/find"))) == nil)
        #expect(!self.endpoint(.none, key: nil).lacksKey)
    }

    @Test func `a provider without authentication is sent no key`() {
        let bound = endpoint(.none).bind(.get("/find"))
        #expect(!bound.headers.contains { $0.value.contains("test-key") })
        #expect(!bound.target.contains("test-key"))
    }

    @Test func `a bound request shows nothing of itself`() {
        let bound = endpoint(.query("api_key")).bind(.get("/find", query: [("email", "jane@example.com")]))
        for text in ["\(bound)", String(reflecting: bound), "\(Array(Mirror(reflecting: bound).children))"] {
            #expect(!text.contains("test-key") && !text.contains("jane"))
        }
    }

    // MARK: Places

    @Test(arguments: [
        ("https://api.example.com", nil, "https://api.example.com", "/find"),
        ("https://api.example.com/", nil, "https://api.example.com", "/find"),
        ("https://api.example.com/v2", nil, "https://api.example.com", "/v2/find"),
        ("https://api.example.com/v2/", nil, "https://api.example.com", "/v2/find"),
        ("https://api.example.com", "http://127.0.0.1:7400", "http://127.0.0.1:7400", "/find"),
        ("https://api.example.com", "http://127.0.0.1:7400/first", "http://127.0.0.1:7400", "/first/find"),
        ("https://api.example.com/v2", "http://127.0.0.1:7400/first/", "http://127.0.0.1:7400", "/first/v2/find"),
        ("https://api.example.com/v2", "http://127.0.0.1:7400", "http://127.0.0.1:7400", "/v2/find"),
        ("https://api.example.com/a/b", "http://[::1]:80/x/y", "http://[::1]:80", "/x/y/a/b/find"),
    ])
    func `another base URL replaces scheme, host and port, and keeps the vendor's path`(
        base: String, place: String?, origin: String, target: String
    ) {
        let bound = endpoint(base: base, at: place).bind(.get("/find"))
        #expect(bound.origin == origin)
        #expect(bound.target == target)
        #expect(bound.maximumRedirects == 0)
    }

    @Test(
        arguments: [
            ProviderDescriptor.Authentication.bearer, .header("X-Api-Key"), .query("api_key"), .basic(user: nil),
        ])
    func `no credential goes to a page, wherever it is asked`(authentication: ProviderDescriptor.Authentication) {
        for place in [nil, "http://127.0.0.1:7400/website"] {
            let bound = endpoint(authentication, base: nil, at: place).bind(
                ProviderRequest(method: .get, target: .page(host: "example.com", path: "/contact")))
            #expect(!bound.headers.contains { $0.value.contains("test-key") })
            #expect(!bound.target.contains("test-key"))
        }
    }

    @Test func `a page is asked at its own host, redirects within bounds`() {
        let request = ProviderRequest(method: .get, target: .page(host: "example.com", path: "/contact"))
        let bound = endpoint(base: nil).bind(request)
        #expect(bound.origin == "https://example.com")
        #expect(bound.target == "/contact")
        #expect(bound.maximumRedirects == 5)
    }

    @Test func `with a base URL the page's host is the first step of the path`() {
        let request = ProviderRequest(method: .get, target: .page(host: "example.com", path: "/contact"))
        let bound = endpoint(base: nil, at: "http://127.0.0.1:7400/website").bind(request)
        #expect(bound.origin == "http://127.0.0.1:7400")
        #expect(bound.target == "/website/example.com/contact")
        #expect(bound.maximumRedirects == 0)
    }

    @Test func `private addresses are reached only where the configuration says so`() {
        let descriptor = ProviderDescriptor(id: "first", name: "First", capabilities: [:])
        for isAllowed in [false, true] {
            let endpoint = ProviderEndpoint(descriptor, ProviderSettings(allowsPrivateAddresses: isAllowed))
            #expect(endpoint.bind(.get("/")).allowsPrivateAddresses == isAllowed)
        }
    }

    // MARK: Queries

    @Test func `names and values are escaped, and order is kept`() {
        let request = ProviderRequest.get(
            "/find", query: [("full name", "Jane Doe"), ("q", "a+b/ü?#%"), ("none", nil), ("empty", "")])
        #expect(endpoint().bind(request).target == "/find?full%20name=Jane%20Doe&q=a%2Bb%2F%C3%BC%3F%23%25&empty=")
    }

    @Test func `a path with a query of its own is added to`() {
        #expect(endpoint().bind(.get("/find?v=1", query: [("a", "b")])).target == "/find?v=1&a=b")
    }

    @Test func `every byte but the unreserved is escaped`() {
        for byte in UInt8(0)..<128 {
            var bytes: [UInt8] = []
            PercentEncoding.append(String(UnicodeScalar(byte)), to: &bytes)
            let target = String(decoding: bytes, as: UTF8.self)
            let character = Character(UnicodeScalar(byte))
            let isUnreserved = character.isLetter || character.isNumber || "-._~".contains(character)
            #expect((target == String(character)) == isUnreserved)
            if !isUnreserved {
                let digits = String(byte, radix: 16, uppercase: true)
                #expect(target == "%" + (digits.count == 1 ? "0" : "") + digits)
            }
        }
    }

    @Test func `a request says who asks, unless its provider does`() {
        #expect(value("user-agent", in: endpoint().bind(.get("/")))?.hasPrefix("Weir/") == true)
        let own = ProviderRequest.get("/", headers: [HeaderItem(.userAgent, "Other/1")])
        #expect(endpoint().bind(own).headers.filter { $0.name == .userAgent }.map(\.value) == ["Other/1"])
    }
}
