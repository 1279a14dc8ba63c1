// SPDX-License-Identifier: Apache-2.0

/// What a vendor answers, and how it is counted.
struct Reply: Sendable {
    /// What a reply was, for the counters.
    enum Outcome: Sendable {
        case hit, miss, pending, account, refused, throttled, outOfCredits, rejected, failed
    }

    var status: Int
    var outcome: Outcome
    var headers: [(name: String, value: String)] = []
    var contentType: String
    var body: [UInt8]

    /// An answer in JSON.
    init(_ status: Int, _ outcome: Outcome, _ json: JSON, type: String = "application/json") {
        self.status = status
        self.outcome = outcome
        self.contentType = type
        self.body = json.bytes
    }

    /// An answer in another kind of text.
    init(_ status: Int, _ outcome: Outcome, text: String, type: String) {
        self.status = status
        self.outcome = outcome
        self.contentType = type
        self.body = Array(text.utf8)
    }

    /// The same answer with headers added.
    func with(_ headers: [(name: String, value: String)]) -> Reply {
        var reply = self
        reply.headers += headers
        return reply
    }
}
