// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// What Tomba's records mean.
extension Tomba {
    func phone(_ data: JSONReader, _ type: PhoneType? = nil) -> PhoneCandidate? {
        data["e164_format"].text.map {
            PhoneCandidate(
                $0, type: type ?? (data["line_type"].text == "MOBILE" ? .mobile : .other),
                status: data["valid"].bool == true ? .validNumber : .noStatus, country: data["country_code"].text)
        }
    }

    func verdict(_ word: String?, _ email: JSONReader) -> EmailVerdict {
        let acceptsAll = email["accept_all"].bool == true
        return switch word {
        case "valid" where !acceptsAll, "deliverable" where !acceptsAll: EmailVerdict(.verified, .mailboxExists)
        case "valid", "deliverable", "accept_all", "accept-all": EmailVerdict(.catchAll, .catchAllDomain)
        case "disposable": EmailVerdict(.invalid, .disposableDomain)
        case "invalid" where email["regex"].bool == false: EmailVerdict(.invalid, .invalidSyntax)
        case "invalid" where email["mx_check"].bool == false: EmailVerdict(.invalid, .noMX)
        case "invalid", "undeliverable": EmailVerdict(.invalid, .mailboxNotFound)
        // The vendor doesn't ask the servers of webmail.
        case "webmail": EmailVerdict(.unverified, .unverifiableHost)
        case _ where email["greylisted"].bool == true: EmailVerdict(.unverified, .greylisted)
        case _ where email["block"].bool == true: EmailVerdict(.unverified, .policyRefused)
        default: EmailVerdict(.unverified, .unspecified)
        }
    }
}
