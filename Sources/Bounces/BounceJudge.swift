// SPDX-License-Identifier: Apache-2.0

/// What is made of the texts and codes about one recipient whom a message did not reach.
struct BounceJudge {
    var reason: BounceReason
    var status: String?
    var code: Int?

    /// Judges by the texts, the nearest to the recipient's server first; then by the status, then by the code.
    ///
    /// - Parameter field: the status that a delivery report states beside its texts.
    init(texts: [RefusalText], field: String?) {
        let said = texts.lazy.compactMap(\.status).first { !RefusalText.isGeneral($0) }
        let stated = field.flatMap { RefusalText.isGeneral($0) || RefusalText.isExpiry($0) ? nil : $0 }
        status = said ?? stated ?? field ?? texts.lazy.compactMap(\.status).first
        if let stated = field, let said, Self.disagree(stated: stated, said: said) { status = stated }
        code = texts.lazy.compactMap(\.code).first
        let stage = texts.lazy.compactMap(\.stage).first
        let facts = Facts(status: status, stated: field, code: code, stage: stage)
        reason =
            texts.lazy.compactMap { Self.reason(in: $0, facts) }.first ?? Self.reason(of: facts) ?? .unspecified
    }

    private struct Facts {
        var status: String?
        var stated: String?
        var code: Int?
        var stage: RefusalText.Stage?

        /// True where a code or a status says that the refusal is not for good.
        var isTemporary: Bool {
            if let status { return status.hasPrefix("4") }
            return code.map { $0 < 500 } ?? false
        }

        /// True where the status speaks of a mailbox that is there (x.2.x), and nobody was asked for it.
        var contradictsUnknown: Bool { stage != .recipient && has("5.2.") && !has("5.1.") }

        func has(_ prefix: String) -> Bool { [status, stated].contains { $0?.hasPrefix(prefix) == true } }
    }

    /// A text may quote a status of another matter; a stated one of the mailbox's own kind is believed before it.
    private static func disagree(stated: String, said: String) -> Bool {
        stated.hasPrefix("5.1.") && said.hasPrefix("4.")
    }

    private static func reason(in text: RefusalText, _ facts: Facts) -> BounceReason? {
        for rule in BounceRules.all where rule.phrases.contains(where: text.contains) {
            switch rule.condition {
            case .always where rule.reason == .userUnknown && facts.contradictsUnknown: return .filtered
            case .always: return rule.reason
            case .permanent:
                if !facts.isTemporary { return rule.reason }
            case .atMailbox:
                if let reason = unknownUser(facts) { return reason }
            }
        }
        return nil
    }

    /// What "user unknown" means.
    ///
    /// A server that has no such mailbox says so when it is asked for the recipient, or by a status of the address
    /// (x.1.x). Said after the message was seen, or by who knows whom, the same words are a filter's as well; and
    /// where no server's code stands beside them, the system that reports knows its own users.
    private static func unknownUser(_ facts: Facts) -> BounceReason? {
        if facts.has("5.7") { return nil }
        if facts.has("5.1.") || facts.has("4.1.") || facts.has("5.4.1") { return .userUnknown }
        if facts.isTemporary { return nil }
        if facts.stage == .recipient || facts.has("5.5.") || facts.has("5.3.0") { return .userUnknown }
        if facts.code == nil, facts.stage == nil, facts.status == nil { return .userUnknown }
        return .filtered
    }

    /// What a status says where no words do.
    private static func reason(of facts: Facts) -> BounceReason? {
        let isTemporary = facts.isTemporary
        if let status = facts.status {
            let detail = status.dropFirst(2)
            switch detail {
            case _ where !isTemporary && ["1.0", "1.1", "1.3"].contains(detail): return .userUnknown
            case "1.2" where !isTemporary: return .hostUnknown
            case "1.6" where !isTemporary: return .hasMoved
            case "1.10" where !isTemporary: return .domainNoMail
            case "1.7", "1.8", "1.9": return .policy
            case "2.1", "7.13": return .suspended
            case "2.2": return .mailboxFull
            case "2.3", "3.4": return .size
            case "3.2" where facts.code == 521 && !isTemporary: return .domainNoMail
            case "4.4" where !isTemporary: return .hostUnknown
            case "4.7": return .expired
            case "7.27" where !isTemporary && facts.code == 556: return .domainNoMail
            default: break
            }
            switch detail.prefix(while: { $0 != "." }) {
            case "3", "5": return .system
            case "4": return .network
            case "6": return .content
            case "7": return .policy
            default: break
            }
        }
        switch facts.code {
        case 551: return .hasMoved
        case 521, 556: return .domainNoMail
        case 552, 452, 422: return .mailboxFull
        default: return isTemporary ? .expired : nil
        }
    }
}
