// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import Verification
internal import WaterfallEngine

/// What `weir verify` says of one address.
struct VerificationLine {
    /// As it was given.
    var input: String
    var syntax: AddressSyntax
    /// Nil where nobody may be asked, or the request was refused.
    var status: EmailStatus?
    var reason: VerdictReason?
    var suggestion: String?
    var verifiedBy: ProviderID?
    /// Nil without a configuration: nothing is charged then.
    var credits: Credits?
    var attempts: [Attempt] = []
    var steps: [SMTPStep] = []
    /// Why the gate refused.
    var refusal: Refusal?

    /// What the address alone gives away.
    func flags(by lists: MailLists) -> [String] {
        guard let address = syntax.address else { return [] }
        var flags: [String] = []
        if address.isRole { flags.append("role") }
        if lists.freeMail.contains(address.domain) || address.isPublicHost { flags.append("free") }
        if lists.disposable.contains(address.domain) { flags.append("disposable") }
        if syntax.specialUse != nil { flags.append("special_use") }
        if syntax.needsSMTPUTF8 { flags.append("smtputf8") }
        return flags
    }

    /// One object, keys stable.
    func json(withSteps: Bool, lists: MailLists) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("email", .string(input)), .init("normalized", .text(syntax.normalised)),
            .init("status", .text(status?.rawValue)), .init("reason", .text(reason?.rawValue)),
            .init("suggestion", .text(suggestion)), .init("flags", .array(flags(by: lists).map { .string($0) })),
            .init("verified_by", .text(verifiedBy?.rawValue)), .init("credits", .text(credits?.decimal)),
            .init("message", .text(message)), .init("refusal", refusal?.json ?? .null),
        ]
        if withSteps {
            members.append(.init("attempts", .array(attempts.map(\.json))))
            members.append(.init("steps", .array(steps.map { .string($0.text) })))
        }
        return .object(members)
    }

    /// What to do about an address that is none.
    var message: String? { syntax.isAccepted ? nil : syntax.diagnosis?.message }
}

extension SMTPStep {
    /// A line of a transcript.
    var text: String {
        switch self {
        case .sent(let command): "> \(command)"
        case .received(let code, let lines):
            lines.enumerated().map { index, line in
                "< \(code)\(index < lines.count - 1 ? "-" : " ")\(line)"
            }.joined(separator: "\n")
        case .note(let words): "* \(words)"
        }
    }
}
