// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// A provider of one's own, and the whole `weir` command with it compiled in. Outside Weir's repository the dependency
// is `.package(url: "https://github.com/OWNER/weir", from: "0.1.0")`.
let package = Package(
    name: "acme-weir",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "acme-weir", targets: ["acme-weir"])],
    dependencies: [.package(name: "weir", path: "../../..")],
    targets: [
        .target(name: "AcmeProvider", dependencies: [.product(name: "Enrichment", package: "weir")]),
        .executableTarget(
            name: "acme-weir", dependencies: ["AcmeProvider", .product(name: "WeirCommand", package: "weir")]),
        .testTarget(
            name: "AcmeProviderTests",
            dependencies: [
                "AcmeProvider", .product(name: "Enrichment", package: "weir"),
                .product(name: "EnrichmentTesting", package: "weir"),
            ],
            resources: [.copy("Cases")]),
    ],
    swiftLanguageModes: [.v6]
)
