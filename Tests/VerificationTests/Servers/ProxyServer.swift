// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServersTesting

/// A proxy on loopback that notes whom it was asked for: SOCKS 5 and HTTP CONNECT.
final class ProxyServer: Sendable {
    let port: Int
    private let folder: URL
    private let process = Process()
    private let input = Pipe()

    /// - Parameter login: what an HTTP client must name.
    init(login: String? = nil) throws {
        port = try TestServers.port(nil, on: ["127.0.0.1"])
        folder = try TestServers.temporaryFolder()
        process.executableURL = URL(filePath: "/usr/bin/perl")
        process.arguments =
            [TestServers.resource("proxy.pl"), "\(port)", folder.appending(path: "log").path]
            + (login.map { [$0] } ?? [])
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try TestServers.withoutBlockedSignals { try process.run() }
        try TestServers.wait(for: ["127.0.0.1"], port, of: process)
    }

    deinit { stop() }

    /// The hosts and ports that it connected to.
    var targets: [String] {
        let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
        return log.split(separator: "\n").map(String.init)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.waitUntilExit() }
        try? FileManager.default.removeItem(at: folder)
    }
}
