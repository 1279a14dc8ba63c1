// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import Verification
internal import WeirConfiguration

/// Where the configuration is: `--config`, then `$WEIR_CONFIG`, then `./weir.yaml`, then the user's folder.
struct ConfigurationFile {
    static let name = "weir.yaml"

    let path: String

    static func find(_ options: ConfigurationOptions) throws -> ConfigurationFile {
        let environment = Surroundings.current.environment
        if let path = options.path ?? environment["WEIR_CONFIG"] {
            guard FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure(.configuration, "there is no configuration at \(path)")
            }
            return ConfigurationFile(path: path)
        }
        let home = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
        let candidates = [name] + (home.map { ["\($0)/weir/\(name)"] } ?? [])
        guard let found = candidates.first(where: FileManager.default.fileExists) else {
            throw CommandFailure(
                .configuration, "there is no configuration",
                hint: "`weir init` writes one that works at once", details: candidates.map { "looked for \($0)" })
        }
        return ConfigurationFile(path: found)
    }

    /// Reads it.
    ///
    /// - Parameters:
    ///   - variables: what stands for a variable in a declared provider's request.
    ///   - checksFolders: true to warn of folders that are named and not there.
    func load(variables: VariableUse = .values, checksFolders: Bool = false) -> LoadedConfiguration {
        ConfigurationLoader.load(
            path: path, environment: Surroundings.current.environment,
            catalog: Surroundings.current.everyProvider, variables: variables,
            folderExists: { !checksFolders || Self.isFolder($0) },
            readFile: { path in FileManager.default.contents(atPath: path).map(Array.init) })
    }

    /// True for the path of a folder.
    static func isFolder(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.type] as? FileAttributeType)
            == .typeDirectory
    }
}

extension Surroundings {
    /// The providers compiled in, and the steps that need no vendor.
    var everyProvider: ProviderCatalog { catalog.adding(.libphonenumber, .smtp, .pattern()) }
}
