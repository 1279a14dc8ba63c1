// SPDX-License-Identifier: Apache-2.0
import Foundation
import Sandbox
import Synchronization
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Asks a running sandbox as any program would: over HTTP.
struct Client: Sendable {
    let port: Int

    /// Runs a sandbox on a free port and hands over a client of it.
    static func withSandbox(
        _ change: (inout SandboxSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Client) async throws -> Void
    ) async throws {
        var settings = SandboxSettings()
        change(&settings)
        try await Sandbox(settings: settings).withRunning { port in
            try await body(Client(port: port))
        }
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, headers, body: nil)
    }

    func post(
        _ path: String, _ headers: [String: String] = [:], _ body: String? = nil
    ) async throws -> Answer {
        try await send("POST", path, headers, body: body)
    }

    /// Changes the live settings of a vendor.
    func set(_ vendor: String, _ settings: String) async throws {
        let answer = try await post("/_sandbox/vendors/\(vendor)", [:], settings)
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// The state of one vendor.
    func state(of vendor: String) async throws -> Answer {
        let answer = try await get("/_sandbox/state")
        let vendors = answer["vendors"] as? [[String: Any]] ?? []
        let found = vendors.first { $0["id"] as? String == vendor }
        let body = try JSONSerialization.data(withJSONObject: found ?? [:])
        return Answer(status: answer.status, headers: [:], body: body)
    }

    private func send(
        _ method: String, _ path: String, _ headers: [String: String], body: String?
    ) async throws -> Answer {
        var request = URLRequest(
            url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")),
            cachePolicy: .reloadIgnoringLocalAndRemoteCacheData, timeoutInterval: 30)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await Exchange.run(request)
        let http = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in http.allHeaderFields {
            fields["\(name)".lowercased()] = "\(value)"
        }
        return Answer(status: http.statusCode, headers: fields, body: data)
    }
}

/// One request on a connection of its own, whose redirects are not followed.
///
/// `URLSession.data(for:)` follows redirects on Linux whatever its delegate says.
private final class Exchange: NSObject, URLSessionDataDelegate {
    private struct State {
        var data = Data()
        var continuation: CheckedContinuation<(Data, URLResponse?), any Error>?
    }

    private let state = Mutex(State())

    static func run(_ request: URLRequest) async throws -> (Data, URLResponse?) {
        let exchange = Exchange()
        let session = URLSession(configuration: .ephemeral, delegate: exchange, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        return try await withCheckedThrowingContinuation { continuation in
            exchange.state.withLock { $0.continuation = continuation }
            session.dataTask(with: request).resume()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        state.withLock { $0.data.append(data) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        let (continuation, data) = state.withLock { state in
            defer { state.continuation = nil }
            return (state.continuation, state.data)
        }
        if let error {
            continuation?.resume(throwing: error)
        } else {
            continuation?.resume(returning: (data, task.response))
        }
    }
}

/// What came back.
struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value at a path such as `data.emails.0.value`; `nil` where there is none, or it is `null`.
    subscript(_ path: String) -> Any? {
        var value: Any? = try? JSONSerialization.jsonObject(with: body)
        for part in path.split(separator: ".") {
            if let index = Int(part) {
                let array = value as? [Any] ?? []
                value = index < array.count ? array[index] : nil
            } else {
                value = (value as? [String: Any])?[String(part)]
            }
        }
        return value is NSNull ? nil : value
    }

    func string(_ path: String) -> String? { self[path] as? String }
    func number(_ path: String) -> Double? { (self[path] as? NSNumber)?.doubleValue }
    func bool(_ path: String) -> Bool? { self[path] as? Bool }
}
