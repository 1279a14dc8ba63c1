// SPDX-License-Identifier: Apache-2.0

import Glibc
import WaterfallEngine

/// The file beside the store that names whom it has erased, so that a backup which is put back erases them again.
/// A line a person; appended to and synced before anything is erased. Used under the store's lock.
final class ErasureLog: Sendable {
    let path: String

    init(path: String) { self.path = path }

    /// Reads all records. A last line without its end was never acknowledged, and is passed over.
    ///
    /// - Throws: `unusable` where a line can't be read, `failed` where the file can't be.
    func records() throws(JournalError) -> [ErasureRecord] {
        let text = String(decoding: try FileAccess.contents(of: path) ?? [], as: UTF8.self)
        var records: [ErasureRecord] = []
        guard let end = text.lastIndex(of: "\n") else { return [] }
        for line in text[..<end].split(separator: "\n") {
            guard let record = ErasureRecord(line: line) else {
                throw JournalError(
                    .unusable, "line \(records.count + 1) of the record of erasures beside the store can't be read")
            }
            records.append(record)
        }
        return records
    }

    /// Appends records and syncs them, the folder too.
    func append(_ records: [ErasureRecord]) throws(JournalError) {
        guard !records.isEmpty else { return }
        let known = try FileAccess.contents(of: path) ?? []
        // What a process that died has half written goes first.
        let end = known.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let lines = records.map { $0.line + "\n" }.joined()
        try FileAccess.write(Array(lines.utf8), to: path, at: end)
        try FileAccess.syncFolder(of: path)
    }
}

/// The few things that are done with files beside the database's own.
enum FileAccess {
    /// The bytes of a file; nil where there is none.
    static func contents(of path: String) throws(JournalError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("can't be opened", errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("can't be read", errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Writes bytes at a place of a file that only its owner reads, cuts what follows, and syncs.
    static func write(_ bytes: [UInt8], to path: String, at offset: Int) throws(JournalError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("can't be opened", errno) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(offset)) == 0 else { throw failure("can't be written", errno) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                return unsafe pwrite(descriptor, base + written, bytes.count - written, off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("can't be written", errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure("can't be synced", errno) }
    }

    /// Syncs a file that was written by somebody else.
    static func sync(_ path: String) throws(JournalError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("can't be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("can't be synced", errno) }
    }

    /// Syncs the folder of a file, so that its name outlives a power cut.
    static func syncFolder(of path: String) throws(JournalError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/")
        try sync(folder.isEmpty ? "/" : folder)
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    static func size(of path: String) -> Int {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    static func failure(_ what: String, _ code: CInt) -> JournalError {
        JournalError(.failed, "a file beside the store \(what) (errno \(code))")
    }
}
