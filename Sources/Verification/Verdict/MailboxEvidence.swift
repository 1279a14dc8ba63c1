// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// All that was learned about one mailbox, and what follows from it (`docs/verification.md` has the table).
///
/// Pure: how it was learned (DNS, SMTP) is somebody else's matter.
public struct MailboxEvidence: Sendable, Hashable {
    /// Where the domain's mail goes.
    public enum Route: Sendable, Hashable {
        case hosts
        /// The domain says that it takes no mail (RFC 7505).
        case nullMX
        /// The domain is there, and no host takes its mail.
        case noMX
        case noSuchDomain
        /// The name servers could not be heard: `timeout` or `temporary_error`.
        case unknown(VerdictReason)
    }

    /// What a host said to the address, or to the one that was made up.
    public enum Answer: Sendable, Hashable {
        case accepted
        /// A 5xx, and why.
        case refused(VerdictReason)
        /// A 4xx, and why.
        case deferred(VerdictReason)
        /// No answer about the address came, and why: no connection, a refusal before it was named, a time-out.
        case unheard(VerdictReason)
    }

    /// How much the host's answers tell, as far as that is known beforehand.
    public enum Habit: Sendable, Hashable {
        /// An accepted recipient exists where a made-up one is refused.
        case answers
        /// Accepts every recipient and bounces later.
        case acceptsAll
        /// Refuses every probe.
        case refusesProbes
    }

    public var route: Route
    public var isDisposable: Bool
    public var habit: Habit
    /// Nil where no host was asked.
    public var recipient: Answer?
    /// What was said to the made-up address; nil where it was not asked about.
    public var stranger: Answer?

    public init(
        route: Route, isDisposable: Bool = false, habit: Habit = .answers, recipient: Answer? = nil,
        stranger: Answer? = nil
    ) {
        self.route = route
        self.isDisposable = isDisposable
        self.habit = habit
        self.recipient = recipient
        self.stranger = stranger
    }

    /// Status and reason. Only what is certain is `verified` or `invalid`: what could not be heard is unknown, and a
    /// made-up address that was not plainly refused proves nothing.
    public var verdict: EmailVerdict {
        switch route {
        case .nullMX: return EmailVerdict(.invalid, .nullMX)
        case .noMX: return EmailVerdict(.invalid, .noMX)
        case .noSuchDomain: return EmailVerdict(.invalid, .noSuchDomain)
        case .unknown where isDisposable: return EmailVerdict(.invalid, .disposableDomain)
        case .unknown(let reason): return EmailVerdict(.unverified, reason)
        case .hosts: break
        }
        if isDisposable { return EmailVerdict(.invalid, .disposableDomain) }
        switch recipient {
        case nil: return EmailVerdict(.unverified, .notVerified)
        case .unheard(let reason), .deferred(let reason): return EmailVerdict(.unverified, reason)
        case .refused(let reason): return refusal(reason)
        case .accepted: return acceptance
        }
    }

    private func refusal(_ reason: VerdictReason) -> EmailVerdict {
        guard reason.deniesMailbox else { return EmailVerdict(.unverified, reason) }
        return habit == .refusesProbes
            ? EmailVerdict(.unverified, .unverifiableHost) : EmailVerdict(.invalid, reason)
    }

    private var acceptance: EmailVerdict {
        guard habit == .answers else { return EmailVerdict(.unverified, .unverifiableHost) }
        switch stranger {
        case .accepted: return EmailVerdict(.catchAll, .catchAllDomain)
        case .refused(let reason) where reason.tellsMailboxesApart: return EmailVerdict(.verified, .mailboxExists)
        case .refused(let reason), .deferred(let reason), .unheard(let reason):
            return EmailVerdict(.unverified, reason)
        case nil: return EmailVerdict(.unverified, .notVerified)
        }
    }
}

extension VerdictReason {
    /// True where a refusal says that there is no such mailbox, or none that takes mail, and nothing else.
    var deniesMailbox: Bool {
        switch self {
        case .mailboxNotFound, .mailboxDisabled, .noSuchDomain, .noMX, .nullMX: true
        default: false
        }
    }

    /// True where refusing a made-up address for this reason shows that the host knows its mailboxes.
    ///
    /// `unverifiableHost` is Microsoft 365's `5.4.1`: a tenant whose directory refuses a made-up name accepts none that
    /// isn't in it.
    fileprivate var tellsMailboxesApart: Bool { self == .mailboxNotFound || self == .unverifiableHost }
}
