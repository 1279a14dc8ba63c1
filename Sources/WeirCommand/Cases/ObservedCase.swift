// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine
internal import WeirConfiguration

/// What came out of a case, in the words in which a case says what must.
struct ObservedCase: Sendable {
    private(set) var texts: [String: String] = [:]
    private(set) var lists: [String: [String]] = ["phones": [], "office_phones": [], "asked": [], "cost": []]

    /// - Parameter isLocal: whether a provider works without asking anybody.
    init(_ result: EnrichmentResult, isLocal: (ProviderID) -> Bool) {
        texts["outcome"] = result.outcome.rawValue
        texts["credits"] = result.captured.decimal
        texts["stopped.email"] = result.stopped[.email]?.rawValue
        texts["stopped.mobile"] = result.stopped[.phone]?.rawValue
        texts["refused_by"] = result.refusal?.boundName
        if let email = result.email, email.status != .unavailable {
            texts["email"] = email.value ?? "withheld"
            texts["email.value"] = email.value
            texts["email.status"] = email.status.rawValue
            texts["email.reason"] = email.reason.rawValue
            texts["email.provider"] = email.provider?.rawValue
            texts["email.verified_by"] = email.verifiedBy?.rawValue
            texts["email.credits"] = email.credits.decimal
        } else {
            texts["email"] = "none"
        }
        lists["phones"] = result.phones.map(Self.text)
        lists["office_phones"] = result.officePhones.map(Self.text)
        lists["cost"] = result.cost.map(\.description)
        lists["asked"] = result.attempts.filter { attempt in
            attempt.capability != .officePhone && attempt.outcome != .notRun && !isLocal(attempt.provider)
        }.map { attempt in
            let words = [attempt.outcome.word, attempt.outcome.reason, attempt.isCached ? "cached" : nil]
            return "\(attempt.provider): \(words.compactMap(\.self).joined(separator: " "))"
        }
    }

    /// A request that could not be run at all.
    init(_ error: EngineError) {
        switch error {
        case .tooLittle: texts["outcome"] = "too_little"
        case .notConfigured: texts["outcome"] = "not_configured"
        case .store, .stopping: texts["outcome"] = "failed"
        }
        texts["credits"] = "0"
        texts["email"] = "none"
    }

    private static func text(_ phone: ResultPhone) -> String {
        guard let number = phone.number else { return phone.raw }
        return number.extension.map { "\(number.e164) x\($0)" } ?? number.e164
    }

    // MARK: Comparing

    /// What differs, each with the line that says what must be.
    func differences(from expectations: [ConfigurationCase.Expectation]) -> [(line: Int, text: String)] {
        expectations.flatMap { expectation -> [(line: Int, text: String)] in
            switch expectation {
            case .text(let path, let wanted, let line):
                let got = texts[path] ?? "none"
                return got == Self.normal(wanted, at: path) ? [] : [(line, Self.words(path, wanted, got))]
            case .list(let path, let wanted, let line):
                return difference(path, wanted, line).map { [$0] } ?? []
            }
        }
    }

    /// Amounts are compared as they are written out: `1.0` is `1`.
    private static func normal(_ text: String, at path: String) -> String {
        path.hasSuffix("credits") ? Credits(decimal: text)?.decimal ?? text : text
    }

    /// The first place where a list differs.
    private func difference(
        _ path: String, _ wanted: [(text: String, line: Int)], _ line: Int
    ) -> (line: Int, text: String)? {
        let got = lists[path] ?? []
        let wanted = path == "cost" ? Self.sortedCosts(wanted) : wanted
        for index in 0..<max(got.count, wanted.count) {
            let (own, other) = (index < wanted.count ? wanted[index] : nil, index < got.count ? got[index] : nil)
            guard own?.text != other else { continue }
            return (own?.line ?? line, Self.words("\(path), \(index + 1).", own?.text ?? "nothing", other ?? "nothing"))
        }
        return nil
    }

    /// By unit, written as the program does.
    private static func sortedCosts(_ costs: [(text: String, line: Int)]) -> [(text: String, line: Int)] {
        costs.map { cost in
            let parts = cost.text.split(separator: " ").map(String.init)
            guard parts.count == 2, let amount = Amount(decimal: parts[0], unit: parts[1]) else { return cost }
            return (amount.description, cost.line)
        }.sorted { left, right in
            (left.text.split(separator: " ").last ?? "") < (right.text.split(separator: " ").last ?? "")
        }
    }

    private static func words(_ path: String, _ wanted: String, _ got: String) -> String {
        "\(path): expected \(wanted), got \(got)"
    }

    // MARK: Writing

    /// `expect:` as a case has it, to be put at the end of its file.
    var yaml: String {
        var lines = ["expect:", "  outcome: \(Self.quoted(texts["outcome"] ?? ""))"]
        if let refusal = texts["refused_by"] { lines.append("  refused_by: \(Self.quoted(refusal))") }
        if texts["email"] == "none" {
            lines.append("  email: none")
        } else {
            lines.append("  email:")
            for key in ["value", "status", "reason", "provider", "verified_by"] {
                if let text = texts["email.\(key)"] { lines.append("    \(key): \(Self.quoted(text))") }
            }
        }
        for key in ["phones", "office_phones"] {
            if let list = lists[key], !list.isEmpty {
                lines.append("  \(key): [\(list.map(Self.quoted).joined(separator: ", "))]")
            }
        }
        let asked = lists["asked"] ?? []
        lines.append(asked.isEmpty ? "  asked: []" : "  asked:")
        lines += asked.map { "    - \($0)" }
        lines.append("  credits: \(texts["credits"] ?? "0")")
        lines.append("  cost: [\((lists["cost"] ?? []).joined(separator: ", "))]")
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text as YAML: words as they are, everything else in quotes.
    private static func quoted(_ text: String) -> String {
        let isWord =
            text.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil && !["null", "true", "false", "yes", "no"].contains(text)
        return isWord ? text : JSONValue.string(text).line
    }
}
