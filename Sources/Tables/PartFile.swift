// SPDX-License-Identifier: Apache-2.0

public import Foundation
internal import Glibc

/// Why a file could not be written.
public struct PartFileError: Error, Sendable, Hashable {
    /// True where the disk has no room left.
    public let isFull: Bool

    init(_ error: any Error) {
        let cause = error as NSError
        let underlying = cause.userInfo[NSUnderlyingErrorKey] as? NSError
        isFull =
            (error as? CocoaError)?.code == .fileWriteOutOfSpace
            || [cause, underlying].contains { $0?.domain == NSPOSIXErrorDomain && $0?.code == Int(ENOSPC) }
    }
}

/// A file that is there whole or not at all: written beside its place under another name,
/// and moved there once it is on disk.
public struct PartFile: Sendable {
    private let path: String
    private let handle: FileHandle
    private var part: String { path + ".part" }

    /// Nil where it can't be made.
    ///
    /// - Parameter permissions: the file's, as `chmod` has them; its owner alone may read it unless another is given.
    public init?(_ path: String, permissions: Int = 0o600) {
        self.path = path
        let part = path + ".part"
        guard
            FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: permissions]),
            let handle = FileHandle(forWritingAtPath: part)
        else { return nil }
        self.handle = handle
    }

    /// Adds bytes.
    public func write(_ bytes: Data) throws(PartFileError) {
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw PartFileError(error)
        }
    }

    /// Brings what was written to the disk.
    public func close() throws(PartFileError) {
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw PartFileError(error)
        }
    }

    /// Gives the file its name, for good: the folder is on disk too. Returns false where that can't be.
    public func takePlace() -> Bool {
        guard unsafe rename(part, path) == 0 else { return false }
        let folder = unsafe open(
            URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { _ = Glibc.close(folder) }
        return fsync(folder) == 0
    }

    /// Removes what was written so far; what can't be removed stays under its name for parts.
    public func abandon() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: part)
    }
}
