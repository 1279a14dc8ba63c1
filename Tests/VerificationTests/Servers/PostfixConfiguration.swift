// SPDX-License-Identifier: Apache-2.0

extension MailServerSettings {
    /// One master with an smtpd for each address. Each of its programs would wait for a second where its settings are
    /// younger than that.
    var postfix: [(name: String, text: String)] {
        let start = """
            cd /var/spool
            mkdir -p postfix /var/lib/postfix /var/lib/greylist
            cd postfix
            mkdir -p active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace
            chown postfix active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace
            chown postfix /var/lib/postfix
            chown nobody /var/lib/greylist
            chmod 600 /etc/tls/*.key
            touch --date=@0 /etc/postfix/*
            exec /servers/bin/postfix -c /etc/postfix -d
            """
        return [
            ("etc/postfix/main.cf", postfixMain), ("etc/postfix/master.cf", postfixMaster), ("start", start + "\n"),
        ]
    }

    private var postfixMain: String {
        let domains = MailServerCase.allCases.map { "{ \(domain($0)) = x }" }.joined(separator: " ")
        let known = MailServerCase.allCases.map { "{ jane@\(domain($0)) = x }" } + ["{ @\(domain(.catchAll)) = x }"]
        return """
            compatibility_level = 3.6
            queue_directory = /var/spool/postfix
            data_directory = /var/lib/postfix
            daemon_directory = /servers/usr/lib/postfix/sbin
            command_directory = /servers/usr/sbin
            shlib_directory = /servers/usr/lib/postfix
            import_environment = MAIL_CONFIG MAIL_LOGTAG LANG=C LD_LIBRARY_PATH
            mail_owner = postfix
            setgid_group = postdrop
            default_privs = nobody
            maillog_file = /var/log/mail
            inet_protocols = ipv4
            inet_interfaces = loopback-only
            mynetworks = 127.25.0.1/32
            myhostname = mx.postfix.example
            mydestination =
            alias_maps =
            local_recipient_maps =
            smtpd_peername_lookup = no
            smtpd_client_connection_count_limit = 0
            smtpd_client_connection_rate_limit = 0
            in_flow_delay = 0
            virtual_transport = discard
            virtual_mailbox_domains = inline:{ \(domains) }
            virtual_mailbox_maps = inline:{ \(known.joined(separator: " ")) }
            smtpd_tls_CAfile = /etc/tls/authority.pem
            smtpd_tls_loglevel = 1

            """
    }

    private var postfixMaster: String {
        let listeners = MailServerCase.allCases.map { behaviour in
            let options = postfixOptions(behaviour).map { "    -o { \($0) = \($1) }\n" }
            return "\(behaviour.host(kind)):\(port) inet n - n - - smtpd\n" + options.joined()
        }
        return listeners.joined() + """
            cleanup unix n - n - 0 cleanup
            rewrite unix - - n - - trivial-rewrite
            tlsmgr unix - - n 1000? 1 tlsmgr
            proxymap unix - - n - - proxymap
            anvil unix - - n - 1 anvil
            discard unix - - n - - discard
            postlog unix-dgram n - n - 1 postlogd
            greylist unix - n n - 0 spawn user=nobody
                argv=/usr/bin/perl /etc/postfix-policy.pl /var/lib/greylist/seen \(greylisting)

            """
    }

    private func postfixOptions(_ behaviour: MailServerCase) -> [(name: String, value: String)] {
        switch behaviour {
        case .normal, .catchAll: []
        case .startTLS: postfixTLS("good")
        case .badCertificate: postfixTLS("bad")
        case .greylisting: [("smtpd_recipient_restrictions", "check_policy_service unix:private/greylist")]
        case .mailboxFull: [recipient("552 5.2.2 Mailbox is full")]
        case .mailboxDisabled: [recipient("550 5.2.1 The mailbox is disabled")]
        case .refusedIP:
            [
                (
                    "smtpd_client_restrictions",
                    "check_client_access static:{554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using "
                        + "zen.spamhaus.org; https://www.spamhaus.org/query/ip/127.0.0.1}"
                )
            ]
        case .noPTR: [("smtpd_client_restrictions", "reject_unknown_reverse_client_hostname")]
        case .refusedProbe: [("smtpd_recipient_restrictions", "reject"), ("reject_code", "550")]
        case .temporaryError: [("virtual_mailbox_maps", "fail:broken")]
        case .slow:
            [
                ("smtpd_delay_reject", "no"), ("smtpd_client_restrictions", "sleep \(delay)"),
                ("smtpd_recipient_restrictions", "sleep \(delay)"),
            ]
        case .dropAtConnect: drop("smtpd_client_restrictions", "check_client_access")
        case .dropAtEHLO: drop("smtpd_helo_restrictions", "check_helo_access")
        case .dropAtMAIL: drop("smtpd_sender_restrictions", "check_sender_access")
        case .dropAtRCPT: drop("smtpd_recipient_restrictions", "check_recipient_access")
        }
    }

    private func postfixTLS(_ name: String) -> [(name: String, value: String)] {
        [("smtpd_tls_security_level", "may"), ("smtpd_tls_chain_files", "/etc/tls/\(name).key /etc/tls/\(name).pem")]
    }

    /// Jane's reply, from a table of recipients.
    private func recipient(_ reply: String) -> (name: String, value: String) {
        let domain = domain(reply.hasPrefix("552") ? .mailboxFull : .mailboxDisabled)
        return ("smtpd_recipient_restrictions", "check_recipient_access inline:{{jane@\(domain) = \(reply)}}")
    }

    /// A 421 makes Postfix end the connection.
    private func drop(_ restrictions: String, _ check: String) -> [(name: String, value: String)] {
        [("smtpd_delay_reject", "no"), (restrictions, "\(check) static:{421 4.3.2 Service currently unavailable}")]
    }
}
