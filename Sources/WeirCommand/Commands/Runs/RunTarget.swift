// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Runs
internal import Tables

/// Where a run's rows go: files that are there whole or not at all, or standard output.
final class RunTarget {
    /// Nil for standard output.
    let outputPath: String?
    /// Where rejected rows went; nil where none was.
    private(set) var rejectsPath: String?

    private let console: Console
    private let part: PartFile?
    private var rows: ByteBuffer
    private let rejectsPlace: String?
    private var rejected: (part: PartFile, rows: ByteBuffer)?

    init(output: String, rejects: String?, isJSON: Bool, _ console: Console) throws {
        self.console = console
        outputPath = output == "-" ? nil : output
        rejectsPlace = rejects ?? outputPath.map { Self.rejects(beside: $0, isJSON: isJSON) }
        guard let outputPath else {
            part = nil
            rows = ByteBuffer { (bytes) throws(RunError) in
                do { try console.write(bytes: bytes) } catch { throw .output("standard output can't be written") }
            }
            return
        }
        guard let part = PartFile(outputPath) else {
            throw CommandFailure(
                .usage, "\(outputPath) can't be written", hint: "give a file in a folder that is there")
        }
        self.part = part
        rows = ByteBuffer(part, "the output")
    }

    /// Looks whether a file can be written there, before anybody is asked.
    static func check(_ output: String, isNot input: String) throws {
        let place = URL(fileURLWithPath: output)
        guard place.resolvingSymlinksInPath() != URL(fileURLWithPath: input).resolvingSymlinksInPath() else {
            throw CommandFailure(
                .usage, "the output would take the place of the input", hint: "name another file: -o found.csv")
        }
        let folder = place.deletingLastPathComponent().path
        guard !ConfigurationFile.isFolder(output), ConfigurationFile.isFolder(folder),
            FileManager.default.isWritableFile(atPath: folder)
        else {
            throw CommandFailure(
                .usage, "\(output) can't be written", hint: "give a file in a folder that is there, and yours")
        }
    }

    /// `found.csv` has `found.rejected.csv` beside it.
    static func rejects(beside output: String, isJSON: Bool) -> String {
        let url = URL(fileURLWithPath: output)
        let ending = url.pathExtension.isEmpty ? (isJSON ? "jsonl" : "csv") : url.pathExtension
        return url.deletingPathExtension().path + ".rejected." + ending
    }

    func write(_ bytes: [UInt8]) throws(RunError) { try rows.write(bytes) }

    /// Brings what was written so far to where it goes.
    func flush() throws(RunError) { try rows.flush() }

    /// Takes rejected rows; nil where they stay among the others.
    var rejectSink: RunOutput.Sink? {
        guard let rejectsPlace else { return nil }
        return { (bytes) throws(RunError) in try self.reject(bytes, at: rejectsPlace) }
    }

    private func reject(_ bytes: [UInt8], at place: String) throws(RunError) {
        if rejected == nil {
            guard let part = PartFile(place) else { throw .output("\(place) can't be written") }
            rejected = (part, ByteBuffer(part, "the file of rejected rows"))
        }
        try rejected?.rows.write(bytes)
    }

    /// Gives the files their names, once they are on disk.
    func finish() throws(RunError) {
        try flush()
        try rejected?.rows.flush()
        if let rejected {
            try place(rejected.part)
            rejectsPath = rejectsPlace
        }
        if let part { try place(part) }
    }

    private func place(_ part: PartFile) throws(RunError) {
        do { try part.close() } catch { throw .output("the output can't be brought to the disk") }
        guard part.takePlace() else { throw .output("the output can't take its place") }
    }

    func abandon() {
        part?.abandon()
        rejected?.part.abandon()
    }
}

/// Bytes on their way to where they go, 64 KiB at once.
private struct ByteBuffer {
    private static let size = 1 << 16

    private let put: RunOutput.Sink
    private var bytes: [UInt8] = []

    init(put: @escaping RunOutput.Sink) { self.put = put }

    /// - Parameter name: of the file, where it can't be written.
    init(_ part: PartFile, _ name: String) {
        self.init { (bytes) throws(RunError) in
            do { try part.write(Data(bytes)) } catch { throw .output("\(name) can't be written") }
        }
    }

    mutating func write(_ more: [UInt8]) throws(RunError) {
        bytes += more
        if bytes.count >= Self.size { try flush() }
    }

    mutating func flush() throws(RunError) {
        guard !bytes.isEmpty else { return }
        try put(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
