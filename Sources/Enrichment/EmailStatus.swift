// SPDX-License-Identifier: Apache-2.0

/// What is known of an email address (`semantics.md`, 3). Raw values are the words in JSON and in the store.
public enum EmailStatus: String, Sendable, Hashable, CaseIterable {
    /// The mailbox accepts mail, by a verifier or by a vendor whose own verification the configuration trusts.
    case verified
    /// The domain accepts every recipient, so the mailbox can't be confirmed.
    case catchAll = "catch_all"
    /// Found, without a verdict.
    case unverified
    /// Built from a pattern, with a confidence.
    case guessed
    /// Rejected: syntax, no MX, no such mailbox, disposable, spam trap.
    case invalid
    /// The whole chain found nothing.
    case unavailable
    /// Found after its hold had ended and no new one could be had: kept, not shown, not billed.
    case locked
    /// Was sent to, then hard-bounced.
    case bounced
    /// Supplied or edited by the user; never overwritten.
    case userManaged = "user_managed"
}

/// Why a verdict is what it is. Never dropped on the way to the user (`semantics.md`, 3).
public enum VerdictReason: String, Sendable, Hashable, CaseIterable {
    case mailboxExists = "mailbox_exists"
    case mailboxNotFound = "mailbox_not_found"
    case mailboxFull = "mailbox_full"
    case mailboxDisabled = "mailbox_disabled"
    case policyRefused = "policy_refused"
    case greylisted
    case blockedIP = "blocked_ip"
    case timeout
    case temporaryError = "temporary_error"
    case connectionFailed = "connection_failed"
    case nullMX = "null_mx"
    case noMX = "no_mx"
    case noSuchDomain = "no_such_domain"
    case portBlocked = "port_blocked"
    /// The host refuses since the sender's address has no reverse name.
    case noPTR = "no_ptr"
    case catchAllDomain = "catch_all_domain"
    case disposableDomain = "disposable_domain"
    case roleAccount = "role_account"
    case unverifiableHost = "unverifiable_host"
    case invalidSyntax = "invalid_syntax"
    case possibleTypo = "possible_typo"
    case spamTrap = "spam_trap"
    case doNotMail = "do_not_mail"
    case suppressed
    /// The vendor that found it vouches for it, and the configuration trusts that vendor.
    case trustedProvider = "trusted_provider"
    /// Every verifier of the chain failed, which is not the same as answering "unknown".
    case verifierDown = "verifier_down"
    /// No verifier is configured, or none could be asked.
    case notVerified = "not_verified"
    /// The vendor gave no reason that is known here.
    case unspecified
}
