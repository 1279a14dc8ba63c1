// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServersTesting

/// A mail server that was fetched by `make servers`, in a root of its own: one tree of processes that behaves in every
/// way of `MailServerCase`, each on a loopback address. It needs root.
final class MailServer: Sendable {
    /// Why a server can't be started here; nil where it can.
    static func obstacle(_ kind: MailServerKind) -> String? {
        if TestServers.fetched(kind.rawValue) == nil { return "\(kind) is not there: make servers" }
        if MailCertificates.program == nil { return "openssl is not there" }
        return OwnRoot.obstacle
    }

    /// How often a port that was free a moment ago is tried, until one still is.
    private static let maximumStarts = 5

    let kind: MailServerKind
    /// The same on every address.
    let port: Int
    /// The certificate to trust for `startTLS`.
    let authority: String
    private let folder: URL
    private let root: OwnRoot

    /// Starts a server, and returns once it listens on every address.
    ///
    /// - Parameters:
    ///   - port: a free one where it is nil.
    ///   - greylisting: after how many seconds a greylisted client is let through; 0 is at the second time.
    ///   - delay: how many seconds a slow answer takes.
    static func start(
        _ kind: MailServerKind, port: Int? = nil, greylisting: Int = 0, delay: Int = 1
    ) throws -> MailServer {
        var failure: (any Error)?
        for _ in 0..<maximumStarts {
            let settings = MailServerSettings(
                kind: kind, port: try TestServers.port(port, on: hosts(kind)), greylisting: greylisting, delay: delay)
            do { return try MailServer(settings) } catch { failure = error }
            if port != nil { break }
        }
        throw failure ?? TestServers.Failure(description: "\(kind) does not start")
    }

    private init(_ settings: MailServerSettings) throws {
        kind = settings.kind
        port = settings.port
        folder = try TestServers.temporaryFolder()
        authority = folder.appending(path: "etc/tls/authority.pem").path
        try Self.write(settings, into: folder)
        root = try OwnRoot(folder)
        do {
            try root.wait(for: Self.hosts(settings.kind), port)
        } catch {
            let text = log
            stop()
            throw TestServers.Failure(description: "\(settings.kind) does not start: \(error)\n\(text)")
        }
    }

    deinit { stop() }

    /// What it wrote down, for a test that fails.
    var log: String {
        let names = ["log", "var/log/mail", "var/log/exim/mainlog", "var/log/exim/paniclog"]
        let texts = names.compactMap { try? String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        return texts.joined(separator: "\n")
    }

    /// Where it behaves so.
    func host(_ behaviour: MailServerCase) -> String { behaviour.host(kind) }

    /// Ends it and all that it started, and takes its folder away.
    func stop() { root.stop() }

    private static func hosts(_ kind: MailServerKind) -> [String] { MailServerCase.allCases.map { $0.host(kind) } }

    private static func write(_ settings: MailServerSettings, into folder: URL) throws {
        let defect: MailCertificates.Defect =
            switch settings.kind {
            case .postfix: .expired
            case .exim: .signedByNobody
            case .opensmtpd: .otherName
            }
        _ = try MailCertificates(
            in: folder.appending(path: "etc/tls"), name: MailServerCase.startTLS.exchanger(settings.kind),
            badName: MailServerCase.badCertificate.exchanger(settings.kind), defect)
        for (name, text) in settings.files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        for name in ["postfix-policy.pl", "opensmtpd-filter.pl"] {
            try FileManager.default.copyItem(
                atPath: TestServers.resource(name), toPath: folder.appending(path: "etc/\(name)").path)
        }
    }
}
