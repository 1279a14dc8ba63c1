// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import FixtureFiles
// Exported, so that who tests a provider finds cases by importing this module alone.
@_exported public import ProviderCases

extension ProviderCase {
    /// Reads every case of a provider from the fixtures, by name of file.
    ///
    /// - Throws: `Malformed`, with the file and what is wrong.
    public static func all(of provider: ProviderID) throws(Malformed) -> [ProviderCase] {
        var cases: [ProviderCase] = []
        let folder = "providers/\(provider)"
        for file in FixtureFiles.list(folder) where file.hasSuffix(".json") {
            guard let bytes = FixtureFiles.bytes("\(folder)/\(file)") else {
                throw Malformed(description: "\(folder)/\(file): can't be read")
            }
            do { cases.append(try ProviderCase(json: bytes)) } catch {
                throw Malformed(description: "\(folder)/\(file): \(error)")
            }
        }
        return cases
    }
}
