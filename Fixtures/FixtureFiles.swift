// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The files of `Fixtures/`, as they were copied beside the program when it was built.
///
/// A path is relative to `Fixtures/` and uses `/`, such as `sandbox/world.json`. Nothing is cached:
/// each call reads the file again.
public enum FixtureFiles {
    /// The largest file that ``bytes(_:)`` reads, in bytes; a larger one is as good as absent.
    public static let fileBytesMax = 64 * 1024 * 1024

    /// Returns the bytes of a file, or `nil` where there is none, or where it is too large.
    public static func bytes(_ path: String) -> [UInt8]? {
        guard let url = location(of: path), !isFolder(url) else { return nil }
        guard let data = try? Data(contentsOf: url), data.count <= fileBytesMax else { return nil }
        return [UInt8](data)
    }

    /// Returns the text of a file, or `nil` where there is none; broken UTF-8 is repaired.
    public static func text(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns the sorted names of what a folder holds, hidden files left out; empty where there is no such folder.
    ///
    /// Names are those of files and folders directly inside; `list("")` lists `Fixtures/` itself.
    public static func list(_ folder: String) -> [String] {
        guard let url = location(of: folder) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The folder on disk that holds the copied files, for what must be given a path; `nil` where it is absent.
    public static var folder: String? { root?.path }

    // MARK: - Private

    /// `Bundle.module` stops the process where the folder is absent, so a program that was copied without
    /// it could not even say so; the folder beside the program is therefore looked for by name.
    private static let root: URL? = {
        let name = "weir_FixtureFiles.resources"
        let beside = Bundle.main.bundleURL.appendingPathComponent(name)
        let installed = Bundle.main.bundleURL
            .appendingPathComponent("../share/weir").appendingPathComponent(name)
        return [beside, installed].first { isFolder($0) }?.standardizedFileURL
    }()

    private static func location(of path: String) -> URL? {
        let parts = path.split(separator: "/")
        guard !parts.contains("..") else { return nil }
        return parts.reduce(root) { $0?.appendingPathComponent(String($1)) }
    }

    private static func isFolder(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        // Foundation writes the flag through the pointer before it returns and does not keep the pointer.
        let exists = unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
        return exists && isDirectory.boolValue
    }
}
