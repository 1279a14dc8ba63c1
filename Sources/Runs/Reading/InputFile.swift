// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Tables

/// An open file that is read at any place, or a stream that is read once from its beginning.
final class InputFile: Sendable {
    /// What says whether a file was changed.
    struct Stamp: Hashable {
        /// Bytes.
        var size: Int64
        /// Nanoseconds since 1970.
        var modified: Int64
    }

    private static let pieceSize = 1 << 17

    /// As it was when it was opened; nil for a stream.
    let stamp: Stamp?
    private let descriptor: CInt
    private let isOwned: Bool

    /// - Parameter path: `-` for standard input, which may be a file too.
    init(opening path: String) throws(ProspectFileError) {
        isOwned = path != "-"
        descriptor = isOwned ? unsafe open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw Self.error("can't be opened: \(Self.reason(errno))") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let number = errno
            if isOwned { close(descriptor) }
            throw Self.error("can't be read: \(Self.reason(number))")
        }
        let kind = status.st_mode & S_IFMT
        guard kind != S_IFDIR else {
            if isOwned { close(descriptor) }
            throw Self.error("is a directory: name a file")
        }
        stamp = kind == S_IFREG ? Stamp(status) : nil
    }

    deinit { if isOwned { close(descriptor) } }

    /// Bytes from a place on, as far as the file went when it was opened.
    ///
    /// - Throws: where the file became shorter.
    func source(from offset: Int64) -> () throws(TableError) -> [UInt8] {
        guard let stamp else { return { () throws(TableError) in try self.read(at: nil, atMost: Self.pieceSize) } }
        var place = offset
        return { () throws(TableError) in
            let wanted = Int(min(Int64(Self.pieceSize), stamp.size - place))
            guard wanted > 0 else { return [] }
            let bytes = try self.read(at: place, atMost: wanted)
            guard !bytes.isEmpty else {
                throw TableError("the file became shorter while it was read: let what writes it end, then run again")
            }
            place += Int64(bytes.count)
            return bytes
        }
    }

    /// True where the file is as it was when it was opened.
    var isUnchanged: Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && (stamp == nil || Stamp(status) == stamp)
    }

    private func read(at place: Int64?, atMost count: Int) throws(TableError) -> [UInt8] {
        while true {
            var number: CInt = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let result =
                    if let place { unsafe pread(descriptor, buffer.baseAddress, count, off_t(place)) } else {
                        unsafe Glibc.read(descriptor, buffer.baseAddress, count)
                    }
                number = result < 0 ? errno : 0
                filled = max(0, result)
            }
            if number == 0 { return bytes }
            guard number == EINTR else { throw TableError("the file can't be read: \(Self.reason(number))") }
        }
    }

    private static func error(_ message: String) -> ProspectFileError {
        ProspectFileError(problems: [.init("the input \(message)")])
    }

    private static func reason(_ number: CInt) -> String {
        switch number {
        case ENOENT: "there is no such file"
        case EACCES, EPERM: "you may not read it"
        case EISDIR: "it is a directory"
        case EIO: "the disk reports an error"
        default: "error \(number)"
        }
    }
}

extension InputFile.Stamp {
    fileprivate init(_ status: stat) {
        self.init(
            size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    }
}
