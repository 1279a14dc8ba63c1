// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Certificates and TLS servers by the `openssl` command, in a folder that goes away.
final class OpenSSL {
    struct Failure: Error {}

    /// Nil where the command isn't installed.
    static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first(where: FileManager.default.isExecutableFile)

    let folder: URL
    private var servers: [Process] = []

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        for server in servers where server.isRunning { kill(server.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    func file(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Makes `authority.pem`, and `<name>.pem` and `.key` for each host, signed by it.
    ///
    /// - Parameter days: from when to when it is valid, in days from now.
    func certify(_ name: String, host: String = "IP:127.0.0.1", days: ClosedRange<Int> = -1...30) throws {
        if !FileManager.default.fileExists(atPath: file("authority.pem")) { try makeAuthority() }
        try run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            file("\(name).key"),
            "-out", file("\(name).csr"), "-subj", "/CN=example", "-addext", "subjectAltName=\(host)",
        ])
        try run([
            "ca", "-batch", "-notext", "-config", file("ca.cnf"), "-in", file("\(name).csr"), "-out",
            file("\(name).pem"),
            "-startdate", Self.moment(days.lowerBound), "-enddate", Self.moment(days.upperBound),
        ])
    }

    /// Makes a certificate that nobody signed.
    func certifyItself(_ name: String) throws {
        try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", file("\(name).key"), "-out", file("\(name).pem"), "-days", "30", "-subj", "/CN=example",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ])
    }

    /// Starts `openssl s_server` with a certificate, and gives its port.
    ///
    /// - Parameter sending: bytes for each client to get, as soon as it is connected; nil answers as a web server.
    func serve(_ name: String, _ options: [String] = [], sending bytes: [UInt8]? = nil) throws -> Int {
        let server = Process()
        let (input, output) = (Pipe(), Pipe())
        server.executableURL = URL(fileURLWithPath: Self.path ?? "")
        server.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-cert", file("\(name).pem"), "-key", file("\(name).key")]
            + options + (bytes == nil ? ["-www"] : [])
        server.standardInput = input
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        try server.run()
        servers.append(server)
        // It prints `ACCEPT 127.0.0.1:<port>` once it listens.
        var text = ""
        while !text.contains("ACCEPT 127.0.0.1:") || !text.hasSuffix("\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure() }
            text += String(decoding: more, as: UTF8.self)
        }
        // Keeps the pipe from filling up, and its reader from being closed before the server ends.
        output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
        if let bytes { input.fileHandleForWriting.write(Data(bytes)) }
        inputs.append(input)
        let line = text.split(separator: "\n").last { $0.contains("ACCEPT 127.0.0.1:") }
        guard let port = line.flatMap({ Int($0.split(separator: ":").last ?? "") }) else { throw Failure() }
        return port
    }

    private var inputs: [Pipe] = []

    private func makeAuthority() throws {
        try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", file("authority.key"), "-out", file("authority.pem"), "-days", "30", "-subj", "/CN=authority",
        ])
        let settings = """
            [ca]
            default_ca = main
            [main]
            new_certs_dir = \(folder.path)
            database = \(file("index.txt"))
            certificate = \(file("authority.pem"))
            private_key = \(file("authority.key"))
            rand_serial = yes
            default_md = sha256
            policy = any
            unique_subject = no
            copy_extensions = copy
            [any]
            commonName = supplied
            """
        try settings.write(toFile: file("ca.cnf"), atomically: true, encoding: .utf8)
        try "".write(toFile: file("index.txt"), atomically: true, encoding: .utf8)
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path ?? "")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
    }

    /// In the form of `openssl ca`: `YYMMDDHHMMSSZ`.
    private static func moment(_ days: Int) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyMMddHHmmss'Z'"
        return formatter.string(from: Date(timeIntervalSinceNow: Double(days) * 86_400))
    }
}
