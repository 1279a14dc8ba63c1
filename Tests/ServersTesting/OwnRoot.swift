// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Glibc

/// A tree of processes in a root and namespaces of its own (`Resources/in-own-root.sh`). It needs root.
package final class OwnRoot: Sendable {
    /// Why there can't be one here; nil where there can.
    package static let obstacle: String? = {
        if geteuid() != 0 { return "mail servers need root" }
        let isAllowed = (try? TestServers.run(unshare, namespaces + ["mount", "--bind", "/usr", "/usr"])) != nil
        return isAllowed ? nil : "mail servers need mount namespaces, which this system does not let root have"
    }()

    /// Why there can't be one with the servers' files among the system's; nil where there can.
    package static let mergedObstacle: String? = {
        if let obstacle { return obstacle }
        let options = "lowerdir=\(TestServers.folder.path)/usr:/usr"
        let mount = ["mount", "-t", "overlay", "overlay", "-o", options, "/usr"]
        return (try? TestServers.run(unshare, namespaces + mount)) != nil
            ? nil : "this system does not let root lay one folder over another"
    }()

    private static let unshare = "/usr/bin/unshare"
    private static let namespaces = ["--mount", "--pid", "--fork", "--kill-child"]

    private let folder: URL
    private let process = Process()
    /// All ends where this does.
    private let input = Pipe()

    /// Runs what is `start` in a folder, with the folder's own /etc and /var.
    ///
    /// - Parameter merged: true where the unpacked servers' files are to lie among the system's: for a program that
    ///   knows its own paths and can't be told others.
    package init(_ folder: URL, merged: Bool = false) throws {
        self.folder = folder
        process.executableURL = URL(filePath: Self.unshare)
        process.arguments =
            Self.namespaces
            + ["/bin/sh", TestServers.sharedResource("in-own-root.sh"), folder.path, TestServers.folder.path]
            + (merged ? ["merged"] : [])
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try TestServers.withoutBlockedSignals { try process.run() }
    }

    deinit { stop() }

    /// Returns once somebody listens on all addresses; throws where it ends instead, or takes too long.
    package func wait(for hosts: [String], _ port: Int) throws {
        try TestServers.wait(for: hosts, port, of: process)
    }

    /// Ends all that runs in it, and takes its folder away.
    package func stop() {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.waitUntilExit() }
        try? FileManager.default.removeItem(at: folder)
    }
}
