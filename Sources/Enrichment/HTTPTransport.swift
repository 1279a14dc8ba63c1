// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// Sends one HTTP request and gives the whole reply. Retries, limits, credentials and recording are wrappers of it.
public protocol HTTPTransport: Sendable {
    /// - Parameter deadline: how long from now the whole exchange may take, connecting included.
    /// - Throws: `cancelled` soon after the task is cancelled: the transfer is really stopped.
    func send(_ request: TransportRequest, deadline: Duration) async throws(TransportError) -> ProviderReply
}

/// A request as it goes on the wire, with its credential in it: made by the engine, never seen by a provider, never
/// printed.
public struct TransportRequest: Sendable {
    public var method: HTTPRequest.Method
    /// Scheme, host and port: `https://api.example.com:8443`.
    public var origin: String
    /// Path and query, percent-encoded, starting with `/`.
    public var target: String
    public var headers: [HeaderItem]
    public var body: [UInt8]
    /// Whose connections may carry it.
    public var pool: ConnectionPoolID
    /// True lets it reach private and loopback addresses.
    public var allowsPrivateAddresses: Bool
    /// Redirects to follow; only where no credential goes along.
    public var maximumRedirects: Int

    public init(
        method: HTTPRequest.Method, origin: String, target: String, headers: [HeaderItem] = [], body: [UInt8] = [],
        pool: ConnectionPoolID, allowsPrivateAddresses: Bool = false, maximumRedirects: Int = 0
    ) {
        self.method = method
        self.origin = origin
        self.target = target
        self.headers = headers
        self.body = body
        self.pool = pool
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.maximumRedirects = maximumRedirects
    }
}

extension TransportRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(method.rawValue) by \(pool.provider)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Whose connections a request may travel on: one pool for each provider and credential, so that no connection that
/// was authenticated for one key ever carries another.
public struct ConnectionPoolID: Sendable, Hashable {
    public let provider: ProviderID
    /// The credential's number within the provider; 0 where there is none.
    public let credential: Int

    public init(provider: ProviderID, credential: Int = 0) {
        self.provider = provider
        self.credential = credential
    }
}

/// Why an exchange came to nothing. Holds no URL, header or body.
public struct TransportError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The request itself is not one that may be sent: a control character, a scheme, an address that is not
        /// allowed.
        case refused
        /// No connection: name not resolved, refused, unreachable, or TLS not trusted.
        case connectFailed = "connect_failed"
        case timedOut = "timed_out"
        /// The connection ended before the reply did.
        case interrupted
        /// The reply breaks HTTP, its encoding, or a limit on size.
        case malformed
        case cancelled
    }

    public let kind: Kind
    /// False where not one byte of the request has left: then nothing can have been billed.
    public let requestLeft: Bool
    /// A fixed phrase: what exactly.
    public let detail: String?

    public init(_ kind: Kind, requestLeft: Bool, _ detail: StaticString? = nil) {
        self.kind = kind
        self.requestLeft = requestLeft
        self.detail = detail.map { "\($0)" }
    }
}

extension TransportError: CustomStringConvertible {
    public var description: String { detail.map { "\(kind.rawValue): \($0)" } ?? kind.rawValue }
}

extension TransportError {
    /// What the failure means for an attempt.
    ///
    /// - Parameter repeatable: true where the vendor never bills a repeat of the request. Otherwise a request that left
    ///   without an answer is lost: the vendor may have billed it.
    public func providerError(repeatable: Bool) -> ProviderError {
        switch kind {
        case .cancelled: ProviderError(.cancelled)
        case .refused: ProviderError(.rejectedQuery, "the request may not be sent")
        case .malformed: ProviderError(.malformedReply, "the reply breaks HTTP or a limit")
        case .connectFailed: ProviderError(.unavailable, "no connection")
        case .timedOut, .interrupted:
            if requestLeft && !repeatable {
                ProviderError(.answerLost, "the request left, and no answer came")
            } else if kind == .timedOut {
                ProviderError(.timedOut)
            } else {
                ProviderError(.unavailable, "the connection ended")
            }
        }
    }
}
