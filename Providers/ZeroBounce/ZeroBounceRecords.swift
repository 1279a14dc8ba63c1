// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What ZeroBounce's statuses mean.
extension ZeroBounce {
    func verdict(_ status: String, _ detail: String) -> EmailVerdict {
        switch status {
        case "valid": EmailVerdict(.verified, .mailboxExists)
        case "catch-all": .catchAll(isRole: detail.hasPrefix("role_based"))
        case "invalid": EmailVerdict(.invalid, reason(detail, otherwise: .mailboxNotFound))
        case "spamtrap": EmailVerdict(.invalid, .spamTrap)
        // The mailbox of someone who reports mail as abuse exists; it is no address to write to.
        case "abuse": EmailVerdict(.unverified, .doNotMail)
        case "do_not_mail": doNotMail(detail)
        default: EmailVerdict(.unverified, reason(detail, otherwise: .unspecified))
        }
    }

    private func doNotMail(_ detail: String) -> EmailVerdict {
        switch detail {
        case "disposable": EmailVerdict(.invalid, .disposableDomain)
        case "possible_trap": EmailVerdict(.invalid, .spamTrap)
        case "role_based": EmailVerdict(.unverified, .roleAccount)
        case "role_based_catch_all", "role_based_accept_all": .catchAll(isRole: true)
        case "global_suppression": EmailVerdict(.unverified, .suppressed)
        default: EmailVerdict(.unverified, .doNotMail)
        }
    }

    private func reason(_ detail: String, otherwise: VerdictReason) -> VerdictReason {
        switch detail {
        case "antispam_system": .policyRefused
        case "blocked": .blockedIP
        case "greylisted": .greylisted
        case "mail_server_temporary_error": .temporaryError
        case "forcible_disconnect", "failed_smtp_connection": .connectionFailed
        case "mail_server_did_not_respond", "timeout_exceeded": .timeout
        case "mailbox_quota_exceeded": .mailboxFull
        case "mailbox_not_found": .mailboxNotFound
        case "no_dns_entries": .noSuchDomain
        case "unroutable_ip_address": .noMX
        case "does_not_accept_mail": .nullMX
        case "failed_syntax_check": .invalidSyntax
        case "possible_typo": .possibleTypo
        default: otherwise
        }
    }
}
