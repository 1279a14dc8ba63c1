// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// A request's result as a person reads it: what was found, how each provider's turn ended, what it cost.
struct ResultText {
    let result: EnrichmentResult
    let console: Console

    func lines() -> [String] {
        [headline, ""] + data + [""] + attempts + [""] + billing
    }

    private var headline: String {
        let prospect = result.prospect
        let who = prospect.fullName ?? prospect.linkedInURL ?? prospect.email ?? "prospect"
        let place = prospect.domain ?? prospect.companyName
        let outcome = console.styled(result.outcome.rawValue, style(of: result.outcome))
        return console.styled([who, place].compactMap(\.self).joined(separator: ", "), .bold) + "  " + outcome
    }

    private var data: [String] {
        var table = TextTable("", "value", "status", "from", "credits")
        if let email = result.email {
            let judge = email.verifiedBy.map { " by \($0)" } ?? ""
            table.add(
                "email", .init(email.value ?? "withheld", .bold),
                .init("\(email.status.rawValue) (\(email.reason.rawValue)\(judge))", style(of: email.status)),
                .init(source(email.provider, isNetNew: email.isNetNew)), .init(email.credits.decimal))
        } else if let stop = result.stopped[.email] {
            table.add("email", .init("none", .dim), .init(stop.rawValue, .dim), "", "0")
        }
        for phone in result.phones { add(phone, "phone", to: &table) }
        if result.phones.isEmpty, let stop = result.stopped[.phone] {
            table.add("phone", .init("none", .dim), .init(stop.rawValue, .dim), "", "0")
        }
        for phone in result.officePhones { add(phone, "office phone", to: &table) }
        return table.lines(on: console, indent: "  ")
    }

    private func add(_ phone: ResultPhone, _ label: String, to table: inout TextTable) {
        let number = phone.number.map { $0.e164 + ($0.extension.map { " ext. \($0)" } ?? "") } ?? phone.raw
        let dnc = phone.doNotCall == .listed ? ", do not call" : ""
        let type = label == "phone" ? "\(phone.type.rawValue), " : ""
        table.add(
            .init(label), .init(number, .bold), .init("\(type)\(phone.status.rawValue)\(dnc)"),
            .init(source(phone.provider, isNetNew: phone.isNetNew)),
            .init(label == "phone" ? phone.credits.decimal : "free"))
    }

    private func source(_ provider: ProviderID?, isNetNew: Bool) -> String {
        let name = provider?.rawValue ?? "you"
        return isNetNew ? name : "\(name), had already"
    }

    private var attempts: [String] {
        var table = TextTable("step", "provider", "outcome", "why", "HTTP", "time", "vendor cost")
        for attempt in result.attempts {
            table.add(
                .init(attempt.capability.rawValue), .init(attempt.provider.rawValue),
                .init(attempt.outcome.word + (attempt.isCached ? " (known)" : ""), style(of: attempt.outcome)),
                .init(attempt.outcome.reason ?? ""), .init(attempt.httpStatus.map { "\($0)" } ?? ""),
                .init(attempt.latency?.brief ?? ""), .init(attempt.billedCost.map(Self.text) ?? ""))
        }
        return table.isEmpty ? [] : table.lines(on: console, indent: "  ")
    }

    private var billing: [String] {
        if let refusal = result.refusal { return [Self.text(refusal)] }
        let left = result.available.map { ", \($0.decimal) left" } ?? ""
        let vendors = result.cost.map(\.description).joined(separator: " + ")
        return [
            "charged \(result.captured.phrase) of \(result.held.decimal) held\(left)",
            "vendors bill \(vendors.isEmpty ? "nothing" : vendors)",
        ]
    }

    static func text(_ cost: AttemptCost) -> String {
        cost.amount.description + (cost.isSuspected ? " (suspected)" : "")
    }

    static func text(_ refusal: Refusal) -> String {
        if refusal.bound == .suppression {
            return "refused by the suppression list: nobody was asked, and nothing was held or saved"
        }
        let bound =
            switch refusal.bound {
            case .suppression: "the suppression list"
            case .balance: "the balance"
            case .cap(let key): "the cap \(key)"
            }
        let renewal = refusal.renewsAt.map { "; it renews on \($0.date)" } ?? ""
        return "refused by \(bound): it could cost \(refusal.wouldCost.phrase), \(refusal.left.decimal) left\(renewal)"
    }

    private func style(of outcome: RequestOutcome) -> Console.Style {
        switch outcome {
        case .found: .good
        case .partial, .notFound: .notice
        case .failed, .refused, .cancelled: .bad
        }
    }

    private func style(of status: EmailStatus) -> Console.Style {
        switch status {
        case .verified, .userManaged: .good
        case .catchAll, .unverified, .guessed, .locked: .notice
        case .invalid, .unavailable, .bounced: .bad
        }
    }

    private func style(of outcome: AttemptOutcome) -> Console.Style {
        switch outcome {
        case .matched: .good
        case .noMatch, .rejected: .notice
        case .failed: .bad
        case .skipped, .notRun: .dim
        }
    }
}
