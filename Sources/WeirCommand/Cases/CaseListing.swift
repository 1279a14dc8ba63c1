// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The files with cases in a folder that a key of the configuration names.
struct CaseListing {
    /// In one folder.
    static let maximumFiles = 1_000

    /// Paths, by name.
    private(set) var files: [String] = []
    /// Why there are none; nil where there are.
    private(set) var problem: String?

    /// - Parameters:
    ///   - path: without a slash at its end.
    ///   - key: the one that names the folder.
    ///   - ending: of a case's name, as a user would write it.
    init(_ path: String, key: String, ending: String, isCase: (String) -> Bool) {
        guard ConfigurationFile.isFolder(path) else {
            problem = "there is no such folder; `\(key):` is relative to the configuration"
            return
        }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter(isCase).sorted()
        guard !names.isEmpty else {
            problem = "there is no case in it: a case is a file `NAME\(ending)`"
            return
        }
        guard names.count <= Self.maximumFiles else {
            problem = "there are more than \(Self.maximumFiles) cases in it"
            return
        }
        files = names.map { "\(path)/\($0)" }
    }

    /// A folder's path without a slash at its end.
    static func path(of folder: String) -> String {
        folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }
}
