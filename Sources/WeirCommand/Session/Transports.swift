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
        try? Data(redaction.example(of: request, reply).utf8).write(
            to: folder.appendingPathComponent(name), options: .atomic)
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

    /// An exchange in the form of a provider's case: what it must come to is left to be written.
    func example(of request: TransportRequest, _ reply: ProviderReply) -> String {
        let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
        let items = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { redactedItem(String($0)) }
        let query = items.map { "\(quoted($0.name)): \(quoted($0.value))" }.joined(separator: ", ")
        let body = request.body.isEmpty ? "" : ", \(content(request.body))"
        return """
            {
              "name": \(quoted("recorded from \(request.pool.provider)")),
              "source": "recorded; names, addresses, numbers and keys are replaced",
              "confidence": "live",
              "exchanges": [
                {
                  "request": {
                    "method": \(quoted(request.method.rawValue)), "path": \(quoted(redacted(parts.first ?? "/"))),
                    "query": {\(query)}\(body)
                  },
                  "reply": {"status": \(reply.status), \(content(reply.body))}
                }
              ]
            }

            """
    }

    /// A body as JSON where it is that, else as text.
    private func content(_ body: [UInt8]) -> String {
        let text = redacted(String(decoding: body, as: UTF8.self))
        let isJSON = (try? JSONReader.read(Array(text.utf8)) { _ in true }) ?? false
        return isJSON ? "\"json\": \(text)" : "\"text\": \(quoted(text))"
    }

    private func quoted(_ text: String) -> String { JSONValue.string(text).line }

    /// Names of query items that carry keys.
    private static let keyNames: Set<String> = [
        "api_key", "apikey", "key", "api", "access_key", "apiid", "api_token", "token",
    ]

    private func redactedItem(_ item: String) -> (name: String, value: String) {
        let parts = item.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? String($0) }
        guard let name = parts.first else { return (redacted(item), "") }
        let value = parts.count == 2 ? parts[1] : ""
        return (name, Self.keyNames.contains(name.lowercased()) ? "REDACTED" : redacted(value))
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
            text = text.replacingOccurrences(
                of: secret, with: stand, options: [.caseInsensitive, .diacriticInsensitive])
        }
        text = text.replacing(/[A-Za-z0-9._+\-]+(@|%40)[A-Za-z0-9.\-]+\.[A-Za-z]{2,}/, with: "jane.doe@example.com")
        text = text.replacing(/\+[0-9][0-9 ().\-]{6,}[0-9]/, with: "+12025550100")
        // Numbers without a country code: `(202) 555-0143`, `020 7946 0018`, `2025550143`.
        text = text.replacing(/\(?[0-9]{2,5}\)?[ .\-][0-9]{2,4}[ .\-][0-9]{3,6}/, with: "(202) 555-0100")
        return text.replacing(/\b[0-9]{10,15}\b/, with: "2025550100")
    }
}
