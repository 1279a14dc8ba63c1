// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// One settled request as its attempts tell it, in the order in which they were made: read into the histories of its
/// chains.
public struct RequestTrace: Sendable {
    private var history = OrderHistory()
    private let stopped: [Datum: StopReason]

    /// Who was asked last in a chain, and so ended it where its candidate did.
    private struct Asked {
        var place: ChainHistory.Place
        var isMatched: Bool
        var isCached: Bool
    }

    private var missed: [Capability: Set<ProviderID>] = [:]
    private var last: [Capability: Asked] = [:]
    /// Whose candidate the verifiers that follow are asked about.
    private var finder: (provider: ProviderID, capability: Capability)?

    /// - Parameters:
    ///   - attempts: in the order of time, skipped and remembered ones among them.
    ///   - stopped: how each datum's chain ended.
    public init(_ attempts: [Attempt], stopped: [Datum: StopReason]) {
        self.stopped = stopped
        for attempt in attempts { read(attempt) }
        for capability in last.keys { close(capability) }
    }

    /// What the request adds to each chain's history.
    public var result: OrderHistory { history }

    private mutating func read(_ attempt: Attempt) {
        let capability = attempt.capability
        switch attempt.outcome {
        case .notRun, .skipped: return
        case .failed:
            bill(attempt)
            if !attempt.isCached { add(ChainHistory.Tally(failed: 1), capability, place(of: attempt)) }
            if !capability.isVerification { finder = nil }
        case .matched, .noMatch, .rejected:
            begin(attempt)
            let place = place(of: attempt)
            let isFound = attempt.outcome != .noMatch
            if !attempt.isCached {
                add(ChainHistory.Tally(asked: 1, found: isFound ? 1 : 0), capability, place)
                bill(attempt)
            }
            last[capability] = Asked(
                place: place, isMatched: attempt.outcome == .matched, isCached: attempt.isCached)
            missed[capability, default: []].insert(attempt.provider)
        }
    }

    private func place(of attempt: Attempt) -> ChainHistory.Place {
        ChainHistory.Place(attempt.provider, after: (missed[attempt.capability] ?? []).subtracting([attempt.provider]))
    }

    /// A finder's answer, and the first verifier of the next candidate, begin a verification chain anew.
    private mutating func begin(_ attempt: Attempt) {
        guard attempt.capability.isVerification else {
            finder = attempt.isCached ? nil : (attempt.provider, attempt.capability)
            close(.verifyEmail)
            close(.verifyPhone)
            return
        }
        if missed[attempt.capability]?.contains(attempt.provider) ?? false { close(attempt.capability) }
    }

    /// Counts the hit of who ended a chain.
    private mutating func close(_ capability: Capability) {
        guard let ender = last.removeValue(forKey: capability) else { return }
        missed[capability] = nil
        guard ender.isMatched, !ender.isCached, hasEnded(capability) else { return }
        add(ChainHistory.Tally(hits: 1), capability, ender.place)
    }

    /// True where a candidate ended the chain. The last verifier to match is the one whose verdict stood.
    private func hasEnded(_ capability: Capability) -> Bool {
        switch capability {
        case .email: stopped[.email] == .verified || stopped[.email] == .accepted
        case .mobile: stopped[.phone] == .accepted
        case .officePhone, .verifyEmail, .verifyPhone, .person, .company: true
        }
    }

    private mutating func add(_ tally: ChainHistory.Tally, _ capability: Capability, _ place: ChainHistory.Place) {
        history.chains[capability, default: ChainHistory()].add(tally, at: place)
    }

    private mutating func bill(_ attempt: Attempt) {
        guard let cost = attempt.cost?.amount, cost.micros != 0 else { return }
        var bill = ChainHistory.Bill()
        switch attempt.outcome {
        case .failed: bill.failed = cost.micros
        case .noMatch: bill.missed = cost.micros
        case .matched, .rejected, .notRun, .skipped: bill.found = cost.micros
        }
        let account = ChainHistory.Account(attempt.provider, by: attempt.provider, unit: cost.unit)
        history.chains[attempt.capability, default: ChainHistory()].add(bill, to: account)
        guard attempt.capability.isVerification, let finder else { return }
        history.chains[finder.capability, default: ChainHistory()].add(
            ChainHistory.Bill(verification: cost.micros),
            to: ChainHistory.Account(finder.provider, by: attempt.provider, unit: cost.unit))
    }
}

extension OrderHistory {
    /// Adds one request.
    public mutating func add(_ trace: RequestTrace) {
        for (capability, chain) in trace.result.chains { chains[capability, default: ChainHistory()].add(chain) }
    }
}
