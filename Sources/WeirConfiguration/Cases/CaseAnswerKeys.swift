// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The keys of what a provider says in a test case.
enum CaseAnswerKeys {
    private static let number = Shape.text("a phone number", maximum: 64)
    private static let share = Shape<Double>.scalar("a number from 0 to 1") { text in
        Double(text).flatMap { (0...1).contains($0) ? $0 : nil }
    }

    static let email = Key("email", Shape.text("an address", maximum: 320), "The address that it finds.")
    static let status = Key("status", Shape<EmailStatus>.word, "Its own grade of `email`.", standard: "unverified")
    static let confidence = Key("confidence", share, "How sure it is of `email`, from 0 to 1.")
    static let emails = Key(
        "emails", emailObject.shape { fields, _ in makeEmail(fields) }.list("a list of addresses", maximum: 16),
        "Several addresses, best first.", object: emailObject)
    static let mobile = Key("mobile", number, "A mobile number that it finds.")
    static let phones = Key(
        "phones", phoneObject.shape { fields, _ in makePhone(fields) }.list("a list of numbers", maximum: 16),
        "Numbers of any type.", object: phoneObject)
    static let officePhone = Key("office_phone", number, "The company's number.")
    static let charged = Key("charged", .money, "What it says that the call cost, where it isn't its price.")
    static let verdict = Key("verdict", VerdictWord.shape, "What it says of an address or a number that it checks.")
    static let reason = Key("reason", Shape<VerdictReason>.word, "Why, of `verdict` on an address.")
    static let verdicts = Key(
        "verdicts",
        Shape<EmailStatus>.word(among: VerdictWord.emailStatuses)
            .mapping(of: Shape.text("an address", maximum: 320), "verdicts by address"),
        "Verdicts by address, where it is asked about several.")
    static let fails = Key("fails", Shape<ProviderError.Kind>.word, "How it fails.")
    static let replies = Key(
        "replies", Shape.text("a file", maximum: 1_024).oneOrMore("a file, or a list of files", maximum: 64),
        "Files that `weir enrich --record` wrote, relative to the case: the provider reads their replies, in order."
    )

    static let emailAddress = Key("address", email.shape, "The address.", isRequired: true)
    static let emailObject = ObjectShape(
        words: "an address", keys: [emailAddress.erased, status.erased, confidence.erased])
    static let phoneNumber = Key("number", number, "The number.", isRequired: true)
    static let phoneType = Key("type", Shape<PhoneType>.word, "Its type.", standard: "mobile")
    static let phoneStatus = Key("status", Shape<PhoneStatus>.word, "Its status.", standard: "no_status")
    static let doNotCall = Key("do_not_call", Shape<DoNotCall>.word, "Whether it is on a list.", standard: "unknown")
    static let phoneObject = ObjectShape(
        words: "a number", keys: [phoneNumber.erased, phoneType.erased, phoneStatus.erased, doNotCall.erased])

    static let object = ObjectShape(
        words: "what a provider says",
        keys: [
            email.erased, status.erased, confidence.erased, emails.erased, mobile.erased, phones.erased,
            officePhone.erased, charged.erased, verdict.erased, reason.erased, verdicts.erased, fails.erased,
            replies.erased,
        ])

    /// `no_match`, a kind of failure, or a mapping.
    static let shape = Shape<CaseScript>(
        words: "no_match, how it fails, or what it finds", schema: .object([])
    ) { node, reading in
        guard case .scalar = node.content else { return object.read(node, &reading).flatMap { make($0, &reading) } }
        let words = "no_match, or one of \(ProviderError.Kind.allCases.map(\.rawValue).joined(separator: ", "))"
        reading.show(node)
        guard let text = reading.text(node, wanted: words) else { return nil }
        if text == "no_match" { return CaseScript() }
        guard let kind = ProviderError.Kind(rawValue: text) else {
            reading.refuse(
                node, wanted: words, hint: "what it finds goes below it, such as `email: jane.doe@example.com`")
            return nil
        }
        return CaseScript(failure: kind)
    }

    // MARK: Values

    private static func makeEmail(_ fields: Fields) -> EmailCandidate? {
        fields[emailAddress].map {
            EmailCandidate($0, grade: fields[status] ?? .unverified, confidence: fields[confidence])
        }
    }

    private static func makePhone(_ fields: Fields) -> PhoneCandidate? {
        fields[phoneNumber].map {
            PhoneCandidate(
                $0, type: fields[phoneType] ?? .mobile, status: fields[phoneStatus] ?? .noStatus,
                doNotCall: fields[doNotCall] ?? .unknown)
        }
    }

    private static func make(_ fields: Fields, _ reading: inout Reading) -> CaseScript? {
        var script = CaseScript(failure: fields[fails], replies: fields[replies] ?? [])
        let single = fields[email].map {
            EmailCandidate($0, grade: fields[status] ?? .unverified, confidence: fields[confidence])
        }
        let answer = ProviderAnswer(
            emails: (single.map { [$0] } ?? []) + (fields[emails] ?? []),
            phones: (fields[mobile].map { [PhoneCandidate($0, type: .mobile)] } ?? []) + (fields[phones] ?? []),
            officePhones: fields[officePhone].map { [PhoneCandidate($0, type: .office)] } ?? [],
            charged: fields[charged])
        if answer != .miss { script.answer = answer }
        addVerdicts(fields, to: &script, &reading)
        let ways = [script.failure != nil, script.answer != nil || script.isVerdict, !script.replies.isEmpty]
        if ways.count(where: { $0 }) > 1 {
            reading.fail(fields.position, "a provider fails, or says something, or has `replies`: one of these")
        }
        return script
    }

    private static func addVerdicts(_ fields: Fields, to script: inout CaseScript, _ reading: inout Reading) {
        switch fields[verdict] {
        case .email(let status): script.verdict = EmailVerdict(status, fields[reason] ?? status.plainReason)
        case .phone(let status): script.phoneStatus = status
        case nil: break
        }
        if fields.has(reason), script.verdict == nil {
            reading.fail(fields.position(of: reason), length: 6, "a `reason` is of a `verdict` on an address")
        }
        for entry in fields[verdicts] ?? [] {
            script.verdicts[entry.name.value.lowercased()] = EmailVerdict(entry.value, entry.value.plainReason)
        }
    }
}

/// A verdict on an address or on a number.
enum VerdictWord: Sendable {
    case email(EmailStatus)
    case phone(PhoneStatus)

    static let emailStatuses: [EmailStatus] = [.verified, .catchAll, .invalid, .unverified]

    static let shape = Shape<VerdictWord>.scalar(
        "one of verified, catch_all, invalid, unverified, or of a number valid_number, invalid_number, no_status"
    ) { text in
        if let status = emailStatuses.first(where: { $0.rawValue == text }) { return .email(status) }
        return PhoneStatus(rawValue: text).map { .phone($0) }
    }
}

extension EmailStatus {
    /// The reason that mostly comes with a verdict.
    fileprivate var plainReason: VerdictReason {
        switch self {
        case .verified: .mailboxExists
        case .catchAll: .catchAllDomain
        case .invalid: .mailboxNotFound
        default: .unspecified
        }
    }
}
