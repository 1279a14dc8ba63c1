// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization
internal import Tables
internal import WaterfallEngine

/// Lines on their way into a file that is there whole or not at all, or to standard output. A buffer of 64 KiB is all
/// that it keeps.
final class LineFile: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var count = 0
        var hasFailed = false
    }

    private static let size = 65_536
    private let state = Mutex(State())
    private let part: PartFile?
    private let console: Console

    /// - Parameter path: nil or `-` for standard output.
    init(path: String?, console: Console) throws {
        self.console = console
        guard let path, path != "-" else {
            part = nil
            return
        }
        guard let part = PartFile(path) else {
            throw CommandFailure(.usage, "the file can't be made", hint: "give a file in a folder that is there")
        }
        self.part = part
    }

    /// Lines so far.
    var count: Int { state.withLock { $0.count } }

    /// True where writing failed.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    func write(_ line: String) throws(JournalError) {
        let full = state.withLock { state -> [UInt8] in
            state.count += 1
            state.buffer.append(contentsOf: line.utf8)
            state.buffer.append(UInt8(ascii: "\n"))
            guard state.buffer.count >= Self.size else { return [] }
            let full = state.buffer
            state.buffer.removeAll(keepingCapacity: true)
            return full
        }
        try put(full)
    }

    /// Writes the rest, and gives the file its name once it is on disk.
    func finish() throws(JournalError) {
        try put(state.withLock { $0.buffer })
        guard let part else { return }
        do {
            try part.close()
        } catch {
            throw failed()
        }
        guard part.takePlace() else { throw failed() }
    }

    /// Removes what was written so far.
    func abandon() { part?.abandon() }

    private func put(_ bytes: [UInt8]) throws(JournalError) {
        guard !bytes.isEmpty else { return }
        guard let part else { return console.write(raw: String(decoding: bytes, as: UTF8.self)) }
        do {
            try part.write(Data(bytes))
        } catch {
            throw failed()
        }
    }

    private func failed() -> JournalError {
        state.withLock { $0.hasFailed = true }
        return JournalError(.failed, "the file can't be written")
    }
}
