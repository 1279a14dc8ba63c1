// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Foundation

/// One file of cases: what is asked, what is sent, what comes back, what it means. `Fixtures/providers/README.md` has
/// the form, which cases beside a configuration share.
public struct ProviderCase: Sendable {
    /// A sentence that says what the case is about.
    public var name: String
    /// Where the fact is from, and when it was collected.
    public var source: String
    /// How sure the fact is: `live`, `documented`, `third_party` or `memory`.
    public var confidence: String
    public var subject: Subject
    public var exchanges: [Exchange]
    public var expected: Expectation
    /// What the replies say of the vendor's quotas; nil where the case isn't about that.
    public var quotas: [Quota]?

    public init(
        name: String, source: String, confidence: String, subject: Subject, exchanges: [Exchange],
        expected: Expectation, quotas: [Quota]? = nil
    ) {
        self.name = name
        self.source = source
        self.confidence = confidence
        self.subject = subject
        self.exchanges = exchanges
        self.expected = expected
        self.quotas = quotas
    }

    /// What a provider is asked.
    public enum Subject: Sendable, Hashable {
        case query(ContactQuery)
        case candidate(Candidate)
        /// The free look at the team's account with the vendor.
        case account
    }

    /// One request that must be sent, and the reply that it gets.
    public struct Exchange: Sendable {
        public var request: ExpectedRequest
        public var reply: ProviderReply

        public init(request: ExpectedRequest, reply: ProviderReply) {
            self.request = request
            self.reply = reply
        }
    }

    /// What a request must look like. Headers are those that must be there; others may be. A body is JSON or a form.
    public struct ExpectedRequest: Sendable, Hashable {
        public var method: String
        /// Of a page: the host that the prospect names.
        public var host: String?
        public var path: String
        public var query: [String: String]
        public var headers: [String: String]
        public var json: JSONDocument?
        public var form: [String: String]?

        public init(
            method: String, host: String? = nil, path: String, query: [String: String] = [:],
            headers: [String: String] = [:], json: JSONDocument? = nil, form: [String: String]? = nil
        ) {
            self.method = method
            self.host = host
            self.path = path
            self.query = query
            self.headers = headers
            self.json = json
            self.form = form
        }
    }

    /// What must come of it.
    public enum Expectation: Sendable, Hashable {
        case answer(ProviderAnswer)
        case verdict(Verdict)
        case account(ProviderAccount)
        case error(ProviderError.Kind, retryAfter: Duration?)
    }

    /// What a reply says of one window of the vendor's.
    public struct Quota: Sendable, Hashable {
        /// Calls that are left in it.
        public var left: Int
        /// When it starts anew, as the reply says; nil where it doesn't.
        public var resetsAfter: Duration?
        /// How long it lasts at most, where the reply doesn't say.
        public var resetsWithin: Duration?

        public init(left: Int, resetsAfter: Duration? = nil, resetsWithin: Duration? = nil) {
            self.left = left
            self.resetsAfter = resetsAfter
            self.resetsWithin = resetsWithin
        }
    }

    /// Why a file is not a case, in words that say where in it.
    public struct Malformed: Error, Sendable, CustomStringConvertible {
        public let description: String

        public init(description: String) { self.description = description }
    }

    /// Bytes of a file.
    public static let maximumLength = 4 * 1_024 * 1_024

    /// Reads a case.
    ///
    /// - Throws: `Malformed`, with what is wrong.
    public init(json: [UInt8]) throws(Malformed) {
        guard json.count <= Self.maximumLength else {
            throw Malformed(description: "not a case: longer than 4 MiB")
        }
        do {
            let document = try JSONDecoder().decode(JSONDocument.self, from: Data(json))
            if let problem = CaseForm.problem(in: document) { throw Malformed(description: problem) }
            self = try JSONDecoder().decode(CaseFile.self, from: Data(json)).made()
        } catch let error as Malformed {
            throw error
        } catch DecodingError.dataCorrupted {
            throw Malformed(description: "not JSON\(Self.mistake(in: json).map { ": \($0)" } ?? "")")
        } catch let error as DecodingError {
            throw Malformed(description: error.words)
        } catch {
            throw Malformed(description: "not a case")
        }
    }

    /// Reads the replies of a file with exchanges, whatever it says must come of them.
    ///
    /// - Throws: `Malformed`, with what is wrong.
    public static func replies(json: [UInt8]) throws(Malformed) -> [ProviderReply] {
        struct Recording: Decodable {
            var exchanges: [CaseFile.ExchangeText]
        }
        guard json.count <= maximumLength else { throw Malformed(description: "longer than 4 MiB") }
        do {
            return try JSONDecoder().decode(Recording.self, from: Data(json)).exchanges.map(\.made.reply)
        } catch DecodingError.dataCorrupted {
            throw Malformed(description: "not JSON\(mistake(in: json).map { ": \($0)" } ?? "")")
        } catch let error as DecodingError {
            throw Malformed(description: error.words)
        } catch {
            throw Malformed(description: "not a file of exchanges")
        }
    }

    /// Where a text stops being JSON; nil where it isn't known.
    private static func mistake(in json: [UInt8]) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
            return nil
        } catch {
            let words = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
            if words.contains("end of file") { return "it ends too early" }
            let number = words.split { !$0.isNumber }.last.flatMap { Int($0) }
            guard let offset = number, offset <= json.count else { return nil }
            let lines = json[..<offset].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            return "line \(lines.count), column \((lines.last?.count ?? 0) + 1)"
        }
    }

    /// The capability that the case is about; nil for a look at the account.
    public var capability: Capability? {
        switch subject {
        case .query(let query): query.capability
        case .candidate(.email): .verifyEmail
        case .candidate(.phone): .verifyPhone
        case .account: nil
        }
    }
}

extension ProviderCase: CustomStringConvertible {
    public var description: String { name }
}

extension DecodingError {
    /// What is wrong, and where, without the values.
    fileprivate var words: String {
        switch self {
        case .keyNotFound(let key, let context): "`\(Self.path(context.codingPath + [key]))` is missing"
        case .typeMismatch(let type, let context): "`\(Self.path(context.codingPath))` is not \(Self.kind(type))"
        case .valueNotFound(let type, let context):
            "`\(Self.path(context.codingPath))` is null, and not \(Self.kind(type))"
        case .dataCorrupted: "not JSON"
        @unknown default: "not a case"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? key.stringValue : ".\(key.stringValue)")
        }
    }

    private static func kind(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Int.Type, is Int64.Type: "a whole number"
        case is Double.Type: "a number"
        case is any RangeReplaceableCollection.Type: "a list"
        default: "an object"
        }
    }
}
