// SPDX-License-Identifier: Apache-2.0

/// Which target may import what: the manifest's declarations, and the directions of `docs/architecture.md`.
///
/// SwiftPM's own check (`--explicit-target-dependency-import-check`) lets the import of a sibling pass that is not
/// declared, so this reads every line.
enum Imports {
    struct Line: Hashable {
        var module: String
        var isPublic: Bool
        var number: Int
    }

    /// What each target may depend on of ours. Providers and tests have rules of their own.
    static let directions: [String: Set<String>] = [
        "Enrichment": ["CSimdJSON"],
        "Identity": ["Enrichment", "CPSL", "CIDN2"],
        "Tables": ["Enrichment", "CCSV"],
        "DeclarativeProvider": ["Enrichment", "CJQ"],
        "ProviderCases": ["Enrichment"],
        "Bounces": ["Enrichment", "CGMime"],
        "CurlTransport": ["Enrichment", "CCurl"],
        "Verification": ["Enrichment", "Identity", "CAres", "CPhoneNumber", "CVerificationData"],
        "WaterfallEngine": ["Enrichment", "Identity"],
        "Report": ["Enrichment", "WaterfallEngine"],
        "Runs": ["Enrichment", "Identity", "Tables", "WaterfallEngine", "CCrypto"],
        "CurlMail": ["Enrichment", "WaterfallEngine", "CCurl"],
        "SQLStore": ["Enrichment", "Identity", "WaterfallEngine", "CCrypto", "CSQLite"],
        "WeirConfiguration": ["Enrichment", "Identity", "WaterfallEngine", "DeclarativeProvider", "Verification"],
        "FixtureFiles": [],
        "Sandbox": ["FixtureFiles"],
        "EnrichmentTesting": ["Enrichment", "ProviderCases", "WaterfallEngine", "FixtureFiles"],
        "WeirCommand": [
            "Bounces", "BuiltInProviders", "CurlMail", "CurlTransport", "DeclarativeProvider", "Enrichment",
            "FixtureFiles", "Identity", "ProviderCases", "Report", "Runs", "SQLStore", "Sandbox", "Tables",
            "Verification",
            "WaterfallEngine", "WeirConfiguration",
        ],
        "weir": ["WeirCommand"],
        "ServersTesting": [],
        "CrashRunner": [
            "BuiltInProviders", "CurlTransport", "Enrichment", "SQLStore", "Sandbox", "Verification",
            "WaterfallEngine", "WeirCommand", "WeirConfiguration",
        ],
    ]

    /// What one provider may use beside `Enrichment`: an HTML parser, for the one that reads web pages.
    static let providerExtras: [String: Set<String>] = ["WebsiteProvider": ["CLibXML2"]]

    /// Targets that hold rules and no I/O: of the toolchain's modules they have `Synchronization` alone.
    static let pure: Set<String> = [
        "BuiltInProviders", "DeclarativeProvider", "Enrichment", "Report", "WaterfallEngine",
    ]

    static let toolchain: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization",
    ]

    /// What a product brings beside the module of its own name.
    static let productModules: [String: Set<String>] = ["GRDB": ["GRDBSQLite"]]

    /// The imports of a file.
    static func lines(of source: SwiftSource) -> [Line] {
        source.code.enumerated().compactMap { offset, line in
            var words = line.split { $0 == " " || $0 == ";" }[...]
            while let word = words.first, word.hasPrefix("@") { words.removeFirst() }
            let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
            let isPublic = words.first == "public"
            if let word = words.first, access.contains(word) { words.removeFirst() }
            guard words.popFirst() == "import" else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
            if let word = words.first, kinds.contains(word) { words.removeFirst() }
            guard let module = words.first?.split(separator: ".").first else { return nil }
            return Line(module: String(module), isPublic: isPublic, number: offset + 1)
        }
    }

    /// What is wrong with the imports of one file of a target.
    static func violations(in source: SwiftSource, of target: Manifest.Target) -> [String] {
        let declared = target.dependencies.reduce(into: target.dependencies) { modules, product in
            modules.formUnion(productModules[product] ?? [])
        }
        return lines(of: source).compactMap { line in
            let place = "\(source.path):\(line.number): import \(line.module)"
            if line.isPublic, isC(line.module) { return "\(place): no C type belongs in a public signature" }
            if target.isTest || target.name == "EnrichmentTesting", line.module == "Testing" { return nil }
            if toolchain.contains(line.module) {
                let isHeld = pure.contains(target.name) || target.path.hasPrefix("Providers/")
                return isHeld && line.module != "Synchronization" ? "\(place): \(target.name) has no I/O" : nil
            }
            return declared.contains(line.module) ? nil : "\(place): \(target.name) does not declare it"
        }
    }

    /// What is wrong with a target's declared dependencies, `ours` being the names of all targets.
    static func violations(in target: Manifest.Target, ours: Set<String>) -> [String] {
        guard !target.isTest, !isC(target.name) else { return [] }
        let allowed: Set<String>
        if target.path.hasPrefix("Providers/") {
            allowed = Set(["Enrichment"]).union(providerExtras[target.name] ?? [])
        } else if target.name == "BuiltInProviders" {
            allowed = Set(["Enrichment"]).union(ours.filter { $0.hasSuffix("Provider") && $0 != "DeclarativeProvider" })
        } else if let directions = directions[target.name] {
            allowed = directions
        } else {
            return ["\(target.name) is not in the table of directions"]
        }
        return target.dependencies.intersection(ours).subtracting(allowed).sorted().map { module in
            "\(target.name) may not depend on \(module)"
        }
    }

    /// True for the modules that wrap a C or C++ library: `CCurl`, not `CurlTransport`.
    static func isC(_ module: String) -> Bool {
        let letters = Array(module)
        return letters.count > 1 && letters[0] == "C" && letters[1].isUppercase
    }
}
