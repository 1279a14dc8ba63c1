// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The repository that these tests were built from.
enum Repository {
    /// The folder that `Package.swift` is in.
    static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path), folder.path != "/"
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    static let manifest = Manifest(SwiftSource(path: "Package.swift", text("Package.swift") ?? ""))

    /// Every Swift file of the folders that hold sources.
    static let sources: [SwiftSource] = ["Sources", "Providers", "Fixtures", "Tests", "docs"]
        .flatMap { files(under: $0, ending: "swift") }
        .filter { !$0.hasPrefix("Tests/Benchmarks/.build/") }
        .map { SwiftSource(path: $0, text($0) ?? "") }

    /// Every Markdown page.
    static let pages: [Page] =
        (files(under: "", ending: "md", recursive: false)
        + ["Sources", "Providers", "Fixtures", "Tests", "docs"].flatMap { files(under: $0, ending: "md") })
        .map { Page(path: $0, text($0) ?? "") }

    static func text(_ path: String) -> String? {
        guard let data = try? Data(contentsOf: root.appending(path: path)) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).standardizedFileURL.path)
    }

    /// The names of the folders directly inside a folder, sorted.
    static func folders(in path: String) -> [String] {
        names(in: path).filter { name in
            (try? root.appending(path: "\(path)/\(name)").resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
                == true
        }
    }

    /// The paths of the files below a folder, sorted; hidden files and folders are left out.
    static func files(under path: String, ending suffix: String, recursive: Bool = true) -> [String] {
        let prefix = path.isEmpty ? "" : "\(path)/"
        let here = names(in: path).filter { $0.hasSuffix(".\(suffix)") }.map { prefix + $0 }
        guard recursive else { return here }
        return here + folders(in: path).flatMap { files(under: prefix + $0, ending: suffix) }
    }

    private static func names(in path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}
