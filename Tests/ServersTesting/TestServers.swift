// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Glibc

/// What the servers have in common that tests start on loopback addresses.
package enum TestServers {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) { self.description = description }
    }

    /// The repository.
    package static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// Where `make servers` unpacks them.
    package static let folder = root.appending(path: ".build/servers")

    /// The path of a fetched program; nil where it isn't there.
    package static func fetched(_ name: String) -> String? {
        let path = folder.appending(path: "bin/\(name)").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// A file among this target's resources.
    static func sharedResource(_ name: String) -> String { Bundle.module.bundlePath + "/Resources/" + name }

    package static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A port that nobody has at the moment on these addresses: the given one, or any that is free.
    package static func port(_ port: Int?, on hosts: [String]) throws -> Int {
        let port = try port ?? freePort(on: hosts.first ?? "")
        guard try listeners(on: port).isDisjoint(with: hosts) else {
            throw Failure(description: "port \(port) is taken")
        }
        return port
    }

    private static func freePort(on host: String) throws -> Int {
        let socket = try streamSocket()
        defer { close(socket) }
        guard unsafe withAddress(host, port: 0, { unsafe bind(socket, $0, $1) }) == 0 else {
            throw Failure(description: "no port is free")
        }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(socket, $0, &length) }
        }
        guard result == 0 else { throw Failure(description: "no port is free") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    /// How often a server is looked after, 10 ms apart.
    private static let maximumTries = 1_500

    /// Returns once a server listens on all addresses, and is ready by its own account; throws where its process ends
    /// instead, or takes too long. Nobody connects for that: a slow server would be kept busy by it.
    package static func wait(
        for hosts: [String], _ port: Int, of process: Process, until isReady: () -> Bool = { true }
    ) throws {
        for _ in 0..<maximumTries {
            guard process.isRunning else { throw Failure(description: "the server ended") }
            if Set(hosts).isSubset(of: try listeners(on: port)), isReady() { return }
            poll(nil, 0, 10)
        }
        throw Failure(description: "the server does not listen")
    }

    /// The addresses on which somebody listens: the system's table has both in hexadecimal, the address backwards, and
    /// state 0A for a listener.
    private static func listeners(on port: Int) throws -> Set<String> {
        // To its end: it comes in pieces that are shorter than what was asked for.
        let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/net/tcp"))
        let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        let hosts = table.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard words.count > 3, words[3] == "0A" else { return nil }
            let local = words[1].split(separator: ":")
            guard local.count == 2, Int(local[1], radix: 16) == port, let address = UInt32(local[0], radix: 16) else {
                return nil
            }
            return [0, 8, 16, 24].map { String((address >> $0) & 255) }.joined(separator: ".")
        }
        return Set(hosts)
    }

    /// Does something with no signal blocked, so that a process which is started there has none blocked either. The
    /// threads that tasks run on block most of them, and a shell that doesn't hear of its children's ends waits for
    /// ever.
    package static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// Runs a program to its end; throws where it fails.
    package static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(program) failed: \(arguments)") }
    }

    private static func streamSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "no socket") }
        return descriptor
    }

    private static func withAddress(
        _ host: String, port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return -1 }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe body(generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
