// SPDX-License-Identifier: Apache-2.0

extension MailServerSettings {
    /// One daemon. The address that a client came to tells its lists of rules what is expected.
    var exim: [(name: String, text: String)] {
        let start = """
            mkdir -p /var/spool/exim /var/log/exim
            chown Debian-exim:Debian-exim /var/spool/exim /var/log/exim
            chgrp -R Debian-exim /etc/tls
            chmod 640 /etc/tls/*.key
            exec /servers/bin/exim -bdf
            """
        return [("etc/exim4/exim4.conf", eximMain + eximRules + eximDelivery), ("start", start + "\n")]
    }

    private var eximMain: String {
        let cases = MailServerCase.allCases.map { "\($0.host(kind))=\($0.rawValue)" }.joined(separator: " ")
        let tls = MailServerCase.allCases.filter(\.offersTLS).map { "{eq{$received_ip_address}{\($0.host(kind))}}" }
        return """
            CASES = \(cases)
            primary_hostname = mx.exim.example
            exim_path = /servers/usr/sbin/exim4
            keep_environment = LD_LIBRARY_PATH
            spool_directory = /var/spool/exim
            log_file_path = /var/log/exim/%slog
            pid_file_path = /run/exim.pid
            local_interfaces = \(MailServerCase.allCases.map { $0.host(kind) }.joined(separator: " : "))
            daemon_smtp_ports = \(port)
            smtp_accept_max = 0
            disable_ipv6
            host_lookup =
            host_lookup_order = byaddr
            rfc1413_hosts =
            queue_only
            tls_advertise_hosts = ${if or{\(tls.joined())}{*}{}}
            TLS = /etc/tls/${if eq{$received_ip_address}{\(MailServerCase.startTLS.host(kind))}{good}{bad}}
            tls_certificate = TLS.pem
            tls_privatekey = TLS.key
            domainlist local_domains = *.exim.example
            acl_smtp_connect = connect
            acl_smtp_helo = helo
            acl_smtp_mail = mail
            acl_smtp_rcpt = rcpt
            begin acl

            """
    }

    private var eximRules: String {
        """
        connect:
          warn set acl_c_case = ${extract{$received_ip_address}{CASES}}
          deny condition = \(isCase(.refusedIP))
               message = $sender_host_address is listed at zen.spamhaus.org \\
                 (127.0.0.4: https://www.spamhaus.org/query/ip/$sender_host_address)
          deny condition = \(isCase(.noPTR))
               !verify = reverse_host_lookup
               message = Reverse DNS lookup failed for host $sender_host_address
          warn condition = \(isCase(.slow))
               delay = \(delay)s
          drop condition = \(die(.dropAtConnect))
          accept
        helo:
          drop condition = \(die(.dropAtEHLO))
          accept
        mail:
          drop condition = \(die(.dropAtMAIL))
          accept
        rcpt:
          warn condition = \(isCase(.slow))
               delay = \(delay)s
          drop condition = \(die(.dropAtRCPT))
          deny condition = \(isCase(.refusedProbe))
               message = 550 5.7.1 Message rejected due to local policy
          defer condition = \(isCase(.greylisting))
               !seen = -\(greylisting)s / key=${sender_host_address}_${sender_address}_$local_part@$domain
               message = 451 4.7.1 Greylisted, please try again later
          defer recipients = jane@\(domain(.mailboxFull))
               message = 452 4.2.2 <$local_part@$domain>: mailbox is over quota
          deny recipients = jane@\(domain(.mailboxDisabled))
               message = 550 5.2.1 <$local_part@$domain>: this mailbox is disabled
          require message = relay not permitted
               domains = +local_domains
          require verify = recipient
          accept

        """
    }

    private var eximDelivery: String {
        """
        begin routers
        broken:
          driver = redirect
          domains = \(domain(.temporaryError))
          data = ${lookup{$local_part}lsearch{/etc/exim4/no-such-file}}
        everyone:
          driver = accept
          domains = \(domain(.catchAll))
          transport = nowhere
        known:
          driver = accept
          local_parts = jane
          transport = nowhere
        begin transports
        nowhere:
          driver = appendfile
          file = /dev/null
          user = nobody
        begin retry

        """
    }

    private func isCase(_ behaviour: MailServerCase) -> String { "${if eq{$acl_c_case}{\(behaviour.rawValue)}}" }

    /// The process of the connection ends without a word.
    private func die(_ behaviour: MailServerCase) -> String {
        "${if eq{$acl_c_case}{\(behaviour.rawValue)}{${run{/bin/sh -c \"kill -9 $pid\"}}}}"
    }
}
