// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import WaterfallEngine
internal import WeirConfiguration

/// One file with a case of the configuration.
struct ConfigurationCaseFile {
    let path: String
    private let loaded: LoadedConfiguration

    init(_ path: String, _ loaded: LoadedConfiguration) {
        self.path = path
        self.loaded = loaded
    }

    /// Names of files with cases, as they end.
    static func isCase(_ name: String) -> Bool {
        (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && !name.hasPrefix(".")
    }

    private var folder: String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "" : String(path[..<$0]) } ?? "."
    }

    private var providers: [ProviderID] {
        Set(loaded.settings.chains.values.flatMap { $0.steps.map(\.provider) }).sorted()
    }

    /// Runs the case.
    ///
    /// - Parameter writes: true to put what comes out at the end of a file that doesn't say what must.
    func result(writes: Bool) async -> CaseResult {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            return CaseResult(file: path, outcome: .malformed, differences: ["the file can't be read"])
        }
        let (example, diagnostics) = ConfigurationCaseLoader.load(Array(bytes), path: path, providers: providers)
        guard let example else {
            return CaseResult(
                file: path, outcome: .malformed, differences: diagnostics.flatMap { Self.lines(of: $0) })
        }
        do throws(ConfigurationCaseRun.Problem) {
            let (observed, gaps) = try await ConfigurationCaseRun(example, loaded, folder: folder).run()
            var differences = gaps.map { "\(path): \($0)" }
            if example.expectations.isEmpty, gaps.isEmpty {
                differences +=
                    writes
                    ? write(observed, after: bytes)
                    : [
                        "\(path): it says nothing of what must come out; `weir test --write` adds what does"
                    ]
            }
            differences += observed.differences(from: example.expectations).map { "\(path):\($0.line): \($0.text)" }
            return CaseResult(
                file: path, name: example.name, outcome: differences.isEmpty ? .passed : .failed,
                differences: differences)
        } catch {
            return CaseResult(file: path, name: example.name, outcome: .malformed, differences: [error.text])
        }
    }

    /// Puts what came out at the end of the file; says why where that can't be.
    private func write(_ observed: ObservedCase, after bytes: Data) -> [String] {
        let text = String(decoding: bytes, as: UTF8.self)
        let whole = text + (text.hasSuffix("\n") ? "" : "\n") + observed.yaml
        // A file whose end is no place for a key is left as it is.
        let (example, _) = ConfigurationCaseLoader.load(Array(whole.utf8), path: path, providers: providers)
        guard let example, observed.differences(from: example.expectations).isEmpty, !example.expectations.isEmpty
        else {
            return ["\(path): `expect:` can't be added at its end; what came out is"]
                + observed.yaml.split(separator: "\n").map { "  \($0)" }
        }
        do {
            try Data(whole.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            return []
        } catch {
            return ["\(path): it can't be written"]
        }
    }

    private static func lines(of diagnostic: Diagnostic) -> [String] {
        diagnostic.description.split(separator: "\n").map(String.init)
    }
}
