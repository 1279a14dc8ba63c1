// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// The figures of a report: sums alone, nothing that names a prospect.
public struct ReportFigures: Sendable, Hashable {
    /// Requests of one day.
    public struct Day: Sendable, Hashable {
        /// 00:00 UTC.
        public var startsAt: Timestamp
        public var requests: Int
        public var figures: UsageFigures

        public init(startsAt: Timestamp, requests: Int, figures: UsageFigures) {
            self.startsAt = startsAt
            self.requests = requests
            self.figures = figures
        }
    }

    /// Data requests that were admitted, open ones included.
    public var requests = 0
    /// Of those, not settled yet.
    public var openRequests = 0
    /// Requests for verdicts on addresses of the user's.
    public var verifications = 0
    /// Requests that the gate refused, by what was passed: `balance`, `suppression`, or a cap's key.
    public var refusals: [String: Int] = [:]
    public var outcomes: [RequestOutcome: Int] = [:]
    public var total = UsageFigures()
    /// Those on which there were requests, in order.
    public var days: [Day] = []
    /// Of emails and of mobiles.
    public var chains: [Capability: ChainFigures] = [:]
    /// By capability, and in the order in which they were asked.
    public var providers: [ProviderFigures] = []
    public var prospects = ProspectFigures()
    public var bounces = BounceFigures()

    public init() {}

    /// True where nothing was asked.
    public var isEmpty: Bool { requests == 0 && verifications == 0 && refusals.isEmpty }

    /// What vendors billed for a datum of a data request, its verification included; office phones are apart.
    public func bills(for datum: Datum) -> [UsageFigures.Bill] {
        let capabilities: Set<Capability> =
            switch datum {
            case .email: [.email, .verifyEmail]
            case .phone: [.mobile, .verifyPhone]
            case .verification: []
            }
        var sum = UsageFigures()
        for provider in providers
        where provider.isOnRequest ? datum == .verification : capabilities.contains(provider.capability) {
            sum.add(provider.usage)
        }
        return sum.bills
    }

    /// What one charged datum cost in each unit that was billed; empty where none was charged.
    public func costPerHit(_ datum: Datum) -> [Amount] {
        bills(for: datum).compactMap { $0.per(total.hits[datum] ?? 0) }
    }
}

/// How far the requests for one datum came.
public struct ChainFigures: Sendable, Hashable {
    /// Those that got so far down the chain.
    public struct Step: Sendable, Hashable {
        /// Requests in which a provider answered, or failed to, at this place.
        public var reached = 0
        /// Those that ended here with what was asked for.
        public var found = 0
        /// Those that went on since the provider failed.
        public var failed = 0

        public init(reached: Int = 0, found: Int = 0, failed: Int = 0) {
            self.reached = reached
            self.found = found
            self.failed = failed
        }

        /// Those that went on since the provider had nothing, or nothing that stood the test.
        public var missed: Int { reached - found - failed }
    }

    /// Whose answers ended chains, and how many.
    public struct Finder: Sendable, Hashable {
        public var provider: ProviderID
        public var count: Int

        public init(_ provider: ProviderID, count: Int) {
            self.provider = provider
            self.count = count
        }
    }

    /// Settled requests that asked for the datum.
    public var asked = 0
    /// How they ended.
    public var ends: [StopReason: Int] = [:]
    /// By whose answer the chain ended; those of the first providers first.
    public var found: [Finder] = []
    /// By place in the chain, from the first; providers that were not called have no place.
    public var steps: [Step] = []

    public init() {}

    /// Requests that were answered from what the team had.
    public var had: Int { ends[.had] ?? 0 }
    /// Requests that ended with what was asked for, by a provider.
    public var foundCount: Int { (ends[.verified] ?? 0) + (ends[.accepted] ?? 0) }
    /// Requests in which every provider was asked that could be, and none had it.
    public var notFound: Int { ends[.exhausted] ?? 0 }
    /// Requests that ended before that, for another reason.
    public var stopped: Int { asked - had - foundCount - notFound }
}

/// What one provider did for one capability.
public struct ProviderFigures: Sendable, Hashable {
    public var capability: Capability
    public var provider: ProviderID
    /// True where it judged addresses of the user's, on request.
    public var isOnRequest: Bool
    /// Calls, and what they cost.
    public var usage = UsageFigures()
    /// Turns for which a remembered answer, or one that was at hand, served.
    public var cached = 0
    public var matched = 0
    public var noMatch = 0
    public var rejected = 0
    public var failures: [ProviderError.Kind: Int] = [:]
    public var skips: [SkipReason: Int] = [:]
    /// Requests whose chain ended by its answer.
    public var found = 0
    /// Of the addresses that it found and that were charged, those that bounced.
    public var bounced = 0
    /// Charged data that it supplied.
    public var charged = 0
    public var latency = LatencyHistogram()

    public init(_ capability: Capability, _ provider: ProviderID, isOnRequest: Bool = false) {
        self.capability = capability
        self.provider = provider
        self.isOnRequest = isOnRequest
    }

    public var failed: Int { failures.values.reduce(0, +) }
    public var skipped: Int { skips.values.reduce(0, +) }
    /// Turns that it answered: what a rate is of.
    public var answered: Int { matched + noMatch + rejected }

    /// What it is paid for: chains that ended by its answer; of a verifier, definite verdicts.
    public var hits: Int { capability.isVerification || capability == .officePhone ? matched : found }
}

/// The contacts that were asked about, as they are today: each once.
public struct ProspectFigures: Sendable, Hashable {
    /// Numbers of one kind.
    public struct Numbers: Sendable, Hashable {
        public var type: PhoneType
        public var status: PhoneStatus
        public var doNotCall: DoNotCall
        public var count: Int

        public init(type: PhoneType, status: PhoneStatus, doNotCall: DoNotCall, count: Int) {
            self.type = type
            self.status = status
            self.doNotCall = doNotCall
            self.count = count
        }
    }

    public var count = 0
    /// Of those asked for an email, by the status of their best address.
    public var emails: [EmailStatus: Int] = [:]
    public var askedForPhone = 0
    /// Of those, with a number that is not invalid.
    public var withPhone = 0
    /// Numbers of theirs that were accessed.
    public var numbers: [Numbers] = []

    public init() {}

    public var askedForEmail: Int { emails.values.reduce(0, +) }
}

/// Charged emails that bounced, and what came of it.
public struct BounceFigures: Sendable, Hashable {
    /// Charged emails.
    public var charged = 0
    /// Of those, hard-bounced since.
    public var bounced = 0
    /// Of those, refunded.
    public var refunded = 0
    /// Refunds that take effect with the next billing cycle.
    public var due = Credits.zero
    /// Claims that were refused, by the reason.
    public var refused: [String: Int] = [:]

    public init() {}
}
