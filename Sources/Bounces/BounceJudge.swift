// SPDX-License-Identifier: Apache-2.0

/// What is made of the texts and codes about one recipient whom a message did not reach.
struct BounceJudge {
    var reason: BounceReason
    var status: String?
    var code: Int?

    /// Judges by the texts; then by the status, then by the code.
    ///
    /// - Parameters:
    ///   - texts: what a server or a report says of the recipient, the nearest to the server first.
    ///   - others: what is written around it for people: asked where the texts say nothing.
    ///   - field: the status that a delivery report states beside its texts.
    init(texts: [RefusalText], others: [RefusalText] = [], field: String?) {
        let all = texts + others
        let telling: (String?) -> String? = { $0.flatMap { RefusalText.isGeneral($0) ? nil : $0 } }
        let said = texts.lazy.compactMap { telling($0.status) }.first
        let stated = telling(field).flatMap { RefusalText.isExpiry($0) ? nil : $0 }
        let told = stated == nil ? others.lazy.compactMap { telling($0.status) }.first : nil
        status = said ?? stated ?? told ?? field ?? all.lazy.compactMap(\.status).first
        if let field, let said, Self.disagree(stated: field, said: said) { status = field }
        code = all.lazy.compactMap(\.code).first
        let facts = Facts(
            status: status, said: said ?? told, stated: field, code: code,
            stage: all.lazy.compactMap(\.stage).first,
            isNamed: all.first { $0.code != nil }?.namesAddress ?? false)
        let words = all.flatMap { [$0.reply, $0.words].compactMap { $0 } }
        reason = words.lazy.compactMap { Self.reason(in: $0, facts) }.first ?? Self.reason(of: facts) ?? .unspecified
    }

    private struct Facts {
        var status: String?
        /// In a text.
        var said: String?
        /// In a report's field.
        var stated: String?
        var code: Int?
        var stage: RefusalText.Stage?
        /// True where the server's reply begins with an address.
        var isNamed: Bool

        /// True where it is said that the refusal is not for good: by a status in the server's words, by its code, or
        /// by the report.
        var isTemporary: Bool {
            if let said { return said.hasPrefix("4") }
            if let code { return code < 500 }
            return stated?.hasPrefix("4") ?? false
        }

        /// True where the refusal is about the sender: its own command, or a status of its address.
        var isAboutSender: Bool {
            let isAddress = ["4.1.7", "4.1.8", "5.1.7", "5.1.8"].contains { $0 == status }
            return stage == .sender || isAddress
        }

        /// True where the status speaks of a mailbox that is there (x.2.x), and nobody was asked for it.
        var contradictsUnknown: Bool { stage != .recipient && has("5.2.") && !has("5.1.") }

        func has(_ prefix: String) -> Bool { [status, stated].contains { $0?.hasPrefix(prefix) == true } }
    }

    /// A text may quote a status of another matter; a stated one of the mailbox's own kind is believed before it.
    private static func disagree(stated: String, said: String) -> Bool {
        stated.hasPrefix("5.1.") && said.hasPrefix("4.")
    }

    private static func reason(in words: [UInt8], _ facts: Facts) -> BounceReason? {
        for rule in BounceRules.all where rule.phrases.contains(where: { ByteSearch.contains($0, in: words) }) {
            guard rule.reason.bounceClass == .hard else { return rule.reason }
            if facts.isAboutSender { return .policy }
            switch rule.condition {
            case .always: return known(rule.reason, facts)
            case .atMailbox:
                if let reason = unknownUser(facts) { return reason }
            }
        }
        return nil
    }

    /// What words mean that say for good that there is no such mailbox or domain.
    ///
    /// They are no proof where a status of class 4 stands beside them, unless it is the address's own (4.1.x); a domain
    /// that is not liked once the message was seen is the sender's.
    private static func known(_ reason: BounceReason, _ facts: Facts) -> BounceReason {
        if facts.isTemporary, !facts.has("4.1.") { return reason == .userUnknown ? .filtered : .network }
        if reason == .userUnknown { return facts.contradictsUnknown ? .filtered : reason }
        return facts.stage == .data && reason != .hasMoved ? .policy : reason
    }

    /// What "user unknown" means.
    ///
    /// A server that has no such mailbox says so when it is asked for the recipient, by a status of the address
    /// (x.1.x), or in a reply that begins with the address. Said after the message was seen, or by who knows whom, the
    /// same words are a filter's as well; and where no server's code stands beside them, the system that reports knows
    /// its own users.
    private static func unknownUser(_ facts: Facts) -> BounceReason? {
        if facts.has("5.7") { return nil }
        if facts.has("5.1.") || facts.has("4.1.") || facts.has("5.4.1") { return .userUnknown }
        if facts.isTemporary { return nil }
        if facts.stage == .recipient || facts.has("5.5.") { return .userUnknown }
        if facts.stage == nil, facts.isNamed, facts.stated?.hasPrefix("5") == true, !facts.has("5.2.") {
            return .userUnknown
        }
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
