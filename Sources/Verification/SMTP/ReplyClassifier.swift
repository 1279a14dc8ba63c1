// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Tells why a mail host said what it said: by its code, its enhanced code and its words, after rules that are data
/// (`smtp-replies.json`). The first rule that fits decides.
final class ReplyClassifier: Sendable {
    /// Those of each stage, in their order.
    private let rules: [SMTPStage: [Rule]]
    private let phrases: PhraseIndex

    /// The rules that come with the program.
    static let standard: ReplyClassifier = {
        guard let rules = ReplyClassifier(EmbeddedFile.smtpReplies.bytes) else {
            preconditionFailure("smtp-replies.json is damaged")
        }
        return rules
    }()

    /// Reads rules; nil where the text is not of their form.
    init?(_ json: [UInt8]) {
        var phrases = PhraseIndex()
        let rules = try? JSONReader.read(json) { json throws(ProviderError) in
            json["rules"].elements.map { Rule($0, &phrases) }
        }
        guard let rules, !rules.isEmpty, rules.allSatisfy({ $0 != nil }) else { return nil }
        self.rules = Dictionary(
            uniqueKeysWithValues: SMTPStage.allCases.map { stage in
                (stage, rules.compactMap(\.self).filter { $0.stages.isEmpty || $0.stages.contains(stage) })
            })
        self.phrases = phrases
    }

    /// Returns the reason that a reply gives. `mailboxExists` is an accepted recipient: whether the host accepts
    /// every recipient is not for one reply to say.
    func reason(for reply: SMTPReply, at stage: SMTPStage) -> VerdictReason {
        let stage = stage == .stranger ? .rcpt : stage
        let enhanced = reply.enhanced
        // What is accepted needs no words.
        var found: [Bool]?
        for rule in rules[stage, default: []] where rule.fits(reply, enhanced) {
            guard rule.hasWords else { return rule.reason }
            let known = found ?? phrases.found(in: Self.normal(reply))
            found = known
            if rule.fits(known) { return rule.reason }
        }
        return .unspecified
    }

    /// The words of a reply, as rules see them: lower case, lines joined, runs of blanks one, without enhanced codes
    /// and without addresses, which could hold any word.
    static func normal(_ reply: SMTPReply) -> [UInt8] {
        var text: [UInt8] = []
        for line in reply.lines {
            // Lower case is a matter of bytes in ASCII alone.
            let lower = line.utf8.allSatisfy { $0 < 0x80 } ? line : line.lowercased()
            var words = lower.utf8.split(separator: UInt8(ascii: " "))
            if let first = words.first, EnhancedStatus(leading: first) != nil { words.removeFirst() }
            for word in words where !word.contains(UInt8(ascii: "@")) {
                if !text.isEmpty { text.append(UInt8(ascii: " ")) }
                text += word.lazy.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
            }
        }
        return text
    }
}

extension ReplyClassifier {
    private final class Rule: Sendable {
        let reason: VerdictReason
        /// Codes, or their first digits: 550, 5.
        let codes: [Int]
        let enhanced: [EnhancedPattern]
        /// One of these phrases must be there.
        let anyOf: [PhraseIndex.Number]
        /// Each of these must be there.
        let allOf: [PhraseIndex.Number]
        let stages: Set<SMTPStage>

        init?(_ json: JSONReader, _ phrases: inout PhraseIndex) {
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
            anyOf = texts("text").map { phrases.add(Array($0.lowercased().utf8)) }
            allOf = texts("all").map { phrases.add(Array($0.lowercased().utf8)) }
        }

        var hasWords: Bool { !anyOf.isEmpty || !allOf.isEmpty }

        /// True where code and enhanced code fit.
        func fits(_ reply: SMTPReply, _ status: EnhancedStatus?) -> Bool {
            if !codes.isEmpty, !codes.contains(where: { $0 == reply.code || $0 == reply.severity }) { return false }
            guard !enhanced.isEmpty else { return true }
            return status.map { status in enhanced.contains { $0.fits(status) } } ?? false
        }

        /// True where the words fit.
        ///
        /// - Parameter found: for each phrase, whether it is there.
        func fits(_ found: [Bool]) -> Bool {
            allOf.allSatisfy { found[$0] } && (anyOf.isEmpty || anyOf.contains { found[$0] })
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
