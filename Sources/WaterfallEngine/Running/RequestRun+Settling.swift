// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What is written when a chain has ended, and what the user is told.
extension RequestRun {
    mutating func settle(
        email: ChainResult, office: OfficePhoneResult?, isLast: Bool
    ) async throws(JournalError) {
        let wasHad = contact?.has(.email) ?? false
        let finding = email.outcome.email
        result.stopped[.email] = email.outcome.stop
        if let finding {
            result.email = ResultEmail(finding, isNetNew: !wasHad)
        } else if let had = contact?.hadEmail {
            result.email = ResultEmail(had)
        }
        tell(office)
        progress.insert(isLast ? [.email, .officePhones] : .email)
        try await write(results: email.isHad ? [] : [.email(finding)], office: office, isLast: isLast) { run, settled in
            run.tell(finding, settled)
        }
    }

    /// What a settlement lets be told of an email.
    private mutating func tell(_ finding: EmailFinding?, _ settled: Settled) {
        guard let finding else { return }
        if settled.screened?.withheld.contains(.email) ?? false {
            result.email = .withheld(finding)
            return
        }
        if settled.locked.contains(.email) {
            result.email?.value = nil
            result.email?.suggestion = nil
            result.email?.status = .locked
        } else if let charge = settled.charges.first(where: { $0.datum == .email }) {
            result.email?.credits = charge.credits
        } else if gate.isBillable(finding.status) {
            answerFromStore(instead: finding)
        }
    }

    /// Somebody else's request for the same person was settled meanwhile, or the charge still stands: nothing new is
    /// paid, and so nothing new is given away.
    private mutating func answerFromStore(instead finding: EmailFinding) {
        result.email?.isNetNew = false
        let isKept = contact?.emails.contains { $0.address == finding.address } ?? true
        guard !isKept, let had = contact?.hadEmail else { return }
        result.email = ResultEmail(had)
    }

    mutating func settle(office: OfficePhoneResult?, isLast: Bool) async throws(JournalError) {
        tell(office)
        progress.insert(.officePhones)
        try await write(office: office, isLast: isLast)
    }

    /// The numbers that were found, else those that are known.
    private mutating func tell(_ office: OfficePhoneResult?) {
        guard let office, !office.phones.isEmpty else {
            result.officePhones = (account?.officePhones ?? []).map { ResultPhone($0) }
            return
        }
        let numbers = accountNumbers
        result.officePhones = office.phones.map { phone in
            ResultPhone(phone, isNetNew: !(phone.number.map { numbers.contains($0) } ?? false), credits: .zero)
        }
    }

    mutating func settle(phones: ChainResult) async throws(JournalError) {
        let found = phones.outcome.phones
        let numbers = accountNumbers
        let had = contact?.hadPhones ?? []
        result.stopped[.phone] = phones.outcome.stop
        result.phones = found.isEmpty ? had.map { ResultPhone($0) } : []
        try await write(results: phones.isHad ? [] : [.phones(found)], isLast: true) { run, settled in
            run.tell(found, settled, notOf: numbers)
        }
    }

    /// What a settlement lets be told of numbers.
    private mutating func tell(_ found: [PhoneFinding], _ settled: Settled, notOf numbers: Set<PhoneNumber>) {
        let shown = settled.screened?.phones ?? found
        guard !shown.isEmpty, !settled.locked.contains(.phone) else { return }
        let charge = settled.charges.first { $0.datum == .phone }
        let first = shown.firstIndex { gate.isUsable($0, officePhones: numbers) }
        result.phones = shown.enumerated().map { index, phone in
            ResultPhone(phone, isNetNew: charge != nil, credits: index == first ? charge?.credits ?? .zero : .zero)
        }
    }

    /// Settles, and tells what came of it.
    ///
    /// - Parameter telling: what the result says of what was found, once it is known what the settlement did. Pure:
    ///   what is kept of a row is made by it within the transaction.
    @discardableResult
    mutating func write(
        results: [Settlement.DatumResult] = [], office: OfficePhoneResult? = nil, isLast: Bool,
        telling: @escaping @Sendable (inout RequestRun, Settled) -> Void = { _, _ in }
    ) async throws(JournalError) -> Settled {
        if isLast {
            closeLeftovers()
            result.outcome = outcome(including: results)
        }
        let attempts = log.unsettled
        let unused = takeUnusedIntent()
        noteProgress()
        var settlement = Settlement(
            request: request, gate: gate, plan: core.settings.plan, results: results, officePhones: office,
            person: person, attempts: attempts + unused + losses, replies: unrecorded, fingerprint: fingerprint,
            outcome: isLast ? result.outcome : nil, stopped: result.stopped, settledAt: lane.clock.now)
        if let keeping {
            settlement.kept = KeptResult(keeping, of: self, isLast: isLast) { run, settled in
                run.take(settled)
                telling(&run, settled)
            }
        }
        let settled = try await core.journal.settle(settlement)
        (unrecorded, losses) = ([], [])
        for attempt in attempts { core.observer.record(.attemptEnded(request.id, attempt)) }
        log.markSettled()
        take(settled)
        if isLast { core.observer.record(.requestSettled(request.id, result.outcome, captured: settled.captured)) }
        telling(&self, settled)
        return settled
    }

    private mutating func noteProgress() {
        if result.email.map({ $0.reason != .suppressed }) ?? false { progress.insert(.hasEmail) }
        if hasAnswer { progress.insert(.hasAnswer) }
    }

    private mutating func take(_ settled: Settled) {
        contact = settled.contact ?? contact
        account = settled.account ?? account
        result.contact = contact
        result.account = account
        result.captured = settled.captured
        result.released = settled.released
        result.available = settled.available
        result.attempts = log.attempts
        if let screened = settled.screened { tell(screened) }
    }

    /// Tells only what may be told, and how what is withheld ended.
    private mutating func tell(_ screened: Screened) {
        for datum in screened.withheld { result.stopped[datum] = .suppressed }
        if let outcome = screened.outcome { result.outcome = outcome }
        guard let office = screened.officePhones else { return }
        result.officePhones = result.officePhones.compactMap { phone in
            // What the account has already is not of this look-up, and was looked at when it was read.
            guard !office.isEmpty || phone.isNetNew else { return phone }
            guard let kept = office.first(where: { $0.raw == phone.raw && $0.number == phone.number }) else {
                return nil
            }
            var told = phone
            told.doNotCall = kept.doNotCall
            return told
        }
    }

    /// The request's outcome by what each datum came to (`interfaces.md`, 2).
    private func outcome(including results: [Settlement.DatumResult]) -> RequestOutcome {
        let satisfied = request.access.count { datum in
            switch result.stopped[datum] {
            case .had, .verified, .accepted: true
            default: false
            }
        }
        let hasNumbers = results.contains { found in
            if case .phones(let phones) = found { !phones.isEmpty } else { false }
        }
        if satisfied == request.access.count { return .found }
        let hasEmail = progress.contains(.hasEmail) || result.email.map { $0.reason != .suppressed } ?? false
        if satisfied > 0 || hasEmail || hasNumbers || result.verdict?.status == .catchAll { return .partial }
        if result.stopped.values.contains(.cancelled) { return .cancelled }
        return hasAnswer ? .notFound : .failed
    }

    private var hasAnswer: Bool {
        progress.contains(.hasAnswer)
            || log.attempts.contains { attempt in
                (attempt.capability == .email || attempt.capability == .mobile || request.isVerification)
                    && (attempt.outcome == .noMatch || attempt.outcome == .rejected || attempt.outcome == .matched)
            }
    }
}

extension KeptResult {
    /// - Parameter telling: brings a copy of the request to what the settlement did.
    fileprivate init(
        _ keeping: ResultKeeping, of run: RequestRun, isLast: Bool,
        telling: @escaping @Sendable (inout RequestRun, Settled) -> Void
    ) {
        self.init(run: keeping.run, epoch: keeping.epoch) { settled in
            var told = run
            telling(&told, settled)
            let text = keeping.text(told.result)
            return isLast
                ? RunRow(number: keeping.number, .answered, tries: keeping.tries, text: text)
                : RunRow(
                    number: keeping.number, .open, tries: keeping.tries, text: "\(run.progress.rawValue)\n\(text)")
        }
    }
}

extension ResultEmail {
    /// What stands for an address on the suppression list.
    static func withheld(_ finding: EmailFinding) -> ResultEmail {
        ResultEmail(
            value: nil, status: .unavailable, reason: .suppressed, provider: finding.provider, isNetNew: false,
            credits: .zero)
    }

    init(_ finding: EmailFinding, isNetNew: Bool) {
        self.init(
            value: finding.address, status: finding.status, reason: finding.reason, suggestion: finding.suggestion,
            provider: finding.provider, verifiedBy: finding.verifiedBy, confidence: finding.confidence,
            isNetNew: isNetNew, credits: .zero)
    }

    init(_ had: ContactEmail) {
        self.init(
            value: had.address, status: had.status, reason: had.reason, provider: had.provider,
            verifiedBy: had.verifiedBy, confidence: had.confidence, isNetNew: false, credits: .zero)
    }
}

extension ResultPhone {
    init(_ finding: PhoneFinding, isNetNew: Bool, credits: Credits) {
        self.init(
            number: finding.number, raw: finding.raw, type: finding.type, status: finding.status,
            doNotCall: finding.doNotCall, provider: finding.provider, isNetNew: isNetNew, credits: credits)
    }

    init(_ known: ContactPhone) {
        self.init(
            number: known.number, raw: known.raw, type: known.type, status: known.status, doNotCall: known.doNotCall,
            provider: known.provider, isNetNew: false, credits: .zero)
    }
}
