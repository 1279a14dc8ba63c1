// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The keys of `token:`, by which a declared provider asks for an access token (RFC 6749, 4.4).
enum DeclaredTokenKeys {
    static let path = Key(
        "path", Shape<String>.text("a path such as /oauth/token"),
        "Where tokens are given, below the host of `request: url`.", isRequired: true)
    static let scope = Key("scope", Shape<String>.text("a scope"), "The scope that is asked for.")
    static let basic = Key(
        "basic", .boolean, "Id and secret go as HTTP Basic, and not as fields of the form.", standard: "false")

    static let object = ObjectShape(words: "a token", keys: [path.erased, scope.erased, basic.erased])

    static func request(_ fields: Fields) -> ProviderDescriptor.TokenRequest? {
        fields[path].map {
            ProviderDescriptor.TokenRequest($0, scope: fields[scope], sendsBasic: fields[basic] ?? false)
        }
    }
}
