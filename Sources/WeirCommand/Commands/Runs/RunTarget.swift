// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Runs
internal import Tables

/// Where a run's rows go: files that are there whole or not at all, or standard output.
final class RunTarget {
    private static let size = 1 << 16

    /// Nil for standard output.
    let outputPath: String?
    /// Where rejected rows went; nil where none was.
    private(set) var rejectsPath: String?

    private let console: Console
    private let part: PartFile?
    private var buffer: [UInt8] = []
    private let rejectsPlace: String?
    private var rejected: (part: PartFile, bytes: [UInt8])?

    init(output: String, rejects: String?, isJSON: Bool, _ console: Console) throws {
        self.console = console
        outputPath = output == "-" ? nil : output
        rejectsPlace = rejects ?? outputPath.map { Self.rejects(beside: $0, isJSON: isJSON) }
        guard let outputPath else {
            part = nil
            return
        }
        guard let part = PartFile(outputPath) else {
            throw CommandFailure(
                .usage, "\(outputPath) can't be written", hint: "give a file in a folder that is there")
        }
        self.part = part
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

    func write(_ bytes: [UInt8]) throws(RunError) {
        buffer += bytes
        if buffer.count >= Self.size { try flush() }
    }

    /// Brings what was written so far to where it goes.
    func flush() throws(RunError) {
        guard !buffer.isEmpty else { return }
        if let part {
            do { try part.write(Data(buffer)) } catch { throw .output("the output can't be written") }
        } else {
            do { try console.write(bytes: buffer) } catch { throw .output("standard output can't be written") }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Takes rejected rows; nil where they stay among the others.
    var rejectSink: RunOutput.Sink? {
        guard let rejectsPlace else { return nil }
        return { (bytes) throws(RunError) in try self.reject(bytes, at: rejectsPlace) }
    }

    private func reject(_ bytes: [UInt8], at place: String) throws(RunError) {
        if rejected == nil {
            guard let part = PartFile(place) else { throw .output("\(place) can't be written") }
            rejected = (part, [])
        }
        rejected?.bytes += bytes
        guard let pending = rejected, pending.bytes.count >= Self.size else { return }
        try put(pending.bytes, into: pending.part)
        rejected?.bytes = []
    }

    private func put(_ bytes: [UInt8], into part: PartFile) throws(RunError) {
        do { try part.write(Data(bytes)) } catch { throw .output("the file of rejected rows can't be written") }
    }

    /// Gives the files their names, once they are on disk.
    func finish() throws(RunError) {
        try flush()
        if let rejected {
            try put(rejected.bytes, into: rejected.part)
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
