// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The bytes of a file, or of memory, from front to back.
final class ByteStream {
    private static let chunk = 64 * 1024
    /// Nil for memory, and at the end.
    private var descriptor: Int32?
    private let isOurs: Bool
    private var buffer: ArraySlice<UInt8>

    init(bytes: [UInt8]) {
        buffer = bytes[...]
        isOurs = false
    }

    /// Opens a file; "-" is standard input.
    init(path: String) throws(BounceProblem) {
        buffer = []
        guard path != "-" else {
            descriptor = STDIN_FILENO
            isOurs = false
            return
        }
        let opened = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw .unreadable(code: errno) }
        descriptor = opened
        isOurs = true
    }

    deinit { if isOurs, let descriptor { close(descriptor) } }

    /// The next bytes, at most 64 KiB; empty at the end.
    func next() throws(BounceProblem) -> ArraySlice<UInt8> {
        if buffer.isEmpty { buffer = try more()[...] }
        let taken = buffer.prefix(Self.chunk)
        buffer = buffer.dropFirst(taken.count)
        return taken
    }

    /// The first bytes of what is left, which stay there; fewer at the end.
    func peek(_ count: Int) throws(BounceProblem) -> [UInt8] {
        while buffer.count < count {
            let read = try more()
            if read.isEmpty { break }
            buffer = (Array(buffer) + read)[...]
        }
        return Array(buffer.prefix(count))
    }

    /// What is left, at most so many bytes.
    func rest(upTo maximum: Int) throws(BounceProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < maximum {
            let read = try next()
            if read.isEmpty { break }
            bytes += read
        }
        return Array(bytes.prefix(maximum))
    }

    private func more() throws(BounceProblem) -> [UInt8] {
        guard let descriptor else { return [] }
        var code: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk) { memory, count in
            var got = -1
            repeat {
                got = unsafe read(descriptor, memory.baseAddress, Self.chunk)
            } while got < 0 && errno == EINTR
            if got < 0 { code = errno }
            count = max(0, got)
        }
        guard code == 0 else { throw .unreadable(code: code) }
        return bytes
    }
}
