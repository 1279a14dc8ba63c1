// SPDX-License-Identifier: Apache-2.0

internal import BuiltInProviders
internal import Enrichment

/// The files of a new provider: a module that builds, and cases that it passes. What its vendor really does is then
/// written over it.
struct ProviderScaffold {
    /// A file to write, by its path below the folder that is asked for.
    struct File: Hashable {
        let path: String
        let text: String
    }

    let name: ProviderName

    /// The facts that the scaffold's source states, for its generated page.
    private var facts: ProviderDescriptor {
        ProviderDescriptor(
            id: name.id, name: name.spelling, documentation: documentation, baseURL: address, authentication: .bearer,
            capabilities: [
                .email: CapabilityDescriptor(
                    inputs: [[.firstName, .lastName, .domain]],
                    price: VendorPrice(.found, Amount(1, "\(name.id)_credits")))
            ],
            limits: [RateLimit(10, per: .seconds(1))])
    }

    private var host: String { "api.\(name.id.rawValue.replacing("_", with: "-")).example" }
    private var address: String { "https://\(host)" }
    private var documentation: String { "https://\(host)/docs" }

    // MARK: Inside Weir's repository

    /// The files of a built-in provider.
    var builtIn: [File] {
        [
            File(path: "Providers/\(name.folder)/\(name.folder).swift", text: source),
            File(path: "Providers/\(name.folder)/README.md", text: page),
        ] + cases.map { File(path: "Fixtures/providers/\(name.id)/\($0.path)", text: $0.text) }
    }

    /// Returns the manifest with the provider in its list, in order; nil where there is no list.
    func manifest(_ text: String) -> String? {
        inserted("    \"\(name.folder)\",", into: text, after: "let providers = [", before: "]")
    }

    /// Returns the catalogue with the provider's import and definition, in order; nil where it has neither.
    func catalogue(_ text: String) -> String? {
        let line = "internal import \(name.folder)Provider"
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let module = { (line: String) in line.split(separator: " ").last.map(String.init) ?? "" }
        guard let first = lines.firstIndex(where: { $0.contains("import ") }) else { return nil }
        let imports = lines[first...].prefix { $0.contains("import ") }
        let place = imports.firstIndex { module($0) > module(line) } ?? imports.endIndex
        lines.insert(line, at: place)
        return inserted(
            "        .\(name.member),", into: lines.joined(separator: "\n"), after: "ProviderCatalog([", before: "])")
    }

    private func inserted(_ line: String, into text: String, after start: String, before end: String) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.firstIndex(where: { $0.contains(start) }),
            let last = lines[(first + 1)...].firstIndex(where: { $0.hasSuffix(end) })
        else { return nil }
        let place = lines[(first + 1)..<last].firstIndex { $0.lowercased() > line.lowercased() } ?? last
        lines.insert(line, at: place)
        return lines.joined(separator: "\n")
    }

    private var page: String {
        """
        # \(name.spelling)

        Finds a work email by name and domain.

        \(ProviderPage.start)
        \(ProviderPage.markdown(for: facts))
        \(ProviderPage.end)

        ## Quirks

        - A person who is not known is a 404.

        ## Sources

        - <\(documentation)>, to be read: every fact here comes from the scaffold

        """
    }

    // MARK: A package outside

    /// The files of a package that has the whole command with the provider in it.
    ///
    /// - Parameter dependency: the manifest's line for Weir.
    func package(dependency: String) -> [File] {
        let command = "\(name.id.rawValue.replacing("_", with: "-"))-weir"
        let module = "\(name.folder)Provider"
        return [
            File(path: "Package.swift", text: manifest(command: command, module: module, dependency: dependency)),
            File(path: "Sources/\(module)/\(name.folder).swift", text: source),
            File(path: "Sources/\(command)/Main.swift", text: main(module: module)),
            File(path: "Tests/\(module)Tests/\(name.folder)Tests.swift", text: tests(module: module)),
        ] + cases.map { File(path: "Tests/\(module)Tests/Cases/\($0.path)", text: $0.text) }
    }

    private func manifest(command: String, module: String, dependency: String) -> String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(command)",
            platforms: [.macOS(.v15)],
            products: [.executable(name: "\(command)", targets: ["\(command)"])],
            dependencies: [\(dependency)],
            targets: [
                .target(name: "\(module)", dependencies: [.product(name: "Enrichment", package: "weir")]),
                .executableTarget(
                    name: "\(command)", dependencies: ["\(module)", .product(name: "WeirCommand", package: "weir")]),
                .testTarget(
                    name: "\(module)Tests",
                    dependencies: [
                        "\(module)", .product(name: "Enrichment", package: "weir"),
                        .product(name: "EnrichmentTesting", package: "weir"),
                    ],
                    resources: [.copy("Cases")]),
            ],
            swiftLanguageModes: [.v6]
        )

        """
    }

    private func main(module: String) -> String {
        """
        import \(module)
        import WeirCommand

        /// `weir`, and \(name.spelling) in it.
        @main struct Main {
            static func main() async { await Weir.main(providers: .builtIn.adding(.\(name.member))) }
        }

        """
    }

    private func tests(module: String) -> String {
        """
        import \(module)
        import Enrichment
        import EnrichmentTesting
        import Foundation
        import Testing

        @Suite struct \(name.folder)Tests {
            static let cases: [ProviderCase] = {
                let folder = Bundle.module.bundleURL.appendingPathComponent("Cases")
                let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
                return files.sorted().compactMap { name in
                    let bytes = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
                    return bytes.flatMap { try? ProviderCase(json: Array($0)) }
                }
            }()

            @Test func `every case is read`() { #expect(Self.cases.count >= 8) }

            @Test func `\(name.spelling) conforms`() async {
                #expect(await ProviderConformance(.\(name.member), cases: Self.cases).problems() == [])
            }
        }

        """
    }

    // MARK: What both have

    private var source: String {
        """
        // SPDX-License-Identifier: Apache-2.0

        public import Enrichment

        extension ProviderDefinition {
            /// \(name.spelling): work emails by name and domain.
            public static let \(name.member) = ProviderDefinition(\(name.folder).facts) { \(name.folder)() }
        }

        /// - A person who is not known is a 404.
        struct \(name.folder): ExchangeProvider {
            static let facts = ProviderDescriptor(
                id: "\(name.id)", name: "\(name.spelling)", documentation: "\(documentation)",
                baseURL: "\(address)", authentication: .bearer,
                capabilities: [
                    .email: CapabilityDescriptor(
                        inputs: [[.firstName, .lastName, .domain]],
                        price: VendorPrice(.found, Amount(1, "\(name.id)_credits")))
                ],
                limits: [RateLimit(10, per: .seconds(1))])

            var descriptor: ProviderDescriptor { Self.facts }

            func request(for query: ContactQuery) throws(ProviderError) -> ProviderRequest {
                .get(
                    "/v1/people",
                    query: [("first_name", query.firstName), ("last_name", query.lastName), ("domain", query.domain)])
            }

            func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
                if reply.status == 404 { return .miss }
                if let failure = reply.failure { throw failure }
                return try reply.json { json in
                    guard let address = json["email"].text else { return .miss }
                    let isVerified = json["verified"].bool ?? false
                    return ProviderAnswer(
                        emails: [EmailCandidate(address, grade: isVerified ? .verified : .unverified)])
                }
            }
        }

        """
    }

    /// Eight cases: each way that an exchange can end.
    private var cases: [File] { cases(headers: nil) }

    /// - Parameter headers: those that a request must have, as JSON; nil where the key is the engine's.
    private func cases(headers: String?) -> [File] {
        let email = #"{"email": "jane.doe@example.com", "verified": "#
        func hit(_ grade: String) -> String {
            #""answer": {"emails": [{"address": "jane.doe@example.com", "grade": "\#(grade)"}]}"#
        }
        func example(_ file: String, _ title: String, _ status: Int, _ body: String, _ expected: String) -> File {
            self.example(file, title, headers, status, body, expected)
        }
        return [
            example("hit-verified", "a verified address", 200, "\(email)true}", hit("verified")),
            example("hit-unverified", "an address that is not verified", 200, "\(email)false}", hit("unverified")),
            example("miss", "a person who is not known", 404, #"{"error": "not found"}"#, #""answer": {}"#),
            example("miss-null", "a person without an address", 200, #"{"email": null}"#, #""answer": {}"#),
            example("unauthorized", "a bad key", 401, #"{"error": "key"}"#, #""error": {"kind": "unauthorized"}"#),
            example(
                "out-of-credits", "no credits left", 402, #"{"error": "pay"}"#,
                #""error": {"kind": "out_of_credits"}"#),
            example("throttled", "too many calls", 429, "{}", #""error": {"kind": "throttled"}"#),
            example("malformed", "a page instead of a person", 200, #""#, #""error": {"kind": "malformed_reply"}"#),
        ]
    }

    private func example(
        _ file: String, _ title: String, _ headers: String?, _ status: Int, _ body: String, _ expected: String
    ) -> File {
        let more = headers.map { ",\n        \"headers\": \($0)" } ?? ""
        let content = body.isEmpty ? #""text": "<html>""# : "\"json\": \(body)"
        return File(
            path: "\(file).json",
            text: """
                {
                  "name": "\(title)",
                  "source": "scaffold: replace by the vendor's document and the day it was read",
                  "confidence": "memory",
                  "capability": "email",
                  "query": {"first_name": "Jane", "last_name": "Doe", "domain": "example.com"},
                  "exchanges": [
                    {
                      "request": {
                        "method": "GET",
                        "path": "/v1/people",
                        "query": {"first_name": "Jane", "last_name": "Doe", "domain": "example.com"}\(more)
                      },
                      "reply": {"status": \(status), \(content)}
                    }
                  ],
                  \(expected)
                }

                """)
    }

    // MARK: In the configuration

    /// The folder of the cases of a provider in `weir.yaml`, beside that.
    var caseFolder: String { "cases/\(name.id)" }

    /// The cases of a provider in `weir.yaml`. The variable of its key stands for itself.
    var declaredCases: [File] {
        cases(headers: #"{"Authorization": "Bearer ${\#(name.keyVariable)}"}"#)
            .map { File(path: "\(caseFolder)/\($0.path)", text: $0.text) }
    }

    /// A provider that is written in `weir.yaml`, to be put under `providers:`.
    var yaml: String {
        """
          \(name.id):
            type: http
            name: \(name.spelling)
            documentation: \(documentation)
            capabilities: [email]
            request:
              url: \(address)/v1/people
              query: { first_name: "{first_name}", last_name: "{last_name}", domain: "{domain}", title: "{title?}" }
              headers: { Authorization: "Bearer ${\(name.keyVariable)}" }
            answer:                       # jq programs over the answer's JSON
              email: .email
              status: 'if .verified then "verified" else "unverified" end'
            statuses: { 404: no_match }   # 401, 402, 429 and 5xx have their common meaning
            cases: \(caseFolder)         # run by `weir test`
            rate: 10/s
            cost: { per: found, amount: 1 \(name.id)_credits }
        """
    }
}
