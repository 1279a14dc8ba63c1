// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Glibc
import Synchronization
import WaterfallEngine

/// Replies that came and are not in the database yet, in a file mapped into memory: what is copied there outlives the
/// process, whatever ends it, and costs no call of the system. A power cut is survived from the next commit on.
///
/// So a reply is safe before its provider reads a byte of it, and rides to the database with the next write of its
/// request. What is found here by the next process was paid for, and goes on record first.
@safe final class ReplySpool: Sendable {
    /// Replies that are kept at once at most; the next one is written to the database at once.
    static let places = 1_024
    /// Bytes of one place, its header included; a longer reply is written to the database at once.
    static let placeBytes = 8_192
    /// Length and checksum, eight bytes each. A length of 0 marks a free place.
    private static let headerBytes = 16

    private struct State {
        var free = Array((0..<ReplySpool.places).reversed())
        var taken: [AttemptID: [Int]] = [:]
        var isClosed = false
    }

    private let path: String
    /// Touched under the lock of `state`, or before anybody else has the object.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer
    private let state = Mutex(State())

    /// Opens the file, and makes it where there is none. The caller holds the store's lock.
    ///
    /// - Throws: `failed` where it can't be had.
    init(path: String) throws(JournalError) {
        self.path = path
        let size = Self.places * Self.placeBytes
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(.failed, "the file of replies can't be opened (errno \(errno))")
        }
        defer { Glibc.close(descriptor) }
        // All of it, now: writing to a hole of a mapped file on a full disk ends the process.
        let code = posix_fallocate(descriptor, 0, off_t(size))
        guard code == 0 else { throw JournalError(.failed, "the file of replies can't be made (errno \(code))") }
        let address = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let mapped = unsafe address, unsafe mapped != MAP_FAILED else {
            throw JournalError(.failed, "the file of replies can't be mapped (errno \(errno))")
        }
        unsafe memory = mapped
    }

    /// A reply, and which of its attempt's it is, from 1.
    typealias Numbered = (number: UInt64, reply: RecordedReply)

    /// What an earlier process left, each attempt's in their order. Only before anything is kept.
    var leftovers: [Numbered] {
        (0..<Self.places).compactMap { content(of: $0) }.compactMap { try? Self.read($0) }
            .sorted { $0.number < $1.number }
    }

    /// Forgets what an earlier process left, once it is in the database.
    func forgetLeftovers() {
        for place in 0..<Self.places { free(place) }
    }

    /// Keeps a reply until `release`. Returns false where there is no place for it.
    func keep(_ reply: RecordedReply, number: Int) -> Bool {
        var frame = FrameWriter(reserving: 1_024)
        frame.write(UInt64(number))
        frame.write(reply.request.high)
        frame.write(reply.request.low)
        frame.write(reply.attempt.high)
        frame.write(reply.attempt.low)
        frame.write(StoredRecords.encode(reply.content))
        let bytes = frame.bytes
        guard bytes.count <= Self.placeBytes - Self.headerBytes else { return false }
        return state.withLock { state in
            guard !state.isClosed, let place = state.free.popLast() else { return false }
            state.taken[reply.attempt, default: []].append(place)
            let start = unsafe memory + place * Self.placeBytes
            unsafe bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe (start + Self.headerBytes).copyMemory(from: base, byteCount: bytes.count)
                unsafe start.storeBytes(of: Self.checksum(bytes), toByteOffset: 8, as: UInt64.self)
                unsafe start.storeBytes(of: UInt64(bytes.count), as: UInt64.self)
            }
            return true
        }
    }

    /// Frees the places of attempts whose replies are in the database.
    func release(_ replies: [RecordedReply]) {
        guard !replies.isEmpty else { return }
        state.withLock { state in
            guard !state.isClosed else { return }
            for reply in replies {
                for place in state.taken.removeValue(forKey: reply.attempt) ?? [] {
                    free(place)
                    state.free.append(place)
                }
            }
        }
    }

    /// Overwrites what places hold that are free again.
    func scrub() {
        state.withLock { state in
            guard !state.isClosed else { return }
            for place in state.free {
                let start = unsafe memory + place * Self.placeBytes
                unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: Self.placeBytes)
            }
            unsafe _ = msync(memory, Self.places * Self.placeBytes, MS_SYNC)
        }
    }

    /// Unmaps the file, and deletes it where nothing is in it.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            unsafe munmap(memory, Self.places * Self.placeBytes)
            if state.taken.isEmpty { unsafe unlink(path) }
        }
    }

    // MARK: Places

    private static func read(_ bytes: [UInt8]) throws(JournalError) -> Numbered? {
        var frame = FrameReader(bytes)
        let number = try frame.uint64()
        let request = RequestID(high: try frame.uint64(), low: try frame.uint64())
        let attempt = AttemptID(high: try frame.uint64(), low: try frame.uint64())
        guard let content = try StoredRecords.decode(try frame.block()).first else { return nil }
        return (number, RecordedReply(request: request, attempt: attempt, content: content))
    }

    /// The bytes of a place; nil where it is free, or was not written to its end.
    private func content(of place: Int) -> [UInt8]? {
        let start = unsafe memory + place * Self.placeBytes
        let count = unsafe start.load(as: UInt64.self)
        guard count > 0, count <= UInt64(Self.placeBytes - Self.headerBytes) else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start + Self.headerBytes, count: Int(count))
        guard unsafe start.load(fromByteOffset: 8, as: UInt64.self) == Self.checksum(bytes) else { return nil }
        return unsafe Array(bytes)
    }

    private func free(_ place: Int) {
        unsafe (memory + place * Self.placeBytes).storeBytes(of: 0, as: UInt64.self)
    }

    /// Tells a place that was written to its end from one that was not: no defence against anybody.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= bytes.count {
            sum = unsafe (sum ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01B3
            sum ^= sum >> 29
            offset += 8
        }
        while offset < bytes.count {
            sum = unsafe (sum ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01B3
            offset += 1
        }
        return sum
    }
}
