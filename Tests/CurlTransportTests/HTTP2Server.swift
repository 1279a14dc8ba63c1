// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import HTTPTypes
import Testing

/// A server of HTTP/2 over TLS on 127.0.0.1, a process of its own: `nghttpd` of nghttp2. It serves the files of its
/// folder, sends back what it is posted, and writes down every frame.
struct HTTP2Server: Sendable {
    struct Failure: Error {}

    /// Nil where it isn't installed and `make servers` did not fetch it.
    static let path: String? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        let fetched = folder.appending(path: ".build/servers/bin/nghttpd").path
        return [fetched, "/usr/sbin/nghttpd", "/usr/bin/nghttpd", "/usr/local/bin/nghttpd"]
            .first(where: FileManager.default.isExecutableFile)
    }()

    /// The server of the test that runs: `HTTP2ServerTrait` starts one for each.
    @TaskLocal static var current: HTTP2Server?

    /// How often a port that was free a moment ago is tried, until one still is.
    private static let maximumStarts = 10

    let port: Int
    /// The certificate to trust.
    let authority: String
    private let process: Process
    private let folder: URL

    /// Starts it on a free port, and returns once it listens.
    ///
    /// - Parameters:
    ///   - tls: where its certificate is made.
    ///   - streams: how many exchanges one connection may carry at a time.
    init(_ tls: OpenSSL, streams: Int) async throws {
        try tls.certify("http2")
        folder = tls.folder.appending(path: "answers")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        authority = tls.file("authority.pem")
        for _ in 0..<Self.maximumStarts {
            let port = try Self.freePort()
            let process = Process()
            process.executableURL = Self.path.map { URL(filePath: $0) }
            process.arguments = [
                "-v", "-a", "127.0.0.1", "-d", folder.path, "-m", String(streams), "--echo-upload", String(port),
                tls.file("http2.key"), tls.file("http2.pem"),
            ]
            let log = tls.folder.appending(path: "log")
            try Data().write(to: log)
            process.standardOutput = try FileHandle(forWritingTo: log)
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            while process.isRunning {
                if Self.text(of: folder).contains("listen 127.0.0.1:\(port)") {
                    (self.port, self.process) = (port, process)
                    return
                }
                await Task.yield()
            }
        }
        throw Failure()
    }

    var pid: Int32 { process.processIdentifier }

    /// What it wrote down: each frame before its answer leaves.
    var log: String { Self.text(of: folder) }

    /// Connections so far on which a frame was read.
    var connections: Int {
        Set(log.split(separator: "\n").filter { $0.hasPrefix("[id=") }.map { $0.prefix { $0 != " " } }).count
    }

    /// Puts a file there for a GET.
    func put(_ name: String, _ content: some StringProtocol) throws {
        try Data(content.utf8).write(to: folder.appending(path: name))
    }

    /// Puts a file of so many zeros there.
    func put(_ name: String, zeros: Int) throws {
        try Data().write(to: folder.appending(path: name))
        let file = try FileHandle(forWritingTo: folder.appending(path: name))
        try file.truncate(atOffset: UInt64(zeros))
        try file.close()
    }

    /// Stops it in the middle of whatever it does; its connections stay.
    func freeze() { kill(pid, SIGSTOP) }

    func thaw() { kill(pid, SIGCONT) }

    /// Ends it as a machine ends that loses its power, except that the system closes its connections.
    func end() {
        guard process.isRunning else { return }
        kill(pid, SIGKILL)
        process.waitUntilExit()
    }

    /// A GET, or a POST of a body.
    func request(_ target: String, body: [UInt8]? = nil) -> TransportRequest {
        TransportRequest(
            method: body == nil ? .get : .post, origin: "https://127.0.0.1:\(port)", target: target, body: body ?? [],
            pool: ConnectionPoolID(provider: "example"), allowsPrivateAddresses: true)
    }

    private static func text(of folder: URL) -> String {
        let log = folder.deletingLastPathComponent().appending(path: "log")
        return (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    /// It can't say which port it took, so it is given one.
    private static func freePort() throws -> Int {
        let listener = try FullListener()
        listener.close()
        return listener.port
    }
}

/// Starts an HTTP/2 server for each test, and ends it.
struct HTTP2ServerTrait: TestTrait, SuiteTrait, TestScoping {
    let streams: Int
    var isRecursive: Bool { true }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let tls = try OpenSSL()
        let server = try await HTTP2Server(tls, streams: streams)
        defer { server.end() }
        try await HTTP2Server.$current.withValue(server) { try await function() }
        withExtendedLifetime(tls) {}
    }
}

extension Trait where Self == HTTP2ServerTrait {
    /// A server of HTTP/2 for each test.
    ///
    /// - Parameter streams: how many exchanges one connection may carry at a time.
    static func http2Server(streams: Int = 100) -> Self { HTTP2ServerTrait(streams: streams) }
}
