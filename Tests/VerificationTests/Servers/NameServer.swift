// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServersTesting

/// A name server on a loopback address: Unbound, fetched by `make servers`, with one zone, the root. It answers as a
/// resolver does, and asks nobody.
///
/// It knows `Resources/example.zone`, and for each mail server and case the domain, its exchanger and the exchanger's
/// address. It needs no root.
final class NameServer: Sendable {
    /// Nil where it isn't installed and `make servers` did not fetch it.
    static let path: String? =
        TestServers.fetched("unbound")
        ?? ["/usr/sbin/unbound", "/usr/local/sbin/unbound"].first(where: FileManager.default.isExecutableFile)

    /// How often a port that was free a moment ago is tried, until one still is.
    private static let maximumStarts = 5

    private static let host = "127.25.0.1"

    /// A shell that runs a program until its own input ends, so also where the test's process is killed.
    private static let shell = """
        exec 3<&0
        "$@" </dev/null 3<&- & server=$!
        { while read -r _; do :; done; kill -KILL $server; } <&3 & watcher=$!
        exec 3<&-
        wait $server
        kill $watcher
        """

    let host = NameServer.host
    /// By UDP and by TCP.
    let port: Int
    private let folder: URL
    private let process = Process()
    private let input = Pipe()

    /// Starts it, and returns once it answers.
    ///
    /// - Parameters:
    ///   - records: more lines of the zone, with full names: `other.example. 60 MX 10 mx1.dns.example.`
    ///   - port: a free one where it is nil.
    static func start(_ records: [String] = [], port: Int? = nil) throws -> NameServer {
        var failure: (any Error)?
        for _ in 0..<maximumStarts {
            let free = try TestServers.port(port, on: [host])
            do { return try NameServer(records, free) } catch { failure = error }
            if port != nil { break }
        }
        throw failure ?? TestServers.Failure(description: "the name server does not start")
    }

    private init(_ records: [String], _ port: Int) throws {
        self.port = port
        folder = try TestServers.temporaryFolder()
        let zone = try String(contentsOfFile: TestServers.resource("example.zone"), encoding: .utf8)
        try write("zone", zone + (Self.mailServers + records).map { $0 + "\n" }.joined())
        try write("unbound.conf", configuration)
        try write("log", "")
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments =
            ["-c", Self.shell, "sh", Self.path ?? "", "-d", "-p", "-c", folder.appending(path: "unbound.conf").path]
        let output = try FileHandle(forWritingTo: folder.appending(path: "log"))
        process.standardOutput = output
        process.standardError = output
        process.standardInput = input
        try TestServers.withoutBlockedSignals { try process.run() }
        do {
            try TestServers.wait(for: [host], port, of: process) { self.log.contains("start of service") }
        } catch {
            let text = log
            stop()
            throw TestServers.Failure(description: "the name server does not start: \(error)\n\(text)")
        }
    }

    deinit { stop() }

    /// What it wrote down, for a test that fails.
    var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }

    /// Ends it, and takes its folder away.
    func stop() {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.waitUntilExit() }
        try? FileManager.default.removeItem(at: folder)
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }

    private static var mailServers: [String] {
        MailServerKind.allCases.flatMap { kind in
            MailServerCase.allCases.flatMap { behaviour in
                [
                    "\(behaviour.domain(kind)). MX 10 \(behaviour.exchanger(kind)).",
                    "\(behaviour.exchanger(kind)). A \(behaviour.host(kind))",
                ]
            }
        }
    }

    /// `servfail` is a zone that can't be had.
    private var configuration: String {
        """
        server:
            interface: \(host)
            port: \(port)
            access-control: 127.0.0.0/8 allow
            outgoing-interface: 127.0.0.1
            do-ip6: no
            do-daemonize: no
            num-threads: 1
            username: ""
            chroot: ""
            directory: "\(folder.path)"
            pidfile: ""
            use-syslog: no
            verbosity: 1
            logfile: ""
            module-config: "iterator"
            max-udp-size: 1232
            minimal-responses: no
            local-zone: "127.in-addr.arpa." nodefault
            local-zone: "silent.dns.example." always_deny
            local-zone: "refused.dns.example." always_refuse
        auth-zone:
            name: "."
            zonefile: "zone"
            for-downstream: no
            for-upstream: yes
            fallback-enabled: no
        auth-zone:
            name: "servfail.dns.example."
            for-downstream: no
            for-upstream: yes
            fallback-enabled: no
        remote-control:
            control-enable: no

        """
    }
}
