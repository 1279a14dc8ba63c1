// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// One chain at work for one prospect: which provider is asked next, what is verified, when it ends and with what.
///
/// Pure: events in, actions out, no I/O and no clock. The rules are `semantics.md`, 2 to 4 and 7.
public struct Waterfall: Sendable {
    /// What happened. Indirect, as actions are: a chain waits for its next event with the last one at hand.
    public indirect enum Event: Sendable {
        case started
        case answered(ProviderID, ProviderAnswer)
        case failed(ProviderID, ProviderError)
        case skipped(ProviderID, SkipReason)
        case verified(Candidate, Judgement)
        case deadlineReached
        case cancelled
    }

    /// What to do next.
    public indirect enum Action: Sendable, Hashable {
        case ask(ProviderID)
        case verify(Candidate)
        case finish(Outcome)
    }

    /// What the chain came to.
    public struct Outcome: Sendable, Hashable {
        public var stop: StopReason
        /// The billable email, else the best that is free; nil where there is none.
        @Boxed public var email: EmailFinding?
        /// The numbers that are not invalid.
        public var phones: [PhoneFinding]
        /// How each provider's turn ended, in the order of the chain.
        public var turns: [ChainTurn]
    }

    /// Candidates of one answer that are judged; a vendor that sends more is not believed to mean them.
    public static let maximumCandidates = 5

    private let capability: Capability
    private let steps: [ProviderID]
    private let gate: CreditGate
    private let officePhones: Set<PhoneNumber>
    private let bounced: Set<String>

    private var position = 0
    private var pending: [Candidate] = []
    private var asking: ProviderID?
    private var hasAnswered = false
    private var judged: [Candidate: Judgement] = [:]
    private var emails: [EmailFinding] = []
    private var phones: [PhoneFinding] = []
    private var keptInTurn = 0
    private var rejectedInTurn = 0
    private var turns: [ChainTurn] = []

    /// - Parameters:
    ///   - capability: `email`, `mobile` or `officePhone`.
    ///   - steps: the providers in the order in which they are asked, each once.
    ///   - officePhones: the account's own numbers, which never end a mobile chain.
    ///   - bounced: addresses to which the team's mail has bounced, in lower case: never returned again.
    public init(
        for capability: Capability, steps: [ProviderID], gate: CreditGate, officePhones: Set<PhoneNumber> = [],
        bounced: Set<String> = []
    ) {
        precondition(
            capability == .email || capability == .mobile || capability == .officePhone,
            "a waterfall finds emails, mobiles or office phones")
        precondition(Set(steps).count == steps.count, "a provider stands in a chain once")
        self.capability = capability
        self.steps = steps
        self.gate = gate
        self.officePhones = officePhones
        self.bounced = bounced
    }

    public mutating func handle(_ event: Event) -> Action {
        switch event {
        case .started:
            return nextProvider()
        case .answered(let provider, let answer):
            precondition(asking == provider, "an answer to a question that was not asked")
            hasAnswered = true
            pending = candidates(of: answer)
            guard !pending.isEmpty else { return endTurn(.noMatch) }
            return nextCandidate()
        case .failed(let provider, let error):
            precondition(asking == provider, "a failure of a provider that was not asked")
            return error.kind == .cancelled
                ? finish(.cancelled, last: .failed(.cancelled)) : endTurn(.failed(error.kind))
        case .skipped(let provider, let reason):
            precondition(asking == provider, "a skip of a provider whose turn it was not")
            return endTurn(.skipped(reason))
        case .verified(let candidate, let judgement):
            precondition(!pending.isEmpty && pending[0] == candidate, "a verdict that was not asked for")
            pending.removeFirst()
            return take(candidate, judgement)
        case .deadlineReached:
            keepUnjudged()
            return finish(.deadline, last: outcomeOfTurn)
        case .cancelled:
            keepUnjudged()
            return finish(.cancelled, last: outcomeOfTurn)
        }
    }

    // MARK: Turns

    private mutating func nextProvider() -> Action {
        guard position < steps.count else { return finish(exhaustedReason, last: nil) }
        let provider = steps[position]
        position += 1
        asking = provider
        hasAnswered = false
        keptInTurn = 0
        rejectedInTurn = 0
        return .ask(provider)
    }

    private mutating func endTurn(_ outcome: AttemptOutcome) -> Action {
        close(outcome)
        return nextProvider()
    }

    private mutating func close(_ outcome: AttemptOutcome) {
        guard let provider = asking else { return }
        turns.append(ChainTurn(provider, outcome))
        asking = nil
        pending = []
    }

    /// How the turn stands by what was judged of its answer; a provider that was not asked yet has said nothing.
    private var outcomeOfTurn: AttemptOutcome {
        guard hasAnswered else { return .notRun }
        if keptInTurn > 0 || !pending.isEmpty { return .matched }
        return rejectedInTurn > 0 ? .rejected : .noMatch
    }

    private mutating func finish(_ stop: StopReason, last: AttemptOutcome?) -> Action {
        if let last { close(last) }
        for step in steps where !turns.contains(where: { $0.provider == step }) {
            turns.append(ChainTurn(step, .notRun))
        }
        return .finish(
            Outcome(stop: stop, email: bestEmail, phones: phones, turns: turns))
    }

    /// A chain in which nobody answered has failed where anyone failed or was out of reach; else it is exhausted.
    private var exhaustedReason: StopReason {
        let answered = turns.contains { $0.outcome == .matched || $0.outcome == .noMatch || $0.outcome == .rejected }
        guard !answered else { return .exhausted }
        // Those that this query or the configuration rules out have no say in what the others came to.
        let eligible = turns.filter { !$0.outcome.isRuledOut }
        if !eligible.isEmpty, eligible.allSatisfy({ $0.outcome == .skipped(.cap) }) { return .cap }
        let outOfReach = turns.contains { turn in
            switch turn.outcome {
            case .failed, .skipped(.breakerOpen), .skipped(.quota), .skipped(.cap): true
            case .matched, .noMatch, .rejected, .notRun, .skipped: false
            }
        }
        return outOfReach ? .failed : .exhausted
    }

    // MARK: Candidates

    private func candidates(of answer: ProviderAnswer) -> [Candidate] {
        let all: [Candidate]
        switch capability {
        case .email: all = answer.emails.map { .email($0) }
        case .mobile: all = answer.phones.map { .phone($0) }
        default: all = answer.officePhones.map { .phone($0) }
        }
        return Array(all.prefix(Self.maximumCandidates))
    }

    private mutating func nextCandidate() -> Action {
        while let candidate = pending.first {
            guard let judgement = ready(candidate) else { return .verify(candidate) }
            pending.removeFirst()
            if let ended = keep(candidate, judgement) { return ended }
        }
        if capability != .email, phones.contains(where: { endsChain($0) }) {
            return finish(.accepted, last: outcomeOfTurn)
        }
        return endTurn(outcomeOfTurn)
    }

    private mutating func take(_ candidate: Candidate, _ judgement: Judgement) -> Action {
        judged[candidate.subject] = judgement
        return keep(candidate, judgement) ?? nextCandidate()
    }

    /// What was paid for and not judged when the chain had to end is kept as what it is: found, without a verdict.
    private mutating func keepUnjudged() {
        let unjudged = pending
        for candidate in unjudged {
            _ = keep(candidate, ready(candidate) ?? Judgement(verdict: candidate.undecided, by: nil))
        }
        pending = []
    }

    /// A judgement that needs no verifier: a definite one of this request, the word of a provider that is trusted, any
    /// other of this request, or that its own provider says it is invalid.
    private func ready(_ candidate: Candidate) -> Judgement? {
        if case .email(let email) = candidate, bounced.contains(email.address.lowercased()) {
            return Judgement(verdict: .email(EmailVerdict(.invalid, .mailboxNotFound)), by: nil)
        }
        let known = judged[candidate.subject]
        if let known, known.verdict.isDefinite { return known }
        guard case .email(let email) = candidate else { return known }
        if let word = trustedWord(on: email) { return word }
        if let known { return known }
        guard email.grade == .invalid else { return nil }
        return Judgement(verdict: .email(EmailVerdict(.invalid, .unspecified)), by: nil)
    }

    private func trustedWord(on email: EmailCandidate) -> Judgement? {
        guard let provider = asking, gate.accept.trusted.contains(provider) else { return nil }
        switch email.grade {
        case .verified: return Judgement(verdict: .email(EmailVerdict(.verified, .trustedProvider)), by: nil)
        case .catchAll: return Judgement(verdict: .email(EmailVerdict(.catchAll, .catchAllDomain)), by: nil)
        default: return nil
        }
    }

    /// Keeps a judged candidate, or counts it as turned down. Returns the end of the chain where it is one.
    private mutating func keep(_ candidate: Candidate, _ judgement: Judgement) -> Action? {
        guard let provider = asking else { return nil }
        switch (candidate, judgement.verdict) {
        case (.email(let email), .email(let verdict)):
            return keep(email, verdict, judgement, provider)
        case (.phone(let phone), .phone(let verdict)):
            keep(phone, verdict, provider)
            return nil
        case (.email, .phone), (.phone, .email):
            preconditionFailure("a verdict of another kind than its candidate")
        }
    }

    private mutating func keep(
        _ email: EmailCandidate, _ verdict: EmailVerdict, _ judgement: Judgement, _ provider: ProviderID
    ) -> Action? {
        guard verdict.status != .invalid else {
            rejectedInTurn += 1
            if verdict.reason.isAboutDomain { dropGuesses(after: email) }
            return nil
        }
        keptInTurn += 1
        let finding = EmailFinding(
            address: email.address, status: Self.status(of: email, verdict),
            reason: judgement.everyVerifierFailed ? .verifierDown : verdict.reason, suggestion: verdict.suggestion,
            provider: provider, verifiedBy: judgement.by, confidence: email.confidence)
        note(finding)
        if gate.isBillable(finding.status) {
            return finish(finding.status == .verified ? .verified : .accepted, last: .matched)
        }
        if judgement.everyVerifierFailed, gate.accept.verifierDown == .stop { return finish(.failed, last: .matched) }
        // A host that can't say of one guess can't say of the next: only "no such mailbox" is worth another question.
        dropGuesses(after: email)
        return nil
    }

    private mutating func dropGuesses(after email: EmailCandidate) {
        guard email.grade == .guessed else { return }
        pending.removeAll { if case .email(let next) = $0 { next.grade == .guessed } else { false } }
    }

    /// Of two findings of one address the one that says more stands, in the place of the first.
    private mutating func note(_ finding: EmailFinding) {
        let known = emails.firstIndex { $0.address.lowercased() == finding.address.lowercased() }
        guard let known else { return emails.append(finding) }
        let order = Self.orderOfEmails
        guard let old = order.firstIndex(of: emails[known].status), let new = order.firstIndex(of: finding.status),
            new < old
        else { return }
        emails[known] = finding
    }

    /// A verdict that can't say leaves the candidate what it was: found, or built from a pattern. A domain that accepts
    /// everybody says nothing of a guess.
    private static func status(of email: EmailCandidate, _ verdict: EmailVerdict) -> EmailStatus {
        verdict.status != .verified && email.grade == .guessed ? .guessed : verdict.status
    }

    private mutating func keep(_ phone: PhoneCandidate, _ verdict: PhoneVerdict, _ provider: ProviderID) {
        let finding = PhoneFinding(phone, verdict, provider: provider)
        guard finding.status != .invalidNumber else {
            rejectedInTurn += 1
            return
        }
        keptInTurn += 1
        let known = phones.firstIndex { $0.number == finding.number && ($0.number != nil || $0.raw == finding.raw) }
        guard let known else { return phones.append(finding) }
        // A later provider may know better what kind of line it is.
        if !endsChain(phones[known]), endsChain(finding) { phones[known] = finding }
    }

    private func endsChain(_ phone: PhoneFinding) -> Bool {
        capability == .officePhone || gate.isUsable(phone, officePhones: officePhones)
    }

    /// The billable email; else, of the free ones, catch-all before unverified before guessed, the first of each.
    private var bestEmail: EmailFinding? {
        let returnable = emails.filter { $0.status != .catchAll || gate.accept.catchAll != .never }
        return Self.orderOfEmails.lazy.compactMap { status in returnable.first { $0.status == status } }.first
    }

    private static let orderOfEmails: [EmailStatus] = [.verified, .catchAll, .unverified, .guessed]
}

extension Candidate {
    /// What is judged, without what its provider says of it: two candidates of one subject get one judgement.
    fileprivate var subject: Candidate {
        switch self {
        case .email(let email): .email(EmailCandidate(email.address.lowercased(), grade: .unverified))
        case .phone(let phone):
            .phone(PhoneCandidate(phone.raw, type: .other, extension: phone.extension, country: phone.country))
        }
    }
}

extension VerdictReason {
    /// True where what is said of one address holds for every address of its domain.
    fileprivate var isAboutDomain: Bool {
        switch self {
        case .nullMX, .noMX, .noSuchDomain, .disposableDomain: true
        default: false
        }
    }
}

extension AttemptOutcome {
    /// True for a provider that could not have been asked at any moment.
    fileprivate var isRuledOut: Bool {
        switch self {
        case .skipped(.missingInput), .skipped(.conditionFalse), .skipped(.disabled), .skipped(.missingKey),
            .skipped(.unconfirmed), .notRun:
            true
        case .skipped(.breakerOpen), .skipped(.quota), .skipped(.cap), .matched, .noMatch, .rejected, .failed: false
        }
    }
}

extension PhoneFinding {
    /// Joins what the provider claims of a number and what its verification says: the verdict's normal form and, where
    /// it is definite, its status; the provider's type, unless the numbering plan knows it for a mobile or the provider
    /// gave none.
    init(_ phone: PhoneCandidate, _ verdict: PhoneVerdict, provider: ProviderID) {
        let number = verdict.number.map { number in
            PhoneNumber(e164: number.e164, extension: number.extension ?? phone.extension)
        }
        let type: PhoneType =
            switch (phone.type, verdict.type) {
            case (.other, let known?): known
            case (.direct, .mobile?): .mobile
            case (let claimed, _): claimed
            }
        self.init(
            number: number, raw: phone.raw, type: type,
            status: verdict.isDefinite ? verdict.status : phone.status,
            doNotCall: Self.doNotCall(phone.doNotCall, verdict.doNotCall), provider: provider)
    }

    /// A number that anyone knows to be listed is listed.
    private static func doNotCall(_ claimed: DoNotCall, _ judged: DoNotCall) -> DoNotCall {
        if claimed == .listed || judged == .listed { return .listed }
        return claimed == .unknown ? judged : claimed
    }
}
