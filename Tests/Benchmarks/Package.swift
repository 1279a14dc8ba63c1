// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// The same as in the package that is measured.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

func weir(_ product: String) -> Target.Dependency { .product(name: product, package: "weir") }

let package = Package(
    name: "weir-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "weir", path: "../.."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // What everything is held against: the same calls from C, with nothing around libcurl.
        .executableTarget(name: "BareC", linkerSettings: [.linkedLibrary("curl")]),
        // The vendors, fast enough not to be what is measured.
        .executableTarget(name: "VendorServer"),
        // The name servers and mail hosts of `verify`, as fast.
        .executableTarget(name: "MailServer"),
        // The providers of those vendors, for both programs below.
        .target(name: "BenchVendors", dependencies: [weir("Enrichment")], swiftSettings: settings),
        .executableTarget(
            name: "BenchCommand", dependencies: ["BenchVendors", weir("Enrichment"), weir("WeirCommand")],
            swiftSettings: settings),
        .executableTarget(
            name: "WeirBench",
            dependencies: [
                "BenchVendors", weir("CurlTransport"), weir("Enrichment"), weir("Identity"), weir("SQLStore"),
                weir("Verification"),
                weir("WaterfallEngine"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
