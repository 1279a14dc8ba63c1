// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// What `--explain` tells: each step in a sentence, what it cost, and why it is billed or not.
struct Story {
    let result: EnrichmentResult
    let gate: CreditGate
    /// Of chains with `order: auto`.
    var orders: [Capability: DecidedOrder] = [:]

    func lines() -> [String] {
        guard result.refusal == nil else { return [] }
        var lines = [opening]
        for capability in [Capability.email, .officePhone, .mobile] {
            let steps = result.attempts.filter { $0.capability.belongs(to: capability) }
            guard !steps.isEmpty else { continue }
            lines.append(title(of: capability))
            let attempts = attempts(of: capability)
            lines += attempts.filter { $0.outcome != .notRun }.map { "  - " + sentence($0) }
            let left = attempts.filter { $0.outcome == .notRun }.map(\.provider.rawValue)
            if !left.isEmpty {
                lines.append("  - not asked, since the chain had ended: \(left.joined(separator: ", "))")
            }
        }
        return lines + ["Billing:"] + charges.map { "  - " + $0 }
    }

    private var opening: String {
        result.held == .zero
            ? "Nothing is held: what is asked for is had already, or costs no credits."
            : "Held \(result.held.phrase) before anyone was asked: the most that this can cost."
    }

    private func title(of capability: Capability) -> String {
        let order = orders[capability].map { "by `order: auto` (\($0.reason))" } ?? "in the configured order"
        return switch capability {
        case .email: "Email, asked \(order) until one is verified:"
        case .officePhone: "Office phone, looked up after every email request, free:"
        default: "Mobile, asked \(order) until a number is usable:"
        }
    }

    /// A chain's attempts with the verifications that followed them.
    private func attempts(of capability: Capability) -> [Attempt] {
        guard capability != .email else {
            return result.attempts.filter { $0.capability == .email || $0.capability == .verifyEmail }
        }
        let first = result.attempts.firstIndex { $0.capability == capability } ?? result.attempts.endIndex
        return result.attempts[first...].prefix { $0.capability == capability || $0.capability == .verifyPhone }
            .map { $0 }
    }

    private func sentence(_ attempt: Attempt) -> String {
        let name = attempt.provider.rawValue
        let time = attempt.latency.map { " in \($0.brief)" } ?? ""
        let cost = attempt.billedCost.map { ", which bills \(ResultText.text($0))" } ?? ""
        let known = attempt.isCached ? " (known already, nobody was asked)" : ""
        let verifies = attempt.capability.isVerification
        switch attempt.outcome {
        case .matched where verifies:
            return "\(name) judged it\(attempt.verdict.map { " \($0)" } ?? "")\(time)\(known)\(cost)"
        case .matched: return "\(name) had an answer\(time)\(known)\(cost)"
        case .noMatch where verifies:
            return "\(name) could not say\(attempt.verdict.map { " (\($0))" } ?? "")\(time)\(known)\(cost)"
        case .noMatch: return "\(name) has nothing on this\(time)\(known)\(cost)"
        case .rejected: return "\(name) had an answer\(time)\(known)\(cost), and verification turned it down"
        case .notRun: return "\(name) was not asked: the chain had ended"
        case .skipped(.conditionFalse) where orders[attempt.capability]?.tooDear.contains(attempt.provider) ?? false:
            return "\(name) was skipped: a hit of it is expected to cost more than `worth`"
        case .skipped(let reason): return "\(name) was skipped: \(Self.why(reason))"
        case .failed(let kind):
            let tries = attempt.tries > 1 ? " after \(attempt.tries) tries" : ""
            return "\(name) failed\(time)\(tries): \(Self.why(kind))\(cost)"
        }
    }

    private var charges: [String] {
        var lines: [String] = []
        if let email = result.email { lines.append(charge(for: email)) }
        if result.email == nil, result.stopped[.email] != nil { lines.append("no email: 0 credits") }
        if let first = result.phones.first(where: { $0.credits > .zero }) {
            lines.append("a usable number for a contact not had before: \(first.credits.phrase), once, however many")
        } else if result.stopped[.phone] != nil {
            let known = result.stopped[.phone] == .had
            lines.append(known ? "the number was had already: 0 credits" : "no usable number: 0 credits")
        }
        if !result.officePhones.isEmpty { lines.append("office phones: 0 credits, always") }
        if result.released > .zero { lines.append("\(result.released.phrase) held and not needed: released") }
        return lines
    }

    private func charge(for email: ResultEmail) -> String {
        switch email.status {
        case .verified where email.credits > .zero:
            return "a verified email for a contact not had before: \(email.credits.phrase)"
        case .verified:
            return "the email was had already: 0 credits"
        case .catchAll where gate.isBillable(.catchAll) && !email.isNetNew:
            return "the email was had already: 0 credits"
        case .catchAll where gate.isBillable(.catchAll):
            return "a catch-all email, accepted by the configuration: \(email.credits.phrase)"
        case .locked:
            return "found after its hold had ended, and the balance refused a new one: withheld, 0 credits"
        default:
            return "the email is \(email.status.rawValue), and only a verified one is billed: 0 credits"
        }
    }

    static func why(_ reason: SkipReason) -> String {
        switch reason {
        case .missingInput: "it needs more than is known of this person"
        case .conditionFalse: "its `when` is false for this person"
        case .breakerOpen: "it kept failing, and is left alone for a while"
        case .quota: "its rate limit leaves no call in time"
        case .cap: "a cap would be passed"
        case .disabled: "it is switched off"
        case .missingKey: "no key is configured"
        case .unconfirmed: "its facts are unconfirmed; `allow_unconfirmed: true` lets it run"
        }
    }

    static func why(_ kind: ProviderError.Kind) -> String {
        switch kind {
        case .unauthorized: "the vendor refuses the key"
        case .outOfCredits: "the vendor's credits are gone"
        case .throttled: "too many calls"
        case .unavailable: "the vendor is down"
        case .timedOut: "no answer in time"
        case .malformedReply: "the answer is not in the vendor's documents"
        case .rejectedQuery: "the vendor refuses this query"
        case .answerLost: "the request left and no answer came; it is not sent again, since a repeat could be billed"
        case .cancelled: "it was stopped"
        }
    }
}

extension Capability {
    fileprivate func belongs(to chain: Capability) -> Bool {
        self == chain || (chain == .email && self == .verifyEmail)
    }
}

extension Attempt {
    /// What a vendor bills; nil where it is nothing.
    var billedCost: AttemptCost? { cost.flatMap { $0.amount.micros == 0 ? nil : $0 } }
}
