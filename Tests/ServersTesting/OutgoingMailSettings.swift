// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What Postfix and Dovecot are started with by `OutgoingMailServers`: the files of their root.
struct OutgoingMailSettings {
    typealias Submission = OutgoingMailServers.Submission

    static let imapHost = "127.26.1.1"
    static let imapTLSHost = "127.26.1.2"
    /// The user whose the mailboxes are.
    static let mailUser: UInt32 = 70_001
    static let mailboxes = ["sender", "jane", "bounces"]

    /// The same on every address.
    var port: Int

    static func password(of user: String) -> String { "secret of \(user)" }

    func write(into folder: URL) throws {
        let hosts = Submission.allCases.map(\.host) + [Self.imapHost, Self.imapTLSHost]
        let certificates = try MailCertificates(
            in: folder.appending(path: "etc/tls"), names: hosts, badNames: hosts, .expired)
        try certificates.certifyItself("unknown", names: hosts)
        for (name, text) in system + postfix + dovecot {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    private var system: [(name: String, text: String)] {
        let users = ["vmail", "postfix", "postdrop", "dovecot", "dovenull", "nobody"]
        let passwd = users.enumerated().map { "\($1):x:\(70_001 + $0):\(70_001 + $0)::/var/empty:/usr/sbin/nologin\n" }
        let group = users.enumerated().map { "\($1):x:\(70_001 + $0):\n" }
        let start = """
            mkdir -p /var/spool/postfix /var/lib/postfix /var/lib/dovecot /var/mail /var/empty
            cd /var/spool/postfix
            mkdir -p active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace
            chown postfix active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace
            chown postfix /var/lib/postfix
            chown vmail:vmail /var/mail
            chmod 600 /etc/tls/*.key
            touch --date=@0 /etc/postfix/*
            /servers/bin/dovecot -c /etc/dovecot.conf
            exec /servers/bin/postfix -c /etc/postfix -d

            """
        return [
            ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n" + passwd.joined()),
            ("etc/group", "root:x:0:\n" + group.joined()),
            ("etc/hosts", "127.26.0.1 localhost\n"),
            ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"),
            ("etc/services", "smtp 25/tcp\n"), ("etc/resolv.conf", "nameserver 127.26.0.1\n"), ("start", start),
        ]
    }

    private var postfix: [(name: String, text: String)] {
        [("etc/postfix/main.cf", postfixMain), ("etc/postfix/master.cf", postfixMaster)]
    }

    private var postfixMain: String {
        let mailboxes = Self.mailboxes.map { "{ \($0)@example.com = \($0)/ }" }.joined(separator: " ")
        let hop = "smtp:[\(Submission.secondHop.host)]:\(port)"
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
            mynetworks = 127.26.9.9/32
            myhostname = mail.example.com
            mydestination =
            alias_maps =
            local_recipient_maps =
            recipient_delimiter = +
            smtpd_peername_lookup = no
            smtpd_client_connection_count_limit = 0
            smtpd_client_connection_rate_limit = 0
            smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = private/auth
            smtpd_sasl_security_options = noanonymous
            smtpd_tls_loglevel = 1
            smtp_host_lookup = native
            disable_dns_lookups = yes
            in_flow_delay = 0
            message_size_limit = 40000000
            virtual_mailbox_limit = 0
            virtual_transport = virtual
            virtual_mailbox_base = /var/mail
            virtual_uid_maps = static:\(Self.mailUser)
            virtual_gid_maps = static:\(Self.mailUser)
            virtual_mailbox_domains = inline:{ { example.com = x } }
            virtual_mailbox_maps = inline:{ \(mailboxes) { full@example.com = full/ } }
            transport_maps = inline:{ { full@example.com = \(hop) } { gone.example.org = \(hop) } }

            """
    }

    private var postfixMaster: String {
        let listeners = Submission.allCases.map { submission in
            let options = options(submission).map { "    -o { \($0) = \($1) }\n" }
            return "\(submission.host):\(port) inet n - n - - smtpd\n" + options.joined()
        }
        return listeners.joined() + """
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            tlsmgr unix - - n 1000? 1 tlsmgr
            proxymap unix - - n - - proxymap
            anvil unix - - n - 1 anvil
            smtp unix - - n - - smtp
            scache unix - - n - 1 scache
            error unix - - n - - error
            retry unix - - n - - error
            discard unix - - n - - discard
            virtual unix - n n - - virtual
            postlog unix-dgram n - n - 1 postlogd

            """
    }

    private func options(_ submission: Submission) -> [(name: String, value: String)] {
        let sasl = (name: "smtpd_sasl_auth_enable", value: "yes")
        return switch submission {
        case .startTLS: tls("good") + [sasl, ("smtpd_tls_auth_only", "yes")]
        case .expiredCertificate: tls("bad") + [sasl]
        case .unknownCertificate: tls("unknown") + [sasl]
        case .implicitTLS: tls("good") + [sasl, ("smtpd_tls_wrappermode", "yes")]
        case .noAuthentication: tls("good")
        case .noTLS: [sasl]
        // What it takes is thrown away: without that, it would come by here again.
        case .secondHop:
            [
                ("myhostname", "mail.gone.example.org"), ("smtpd_relay_restrictions", ""),
                ("content_filter", "discard:"),
                (
                    "smtpd_recipient_restrictions",
                    "check_recipient_access inline:{ { jane@gone.example.org = OK } "
                        + "{ nobody@gone.example.org = 550 5.1.1 No such mailbox } "
                        + "{ late@gone.example.org = 550 5.1.1 No such mailbox } "
                        + "{ mobile@gone.example.org = 550 5.1.1 No such mailbox } "
                        + "{ elsewhere@gone.example.org = 550 5.1.1 No such mailbox } "
                        + "{ full@gone.example.org = 552 5.2.2 The mailbox is full } "
                        + "{ full@example.com = 552 5.2.2 The mailbox is full } }, reject"
                ),
            ]
        }
    }

    private func tls(_ certificate: String) -> [(name: String, value: String)] {
        [
            ("smtpd_tls_security_level", "may"),
            ("smtpd_tls_chain_files", "/etc/tls/\(certificate).key /etc/tls/\(certificate).pem"),
        ]
    }

    private var dovecot: [(name: String, text: String)] {
        let users = Self.mailboxes.map { "\($0)@example.com:{PLAIN}\(Self.password(of: "\($0)@example.com"))\n" }
        return [("etc/dovecot.conf", dovecotMain), ("etc/dovecot-users", users.joined())]
    }

    private var dovecotMain: String {
        """
        base_dir = /run/dovecot
        state_dir = /var/lib/dovecot
        libexec_dir = /servers/usr/lib/dovecot
        import_environment = TZ LD_LIBRARY_PATH
        log_path = /var/log/dovecot
        protocols = imap
        ssl = yes
        ssl_cert = </etc/tls/good.pem
        ssl_key = </etc/tls/good.key
        disable_plaintext_auth = no
        auth_mechanisms = plain login
        auth_failure_delay = 0
        first_valid_uid = 1000
        mail_location = maildir:/var/mail/%n
        mail_uid = vmail
        mail_gid = vmail
        default_vsz_limit = 0
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%u /etc/dovecot-users
        }
        userdb {
          driver = static
          args = uid=vmail gid=vmail home=/var/mail/%n
        }
        service auth {
          unix_listener /var/spool/postfix/private/auth {
            mode = 0666
          }
        }
        service imap-login {
          chroot =
          inet_listener imap {
            address = \(Self.imapHost)
            port = \(port)
          }
          inet_listener imaps {
            address = \(Self.imapTLSHost)
            port = \(port)
            ssl = yes
          }
        }
        service anvil {
          chroot =
        }
        service stats {
          chroot =
        }

        """
    }
}
