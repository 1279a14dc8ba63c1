// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What is written when a chain has ended, and what the user is told.
extension RequestRun {
    mutating func settle(email: ChainResult, isLast: Bool) async throws(JournalError) {
        let wasHad = contact?.has(.email) ?? false
        let finding = email.outcome.email
        result.stopped[.email] = email.outcome.stop
        if let finding {
            result.email = ResultEmail(finding, isNetNew: !wasHad)
        } else if let had = contact?.hadEmail {
            result.email = ResultEmail(had)
        }
        let settled = try await write(results: email.isHad ? [] : [.email(finding)], isLast: isLast)
        guard finding != nil else { return }
        if settled.locked.contains(.email) {
            result.email?.value = nil
            result.email?.status = .locked
        } else if let charge = settled.charges.first(where: { $0.datum == .email }) {
            result.email?.credits = charge.credits
        } else if gate.isBillable(finding?.status ?? .unavailable) {
            // Somebody else's request for the same person was settled meanwhile, or the charge still stands.
            result.email?.isNetNew = false
        }
    }

    mutating func settle(office: OfficePhoneResult?, isLast: Bool) async throws(JournalError) {
        let known = account?.officePhones ?? []
        if let office, !office.phones.isEmpty {
            let numbers = accountNumbers
            result.officePhones = office.phones.map { phone in
                ResultPhone(phone, isNetNew: !(phone.number.map { numbers.contains($0) } ?? false), credits: .zero)
            }
        } else {
            result.officePhones = known.map { ResultPhone($0) }
        }
        _ = try await write(office: office, isLast: isLast)
    }

    mutating func settle(phones: ChainResult) async throws(JournalError) {
        let found = phones.outcome.phones
        let numbers = accountNumbers
        let had = contact?.hadPhones ?? []
        result.stopped[.phone] = phones.outcome.stop
        result.phones = phones.isHad ? had.map { ResultPhone($0) } : []
        let settled = try await write(results: phones.isHad ? [] : [.phones(found)], isLast: true)
        guard !phones.isHad, !settled.locked.contains(.phone) else { return }
        let charge = settled.charges.first { $0.datum == .phone }
        let first = found.firstIndex { gate.isUsable($0, officePhones: numbers) }
        result.phones = found.enumerated().map { index, phone in
            ResultPhone(phone, isNetNew: charge != nil, credits: index == first ? charge?.credits ?? .zero : .zero)
        }
    }

    /// Ends a request whose data were all settled before.
    mutating func close() async throws(JournalError) {
        guard !log.unsettled.isEmpty || recovery?.settled == request.access else { return }
        _ = try await write(isLast: true)
    }

    private mutating func write(
        results: [Settlement.DatumResult] = [], office: OfficePhoneResult? = nil, isLast: Bool
    ) async throws(JournalError) -> Settled {
        if isLast {
            closeUnusedIntent()
            result.outcome = outcome(including: results)
        }
        let attempts = log.unsettled
        let settled = try await core.journal.settle(
            Settlement(
                request: request, gate: gate, plan: core.settings.plan, results: results, officePhones: office,
                person: person, attempts: attempts, fingerprint: QueryFingerprint(request.prospect),
                outcome: isLast ? result.outcome : nil, stopped: result.stopped, settledAt: lane.clock.now))
        for attempt in attempts { core.observer.record(.attemptEnded(request.id, attempt)) }
        log.markSettled()
        contact = settled.contact ?? contact
        account = settled.account ?? account
        result.contact = contact
        result.account = account
        result.captured = settled.captured
        result.released = settled.released
        result.available = settled.available
        result.attempts = log.attempts
        if isLast { core.observer.record(.requestSettled(request.id, result.outcome, captured: settled.captured)) }
        return settled
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
        if satisfied > 0 || result.email != nil || hasNumbers { return .partial }
        if result.stopped.values.contains(.cancelled) { return .cancelled }
        let answered = log.attempts.contains { attempt in
            (attempt.capability == .email || attempt.capability == .mobile)
                && (attempt.outcome == .noMatch || attempt.outcome == .rejected)
        }
        return answered ? .notFound : .failed
    }
}

extension ResultEmail {
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
