// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// The same as in the package that is tried.
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
    name: "weir-fuzzers",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "weir", path: "../..")],
    targets: [
        // `main` is libFuzzer's: this builds with the options of `run.sh` alone.
        .executableTarget(
            name: "ParserFuzzer", dependencies: [weir("Enrichment"), weir("Identity"), weir("Verification")],
            swiftSettings: settings)
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
