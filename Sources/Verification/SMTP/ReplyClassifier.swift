// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Tells why a mail host said what it said: by its code, its enhanced code and its words, after rules that are data
/// (`smtp-replies.json`). The first rule that fits decides.
struct ReplyClassifier: Sendable {
    private let rules: [Rule]

    /// The rules that come with the program.
    static let standard = ReplyClassifier(builtIn: .smtpReplies)

    /// Reads rules; nil where the text is not of their form.
    init?(_ json: [UInt8]) {
        let rules = try? JSONReader.read(json) { json throws(ProviderError) in json["rules"].elements.map(Rule.init) }
        guard let rules, !rules.isEmpty, rules.allSatisfy({ $0 != nil }) else { return nil }
        self.rules = rules.compactMap(\.self)
    }

    private init(builtIn file: EmbeddedFile) {
        guard let rules = ReplyClassifier(file.bytes) else { preconditionFailure("smtp-replies.json is damaged") }
        self = rules
    }

    /// Returns the reason that a reply gives. `mailboxExists` is an accepted recipient: whether the host accepts
    /// every recipient is not for one reply to say.
    func reason(for reply: SMTPReply, at stage: SMTPStage) -> VerdictReason {
        let stage = stage == .stranger ? .rcpt : stage
        let (text, status) = (Self.normal(reply), reply.enhanced)
        return rules.first { $0.fits(reply, status, text, stage) }?.reason ?? .unspecified
    }

    /// The words of a reply, as rules see them: lower case, lines joined, runs of blanks one, without enhanced codes
    /// and without addresses, which could hold any word.
    static func normal(_ reply: SMTPReply) -> [UInt8] {
        var words: [String] = []
        for line in reply.lines {
            var parts = line.lowercased().split(separator: " ")
            if let first = parts.first, EnhancedStatus(leading: first) != nil { parts.removeFirst() }
            words += parts.lazy.filter { !$0.contains("@") }.map(String.init)
        }
        return Array(words.joined(separator: " ").utf8)
    }
}

extension ReplyClassifier {
    private struct Rule: Sendable {
        let reason: VerdictReason
        /// Codes, or their first digits: 550, 5.
        let codes: [Int]
        let enhanced: [EnhancedPattern]
        /// One of them must be there.
        let anyOf: [[UInt8]]
        /// Each of them must be there.
        let allOf: [[UInt8]]
        let stages: Set<SMTPStage>

        init?(_ json: JSONReader) {
            guard let reason = json["reason"].text.flatMap(VerdictReason.init(rawValue:)) else { return nil }
            self.reason = reason
            func texts(_ key: String) -> [String] { json[key].elements.compactMap(\.text) }
            let codes = texts("codes").map { Int($0.hasSuffix("xx") ? String($0.prefix(1)) : $0) }
            let enhanced = texts("enhanced").map(EnhancedPattern.init)
            let stages = texts("stage").map(SMTPStage.init(rawValue:))
            guard codes.allSatisfy({ $0 != nil }), enhanced.allSatisfy({ $0 != nil }),
                stages.allSatisfy({ $0 != nil })
            else { return nil }
            self.codes = codes.compactMap(\.self)
            self.enhanced = enhanced.compactMap(\.self)
            self.stages = Set(stages.compactMap(\.self))
            anyOf = texts("text").map { Array($0.lowercased().utf8) }
            allOf = texts("all").map { Array($0.lowercased().utf8) }
        }

        func fits(_ reply: SMTPReply, _ status: EnhancedStatus?, _ text: [UInt8], _ stage: SMTPStage) -> Bool {
            if !stages.isEmpty, !stages.contains(stage) { return false }
            if !codes.isEmpty, !codes.contains(where: { $0 == reply.code || $0 == reply.severity }) { return false }
            if !enhanced.isEmpty {
                guard let status, enhanced.contains(where: { $0.fits(status) }) else { return false }
            }
            if !allOf.allSatisfy({ text.holds($0) }) { return false }
            return anyOf.isEmpty || anyOf.contains { text.holds($0) }
        }
    }

    /// `5.1.1`, or with an `x` for any number.
    private struct EnhancedPattern: Sendable {
        let numbers: [Int?]

        init?(_ text: String) {
            let parts = text.split(separator: ".")
            guard parts.count == 3, parts.allSatisfy({ $0 == "x" || Int($0) != nil }) else { return nil }
            numbers = parts.map { Int($0) }
        }

        func fits(_ status: EnhancedStatus) -> Bool {
            zip(numbers, [status.kind, status.subject, status.detail]).allSatisfy { $0 == nil || $0 == $1 }
        }
    }
}

extension [UInt8] {
    /// True where the bytes are somewhere in these.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first, part.count <= count else { return part.isEmpty }
        var start = 0
        while start <= count - part.count {
            guard let next = self[start...(count - part.count)].firstIndex(of: first) else { return false }
            if self[next..<(next + part.count)].elementsEqual(part) { return true }
            start = next + 1
        }
        return false
    }
}
