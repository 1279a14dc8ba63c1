// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import WeirConfiguration

/// Which cases of a configuration are run.
struct TestChoice {
    /// Files with cases of the whole configuration, by name.
    private(set) var files: [String] = []
    /// Cases of providers.
    private(set) var cases: [DeclaredCases] = []
    /// What could not be looked into.
    private(set) var problems: [CaseResult] = []

    /// - Parameter wanted: files, or ids of providers; none means all that there are.
    init(_ wanted: [String], of loaded: LoadedConfiguration) throws {
        guard !wanted.isEmpty else {
            cases = loaded.cases
            if let tests = loaded.tests { addFiles(of: loaded.path(of: tests)) }
            guard loaded.tests == nil, cases.isEmpty else { return }
            throw CommandFailure(
                .configuration,
                "\(loaded.path) has no `tests:`, and no provider has `cases:`, so there is nothing to test",
                hint: "add `tests: FOLDER`, as `weir init` does; or `cases: FOLDER` to a provider with `type: http`, "
                    + "which `weir providers new --yaml NAME` starts")
        }
        files = wanted.filter(ConfigurationCaseFile.isCase)
        let ids = wanted.filter { !ConfigurationCaseFile.isCase($0) }.map { ProviderID(rawValue: $0) }
        let named = loaded.cases.map(\.provider.descriptor.id)
        if let stranger = ids.first(where: { !named.contains($0) }) {
            let isKnown = loaded.catalog[stranger] != nil
            throw CommandFailure(
                .usage, isKnown ? "'\(stranger)' has no `cases:`" : "no provider is called '\(stranger)'",
                hint: named.isEmpty
                    ? "a case of the whole configuration is named by its file, such as tests/jane-doe.yaml"
                    : "those with cases are \(named.map(\.rawValue).joined(separator: ", "))")
        }
        cases = loaded.cases.filter { ids.contains($0.provider.descriptor.id) }
    }

    private mutating func addFiles(of folder: String) {
        let path = CaseListing.path(of: folder)
        let listing = CaseListing(path, key: "tests", ending: ".yaml", isCase: ConfigurationCaseFile.isCase)
        files = listing.files
        problems = listing.problem.map { [CaseResult(file: path, outcome: .malformed, differences: [$0])] } ?? []
    }
}
