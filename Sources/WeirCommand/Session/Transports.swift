// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import HTTPTypes
internal import Synchronization

/// Sends nothing: what is remembered serves, and everything else fails as if the network were down.
struct OfflineTransport: HTTPTransport {
    func send(_ request: TransportRequest, deadline: Duration) async throws(TransportError) -> ProviderReply {
        throw TransportError(.connectFailed, requestLeft: false, "offline")
    }
}

/// Writes each exchange into a folder as a provider's case, without keys and without anything that names a person.
struct RecordingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let folder: URL
    private let redaction: Redaction
    private let counter: Counter

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    init(_ base: any HTTPTransport, into folder: URL, redaction: Redaction) throws {
        self.base = base
        self.folder = folder
        self.redaction = redaction
        counter = Counter()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func send(_ request: TransportRequest, deadline: Duration) async throws(TransportError) -> ProviderReply {
        let reply = try await base.send(request, deadline: deadline)
        let name = "\(request.pool.provider)-\(counter.next()).json"
        let text = redaction.document(of: request, reply).serialized()
        try? Data(text + Array("\n".utf8)).write(to: folder.appendingPathComponent(name), options: .atomic)
        return reply
    }
}

/// Takes a prospect's data and every key out of an exchange.
struct Redaction: Sendable {
    /// What is replaced, longest first, each with what stands for it.
    private let replacements: [(secret: String, stand: String)]

    /// - Parameter secrets: texts that must not be written, with what to write in their place.
    init(_ secrets: [(String, String)]) {
        let encoded = secrets.compactMap { secret, stand in
            secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { ($0, stand) }
        }
        let all = Dictionary((secrets + encoded).filter { $0.0.count > 1 }, uniquingKeysWith: { first, _ in first })
        replacements = all.sorted { ($1.key.count, $0.key) < ($0.key.count, $1.key) }.map { ($0.key, $0.value) }
    }

    func document(of request: TransportRequest, _ reply: ProviderReply) -> JSONValue {
        let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        return .object([
            .init("source", "recorded; names, addresses, numbers and keys are replaced"),
            .init("request", .object([
                .init("method", .string(request.method.rawValue)),
                .init("path", .string(redacted(parts.first ?? "/"))),
                .init("query", .array(query.map { .string(redactedItem($0)) })),
                .init("body", .string(redacted(String(decoding: request.body, as: UTF8.self)))),
            ])),
            .init("reply", .object([
                .init("status", .integer(Int64(reply.status))),
                .init("body", .string(redacted(String(decoding: reply.body, as: UTF8.self)))),
            ])),
        ])
    }

    /// Names of query items that carry keys.
    private static let keyNames: Set<String> = ["api_key", "apikey", "key", "api", "access_key", "apiid", "api_token", "token"]

    private func redactedItem(_ item: String) -> String {
        let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return redacted(item) }
        return Self.keyNames.contains(parts[0].lowercased()) ? "\(parts[0])=REDACTED" : "\(parts[0])=\(redacted(parts[1]))"
    }

    /// Replaces what is known of the prospect, then every address and number that is left. The names of JSON's members
    /// are the vendor's own words and stay, so that a provider can still read the case.
    func redacted(_ text: String) -> String {
        var result = ""
        var end = text.startIndex
        for member in text.matches(of: /"[A-Za-z0-9_]{1,64}"\s*:/) {
            result += redactedValues(String(text[end..<member.range.lowerBound])) + member.output
            end = member.range.upperBound
        }
        return result + redactedValues(String(text[end...]))
    }

    private func redactedValues(_ text: String) -> String {
        var text = text
        for (secret, stand) in replacements {
            text = text.replacingOccurrences(of: secret, with: stand, options: [.caseInsensitive, .diacriticInsensitive])
        }
        text = text.replacing(/[A-Za-z0-9._+\-]+(@|%40)[A-Za-z0-9.\-]+\.[A-Za-z]{2,}/, with: "jane.doe@example.com")
        text = text.replacing(/\+[0-9][0-9 ().\-]{6,}[0-9]/, with: "+12025550100")
        // Numbers without a country code: `(202) 555-0143`, `020 7946 0018`, `2025550143`.
        text = text.replacing(/\(?[0-9]{2,5}\)?[ .\-][0-9]{2,4}[ .\-][0-9]{3,6}/, with: "(202) 555-0100")
        return text.replacing(/\b[0-9]{10,15}\b/, with: "2025550100")
    }
}
