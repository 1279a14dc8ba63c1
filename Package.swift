// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// The providers that are built in, by folder name under `Providers/`. `weir providers new` adds a line here and
/// one in `Sources/BuiltInProviders`; `RepositoryTests` holds folders, manifest and catalogue together.
/// The folder is not scanned: SwiftPM caches the evaluated manifest, and a new folder would silently not be built.
let providers = [
    "AbstractAPI",
    "AccountStore",
    "AnymailFinder",
    "Apollo",
    "BetterContact",
    "Bouncer",
    "Cognism",
    "ContactOut",
    "Coresignal",
    "Datagma",
    "DeBounce",
    "Dropcontact",
    "Emailable",
    "Enrow",
    "Findymail",
    "Forager",
    "FullContact",
    "FullEnrich",
    "GetProspect",
    "GooglePlaces",
    "GooglePlacesLegacy",
    "Hunter",
    "Icypeas",
    "Kaspr",
    "Kickbox",
    "LeadMagic",
    "Lusha",
    "Mailgun",
    "MillionVerifier",
    "NeverBounce",
    "Numverify",
    "Nymeria",
    "PeopleDataLabs",
    "Prospeo",
    "Reacher",
    "RocketReach",
    "Skrapp",
    "Snov",
    "Surfe",
    "Tomba",
    "Twilio",
    "Veriphone",
    "VoilaNorbert",
    "Website",
    "Wiza",
    "ZeroBounce",
    "ZoomInfo",
]

/// What a provider's target needs beside `Enrichment`: an HTML parser for the one that reads web pages.
let providerExtras: [String: [Target.Dependency]] = ["Website": ["CLibXML2"]]

/// The one settings block of every Swift target.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let cxxSettings: [CXXSetting] = [.define("NDEBUG")]

func swift(
    _ name: String, path: String? = nil, exclude: [String] = [], resources: [Resource]? = nil,
    _ dependencies: [Target.Dependency]
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, exclude: exclude, resources: resources,
        swiftSettings: settings)
}

func tests(_ name: String, resources: [Resource]? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let nio: [Target.Dependency] =
    ["NIOCore", "NIOPosix", "NIOTLS"].map { .product(name: $0, package: "swift-nio") }
    + [.product(name: "NIOSOCKS", package: "swift-nio-extras")]
    + [.product(name: "NIOSSL", package: "swift-nio-ssl")]
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let providerTargets = providers.map { name in
    swift(
        "\(name)Provider", path: "Providers/\(name)", exclude: ["README.md"],
        ["Enrichment", httpTypes] + providerExtras[name, default: []])
}
let providerModules = providers.map { Target.Dependency(stringLiteral: "\($0)Provider") }

let package = Package(
    name: "weir",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Enrichment", targets: ["Enrichment"]),
        .library(name: "EnrichmentTesting", targets: ["EnrichmentTesting"]),
        .library(name: "WeirCommand", targets: ["WeirCommand"]),
        // For programs that embed the engine without the command, such as `Tests/Benchmarks`.
        .library(name: "WaterfallEngine", targets: ["WaterfallEngine"]),
        .library(name: "CurlTransport", targets: ["CurlTransport"]),
        .library(name: "CurlMail", targets: ["CurlMail"]),
        .library(name: "SQLStore", targets: ["SQLStore"]),
        .library(name: "Identity", targets: ["Identity"]),
        .library(name: "Bounces", targets: ["Bounces"]),
        .library(name: "Verification", targets: ["Verification"]),
        .executable(name: "weir", targets: ["weir"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries: a module map and typed shims each, from Debian's packages.
        system("CAres", pkgConfig: "libcares", apt: "libc-ares-dev"),
        system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CCSV", apt: "libcsv-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CGMime", pkgConfig: "gmime-3.0", apt: "libgmime-3.0-dev"),
        system("CIDN2", pkgConfig: "libidn2", apt: "libidn2-dev"),
        system("CJQ", apt: "libjq-dev"),
        system("CLibXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev"),
        system("CPSL", pkgConfig: "libpsl", apt: "libpsl-dev"),
        system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        .target(
            name: "CSimdJSON", cxxSettings: cxxSettings, linkerSettings: [.linkedLibrary("simdjson")]),
        // Files that are part of the program.
        .target(name: "CVerificationData", exclude: ["README.md", "LICENSE.free-mail-domains"]),
        .target(
            name: "CPhoneNumber", cxxSettings: cxxSettings, linkerSettings: [.linkedLibrary("phonenumber")]),

        // The vocabulary, and what is built on it alone.
        swift("Enrichment", ["CSimdJSON", httpTypes]),
        swift("Identity", ["Enrichment", "CPSL", "CIDN2"]),
        swift("Tables", ["Enrichment", "CCSV"]),
        swift("DeclarativeProvider", ["Enrichment", "CJQ", httpTypes]),
        swift("ProviderCases", ["Enrichment", httpTypes]),
        swift("Bounces", ["Enrichment", "CGMime"]),
        swift("CurlTransport", ["Enrichment", "CCurl", httpTypes]),
        swift(
            "Verification", ["Enrichment", "Identity", "CAres", "CPhoneNumber", "CVerificationData"] + nio),

        // The engine and its adapters.
        swift("WaterfallEngine", ["Enrichment", "Identity", logging, metrics, httpTypes]),
        swift("Report", ["Enrichment", "WaterfallEngine"]),
        swift("Runs", ["Enrichment", "Identity", "Tables", "WaterfallEngine", "CCrypto"]),
        swift("CurlMail", ["Enrichment", "WaterfallEngine", "CCurl"]),
        swift("SQLStore", ["Enrichment", "Identity", "WaterfallEngine", "CCrypto", "CSQLite", grdb]),
        swift(
            "WeirConfiguration",
            ["Enrichment", "Identity", "Verification", "WaterfallEngine", "DeclarativeProvider", httpTypes, yams]),
        swift(
            "FixtureFiles", path: "Fixtures",
            resources: [
                .copy("configurations"), .copy("people"), .copy("providers"), .copy("sandbox"),
                .copy("waterfalls"), .copy("misbehaviours.json"),
            ], []),
        swift("Sandbox", ["FixtureFiles", hummingbird, logging]),
        swift("BuiltInProviders", ["Enrichment"] + providerModules),
        swift(
            "WeirCommand",
            [
                "Bounces", "BuiltInProviders", "CurlMail", "CurlTransport", "DeclarativeProvider", "Enrichment",
                "Identity", "ProviderCases", "Report", "Runs", "SQLStore", "Sandbox", "Tables", "Verification",
                "WaterfallEngine", "WeirConfiguration", argumentParser, logging, httpTypes,
            ]),
        .executableTarget(name: "weir", dependencies: ["WeirCommand"], swiftSettings: settings),
        swift(
            "EnrichmentTesting", ["Enrichment", "ProviderCases", "WaterfallEngine", "FixtureFiles", httpTypes]),

        // Tests: one target per target; the repository's own shape is tested too.
        swift("ServersTesting", path: "Tests/ServersTesting", resources: [.copy("Resources")], []),
        tests("EnrichmentTests", ["Enrichment", "EnrichmentTesting"]),
        tests("IdentityTests", resources: [.copy("Resources")], ["Enrichment", "Identity"]),
        tests(
            "ProviderTests",
            ["BuiltInProviders", "DeclarativeProvider", "EnrichmentTesting", "Enrichment", "FixtureFiles"]
                + providerModules),
        tests("TablesTests", resources: [.copy("Resources")], ["Enrichment", "EnrichmentTesting", "Tables"]),
        tests(
            "RunsTests",
            ["Enrichment", "EnrichmentTesting", "FixtureFiles", "Runs", "Tables", "WaterfallEngine"]),
        tests("ProviderCasesTests", ["Enrichment", "ProviderCases", httpTypes]),
        tests("BouncesTests", resources: [.copy("Resources")], ["Bounces", "Enrichment", "EnrichmentTesting"]),
        tests("CurlTransportTests", ["CurlTransport", "Enrichment", "EnrichmentTesting", httpTypes]),
        tests(
            "VerificationTests", resources: [.copy("Resources")],
            ["Enrichment", "EnrichmentTesting", "Identity", "ServersTesting", "Verification"]),
        tests("ReportTests", ["Enrichment", "EnrichmentTesting", "Report", "WaterfallEngine"]),
        tests("CurlMailTests", ["CurlMail", "Enrichment", "ServersTesting", "WaterfallEngine"]),
        tests(
            "WaterfallEngineTests", resources: [.copy("Reference")],
            ["Enrichment", "EnrichmentTesting", "FixtureFiles", "WaterfallEngine", httpTypes]),
        tests(
            "SQLStoreTests", resources: [.copy("Resources")],
            ["Enrichment", "EnrichmentTesting", "SQLStore", "WaterfallEngine", grdb]),
        tests(
            "WeirConfigurationTests",
            ["Enrichment", "EnrichmentTesting", "FixtureFiles", "WaterfallEngine", "WeirConfiguration"]),
        tests("SandboxTests", ["Sandbox", "FixtureFiles"]),
        tests(
            "WeirCommandTests", resources: [.copy("Golden")],
            [
                "CurlMail", "ServersTesting", "Verification", "WeirCommand", "WeirConfiguration", "Sandbox",
                "Enrichment", "EnrichmentTesting",
                "WaterfallEngine", "SQLStore", "weir", argumentParser,
            ]),
        tests(
            "SimulationTests", resources: [.copy("Reference")],
            [
                "BuiltInProviders", "DeclarativeProvider", "Enrichment", "EnrichmentTesting", "FixtureFiles", "Runs",
                "SQLStore", "Sandbox", "WaterfallEngine", httpTypes,
            ]),
        tests("RepositoryTests", ["BuiltInProviders", "Enrichment"]),
        // A program that is killed again and again, and the tests that kill it.
        .executableTarget(
            name: "CrashRunner",
            dependencies: [
                "BuiltInProviders", "CurlTransport", "Enrichment", "SQLStore", "Sandbox", "Verification",
                "WaterfallEngine", "WeirCommand", "WeirConfiguration", grdb,
            ], path: "Tests/CrashRunner", swiftSettings: settings),
        tests(
            "CrashTests",
            [
                "BuiltInProviders", "CrashRunner", "Enrichment", "EnrichmentTesting", "SQLStore", "Sandbox",
                "WaterfallEngine", "weir", grdb,
            ]),
    ] + providerTargets,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x,
    cxxLanguageStandard: .cxx17
)
