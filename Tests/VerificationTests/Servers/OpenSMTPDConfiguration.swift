// SPDX-License-Identifier: Apache-2.0

extension MailServerSettings {
    /// One daemon, with a filter for each address. Where it is slow, and where all are caught, the mailboxes come from
    /// a table: OpenSMTPD then refuses an unknown one in other words.
    var openSMTPD: [(name: String, text: String)] {
        let start = """
            mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd /var/empty
            chmod 711 /var/spool/smtpd
            chmod 600 /etc/tls/*.key
            exec /servers/bin/opensmtpd -d -f /etc/smtpd.conf
            """
        return [("etc/smtpd.conf", openSMTPDConfiguration), ("start", start + "\n")]
    }

    private var openSMTPDConfiguration: String {
        let domains = MailServerCase.allCases.map { "\"\(domain($0))\"" }.joined(separator: ", ")
        let filters = MailServerCase.allCases.compactMap { behaviour in
            openSMTPDFilter(behaviour).map { "filter \"\(behaviour.rawValue)\" \($0)\n" }
        }
        let listeners = MailServerCase.allCases.map { behaviour in
            let filter = openSMTPDFilter(behaviour) == nil ? "" : " filter \"\(behaviour.rawValue)\""
            let tls = behaviour.offersTLS ? " tls pki \(behaviour == .startTLS ? "good" : "bad")" : ""
            return "listen on \(behaviour.host(kind)) port \(port) hostname mx.opensmtpd.example\(tls)\(filter)\n"
        }
        return """
            pki good cert "/etc/tls/good.pem"
            pki good key "/etc/tls/good.key"
            pki bad cert "/etc/tls/bad.pem"
            pki bad key "/etc/tls/bad.key"
            table domains { \(domains) }
            table boxes { "jane@\(domain(.slow))" = "jane", "@\(domain(.catchAll))" = "jane" }
            table full { "jane@\(domain(.mailboxFull))" }
            table disabled { "jane@\(domain(.mailboxDisabled))" }
            table client { "127.0.0.0/8" }
            \(filters.joined())\(listeners.joined())action "virtual" maildir virtual <boxes>
            action "local" maildir
            match from any for domain { "\(domain(.slow))", "\(domain(.catchAll))" } action "virtual"
            match from any for domain <domains> action "local"

            """
    }

    private func openSMTPDFilter(_ behaviour: MailServerCase) -> String? {
        switch behaviour {
        case .normal, .startTLS, .badCertificate, .catchAll: nil
        case .greylisting: "proc-exec \"/usr/bin/perl /etc/opensmtpd-filter.pl greylist \(greylisting)\""
        case .slow: "proc-exec \"/usr/bin/perl /etc/opensmtpd-filter.pl slow \(delay)\""
        case .mailboxFull: "phase rcpt-to match rcpt-to <full> reject \"452 4.2.2 Mailbox full\""
        case .mailboxDisabled: "phase rcpt-to match rcpt-to <disabled> reject \"550 5.2.1 Mailbox disabled\""
        case .refusedIP:
            "phase connect match src <client> disconnect \"554 5.7.1 Your address is listed at zen.spamhaus.org\""
        case .noPTR: "phase connect match !rdns disconnect \"550 no rDNS is so 80s\""
        case .refusedProbe:
            "phase rcpt-to match src <client> reject \"550 5.7.1 Delivery not authorized, message refused\""
        case .temporaryError: "phase rcpt-to match src <client> reject \"451 4.3.0 Temporary failure\""
        case .dropAtConnect: "phase connect match src <client> disconnect \"421 4.3.2 Service not available\""
        case .dropAtEHLO: "phase ehlo match src <client> disconnect \"421 4.3.2 Service not available\""
        case .dropAtMAIL: "phase mail-from match src <client> disconnect \"421 4.3.2 Service not available\""
        case .dropAtRCPT: "phase rcpt-to match src <client> disconnect \"421 4.3.2 Service not available\""
        }
    }
}
