// SPDX-License-Identifier: Apache-2.0

/// The programs that mail servers are: Debian's packages, fetched by `make servers`.
enum MailServerKind: String, Sendable, CaseIterable {
    case postfix, exim, opensmtpd

    /// The second half of its addresses: 127.25.<this>.<case>.
    var network: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}

/// How a mail server behaves. A running server has an address and a domain of its own for each.
enum MailServerCase: String, Sendable, CaseIterable {
    /// `jane` is there, and nobody else. No TLS.
    case normal
    /// As `normal`, and STARTTLS with a certificate of the test's authority. Debian 12's OpenSMTPD offers STARTTLS, and
    /// then no handshake succeeds, whatever its certificate (github.com/OpenSMTPD/OpenSMTPD, issue 1239).
    case startTLS = "starttls"
    /// As `normal`, and STARTTLS with a certificate that is expired (Postfix), signed by nobody (Exim), or of another
    /// name (OpenSMTPD).
    case badCertificate = "bad_certificate"
    case catchAll = "catch_all"
    /// A recipient is put off, and taken when the same client and sender come again some seconds later.
    case greylisting
    /// Jane's mailbox is full.
    case mailboxFull = "mailbox_full"
    /// Jane's mailbox is disabled.
    case mailboxDisabled = "mailbox_disabled"
    /// The client's address is on a blocklist.
    case refusedIP = "refused_ip"
    /// The client's address has no name.
    case noPTR = "no_ptr"
    /// Every recipient is refused by a policy, whether it is there or not.
    case refusedProbe = "refused_probe"
    /// The list of mailboxes can't be read.
    case temporaryError = "temporary_error"
    /// The greeting and the answers to RCPT come some seconds late.
    case slow
    case dropAtConnect = "drop_at_connect"
    case dropAtEHLO = "drop_at_ehlo"
    case dropAtMAIL = "drop_at_mail"
    case dropAtRCPT = "drop_at_rcpt"

    /// A loopback address.
    func host(_ kind: MailServerKind) -> String {
        "127.25.\(kind.network).\((Self.allCases.firstIndex(of: self) ?? 0) + 1)"
    }

    /// What its mail exchanger receives for: `catch-all.postfix.example`.
    func domain(_ kind: MailServerKind) -> String { "\(rawValue.replacing("_", with: "-")).\(kind).example" }

    /// The name of its mail exchanger: `mx.catch-all.postfix.example`.
    func exchanger(_ kind: MailServerKind) -> String { "mx.\(domain(kind))" }

    /// True where STARTTLS is offered.
    var offersTLS: Bool { self == .startTLS || self == .badCertificate }
}
