// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What is publicly known of large mail hosts (`mail-hosts.json`): whether what they say to RCPT is about the mailbox.
struct MailHostRules: Sendable {
    struct Host: Sendable, Hashable {
        let name: String
        let habit: MailboxEvidence.Habit
    }

    private let hosts: [String: Host]

    static let standard = MailHostRules(builtIn: .mailHosts)

    /// Reads rules; nil where the text is not of their form. What is unconfirmed changes no verdict and is left out.
    init?(_ json: [UInt8]) {
        let read = try? JSONReader.read(json) { json throws(ProviderError) in
            json["hosts"].elements.flatMap { entry -> [(suffix: String, host: Host)?] in
                guard let name = entry["name"].text, let habit = MailboxEvidence.Habit(entry["verifiable"]) else {
                    return [nil]
                }
                guard entry["confidence"].text != "unconfirmed" else { return [] }
                return entry["mx"].elements.map { suffix in
                    suffix.text.map { ($0.lowercased(), Host(name: name, habit: habit)) }
                }
            }
        }
        guard let read, !read.isEmpty, read.allSatisfy({ $0 != nil }) else { return nil }
        hosts = Dictionary(read.compactMap(\.self)) { first, _ in first }
    }

    private init(builtIn file: EmbeddedFile) {
        guard let rules = MailHostRules(file.bytes) else { preconditionFailure("mail-hosts.json is damaged") }
        self = rules
    }

    /// Returns what is known of the host of a name: the longest suffix decides. Nil where nothing is.
    func host(named name: String) -> Host? {
        var suffix = name.lowercased()[...]
        while true {
            if let host = hosts[String(suffix)] { return host }
            guard let dot = suffix.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
            suffix = suffix[suffix.utf8.index(after: dot)...]
        }
    }
}

extension MailboxEvidence.Habit {
    fileprivate init?(_ json: JSONReader) {
        switch (json.bool, json.text) {
        case (true, _): self = .answers
        case (false, _): self = .refusesProbes
        case (nil, "accepts_all"): self = .acceptsAll
        default: return nil
        }
    }
}
