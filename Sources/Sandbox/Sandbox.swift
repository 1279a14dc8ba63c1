// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import Logging

/// A local server that answers as the vendors do, so that a first run needs no account anywhere.
///
/// It is written from the vendors' documents and knows nothing of the providers that ask it. It listens on
/// loopback, makes no connection of its own, and knows fictional people alone.
public struct Sandbox: Sendable {
    /// The port that a written configuration points at.
    public static let defaultPort = 7400

    private let settings: SandboxSettings
    private let core: Core

    /// Prepares a sandbox; its state (balances, counters, charges) lives as long as the value and its copies.
    public init(settings: SandboxSettings = .init()) {
        self.settings = settings
        core = Core(settings: settings)
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameters:
    ///   - host: An address of this machine's loopback, unless `allowsRemoteHosts` is set.
    ///   - port: The port, or 0 for one that is free.
    ///   - onRunning: Called once, with the port, when requests are answered.
    /// - Throws: ``SandboxError`` where the host is refused, or what the server throws where it can't listen.
    public func run(
        host: String = "127.0.0.1", port: Int = Sandbox.defaultPort,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws {
        guard settings.allowsRemoteHosts || Self.isLoopback(host) else {
            throw SandboxError.hostNotLoopback(host)
        }
        var application = Application(
            responder: Responder(core: core),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "weir-sandbox"),
            onServerRunning: { [core] channel in
                let port = channel.localAddress?.port ?? port
                core.setPort(port)
                await onRunning(port)
            })
        application.logger.logLevel = .critical
        try await application.run()
    }

    /// Serves while `body` runs, on a free port unless one is given, and returns what `body` returns.
    public func withRunning<Value: Sendable>(
        port: Int = 0, _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, source) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                defer { source.finish() }
                try await run(port: port) { source.yield($0) }
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let isIPv4 =
            host.hasPrefix("127.") && host.split(separator: ".").count == 4
            && host.allSatisfy { $0.isNumber || $0 == "." }
        return isIPv4 || host == "localhost" || host == "::1"
    }
}

/// Why a sandbox does not start.
public enum SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The host can be reached from other machines, which was not allowed.
    case hostNotLoopback(String)
    /// A setting on a command line is not one, or has a value that it can't have.
    case invalidSetting(String, reason: String)

    /// What is wrong, and what to do about it.
    public var description: String {
        switch self {
        case .hostNotLoopback(let host):
            "The sandbox listens on this machine alone, and \(host) is not a loopback address. "
                + "Use 127.0.0.1, or allow remote hosts explicitly."
        case .invalidSetting(let assignment, let reason):
            "The setting \(assignment) is not usable: \(reason)."
        }
    }
}
