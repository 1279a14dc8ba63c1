// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A file that is there whole or not at all, readable by its owner alone: written beside its place under another name,
/// and moved there once it is on disk.
struct PartFile: Sendable {
    private let path: String
    private let handle: FileHandle
    private var part: String { path + ".part" }

    /// Nil where it can't be made.
    init?(_ path: String) {
        self.path = path
        let part = path + ".part"
        guard
            FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: part)
        else { return nil }
        self.handle = handle
    }

    func write(_ bytes: Data) throws { try handle.write(contentsOf: bytes) }

    /// Brings what was written to the disk.
    func close() throws {
        try handle.synchronize()
        try handle.close()
    }

    /// Gives the file its name. Returns false where that can't be.
    func takePlace() -> Bool { unsafe rename(part, path) == 0 }

    /// Removes what was written so far; what can't be removed stays under its name for parts.
    func abandon() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: part)
    }
}
