// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A file system of its own, in a file: it can be filled, and its power be cut, and then what was not synced is gone
/// (`reliability.md`, C: F3).
///
/// It needs root, a loop device and `mkfs.ext4`.
final class LoopDisk {
    /// `EXT4_IOC_SHUTDOWN`: `_IOR('X', 125, __u32)`.
    private static let shutdown: UInt = 0x8004_587D
    /// `EXT4_GOING_FLAGS_NOLOGFLUSH`: the journal is not written out either.
    private static let withoutFlushing: UInt32 = 2

    private let folder: URL
    private let image: String
    /// Where it is mounted.
    let mountPoint: URL

    /// True where this machine can make one.
    static let isAvailable: Bool = {
        guard geteuid() == 0, let disk = try? LoopDisk(mebibytes: 8) else { return false }
        disk.remove()
        return true
    }()

    /// Makes and mounts an empty one.
    init(mebibytes: Int = 128) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-disk-\(UUID())")
        image = folder.appendingPathComponent("image").path
        mountPoint = folder.appendingPathComponent("mount")
        try FileManager.default.createDirectory(at: mountPoint, withIntermediateDirectories: true)
        do {
            try Self.run("truncate", "-s", "\(mebibytes)M", image)
            try Self.run("mkfs.ext4", "-q", image)
            try mount()
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    /// From now on nothing reaches the disk. Whoever has it open is to be ended before `remount`.
    func cutPower() throws {
        let descriptor = try open()
        defer { close(descriptor) }
        var flags = Self.withoutFlushing
        guard unsafe ioctl(descriptor, Self.shutdown, &flags) == 0 else { throw Failure(what: "the cut", code: errno) }
    }

    /// Mounts anew what reached the disk: everything, unless the power was cut.
    func remount() throws {
        try Self.run("umount", mountPoint.path)
        try mount()
    }

    /// Writes until nothing fits any more; removing the file that it returns makes room again.
    func fill() throws -> URL {
        let ballast = mountPoint.appendingPathComponent("ballast")
        let descriptor = unsafe Glibc.open(ballast.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(what: "the ballast", code: errno) }
        defer { close(descriptor) }
        // In large pieces, then in the smallest.
        for count in [1 << 20, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 0xFF, count: count)
            while unsafe write(descriptor, bytes, count) > 0 {}
        }
        guard errno == ENOSPC else { throw Failure(what: "filling the disk", code: errno) }
        return ballast
    }

    func remove() {
        try? Self.run("umount", mountPoint.path)
        try? FileManager.default.removeItem(at: folder)
    }

    private func mount() throws { try Self.run("mount", "-o", "loop", image, mountPoint.path) }

    private func open() throws -> CInt {
        let descriptor = unsafe Glibc.open(mountPoint.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(what: "opening the disk", code: errno) }
        return descriptor
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(what: arguments[0], code: process.terminationStatus) }
    }

    struct Failure: Error {
        var what: String
        var code: CInt
    }
}
