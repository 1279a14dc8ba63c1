// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import FixtureFiles
internal import Foundation

/// One file of `Fixtures/providers/<id>/`: what is asked, what is sent, what comes back, what it means.
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

    /// What a request must look like. Headers are those that must be there; others may be.
    public struct ExpectedRequest: Sendable, Hashable {
        public var method: String
        /// Of a page: the host that the prospect names.
        public var host: String?
        public var path: String
        public var query: [String: String]
        public var headers: [String: String]
        public var json: JSONDocument?

        public init(
            method: String, host: String? = nil, path: String, query: [String: String] = [:],
            headers: [String: String] = [:], json: JSONDocument? = nil
        ) {
            self.method = method
            self.host = host
            self.path = path
            self.query = query
            self.headers = headers
            self.json = json
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

    /// Why a file is not a case.
    public struct Malformed: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads a case.
    ///
    /// - Throws: `Malformed`, with what is wrong.
    public init(json: [UInt8]) throws(Malformed) {
        do {
            self = try JSONDecoder().decode(CaseFile.self, from: Data(json)).made()
        } catch let error as Malformed {
            throw error
        } catch {
            throw Malformed(description: "not a case: \(error)")
        }
    }

    /// Reads every case of a provider from the fixtures, by name of file.
    ///
    /// - Throws: `Malformed`, with the file and what is wrong.
    public static func all(of provider: ProviderID) throws(Malformed) -> [ProviderCase] {
        var cases: [ProviderCase] = []
        let folder = "providers/\(provider)"
        for file in FixtureFiles.list(folder) where file.hasSuffix(".json") {
            guard let bytes = FixtureFiles.bytes("\(folder)/\(file)") else {
                throw Malformed(description: "\(folder)/\(file): can't be read")
            }
            do { cases.append(try ProviderCase(json: bytes)) } catch {
                throw Malformed(description: "\(folder)/\(file): \(error)")
            }
        }
        return cases
    }
}

extension ProviderCase: CustomStringConvertible {
    public var description: String { name }
}
