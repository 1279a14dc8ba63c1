// SPDX-License-Identifier: Apache-2.0

/// What a mail server is started with: the files of its root.
struct MailServerSettings {
    var kind: MailServerKind
    var port: Int
    var greylisting: Int
    var delay: Int

    /// Paths below the root, and texts. `start` is what is run there.
    var files: [(name: String, text: String)] {
        let files =
            switch kind {
            case .postfix: postfix
            case .exim: exim
            case .opensmtpd: openSMTPD
            }
        return system + files
    }

    /// Users and names, as few as the servers look up. Nothing asks a name server, and 127.0.0.1 has no name.
    private var system: [(name: String, text: String)] {
        let users = ["postfix", "postdrop", "Debian-exim", "opensmtpd", "opensmtpq", "jane", "nobody"]
        let passwd = users.enumerated().map { "\($1):x:\(70_001 + $0):\(70_001 + $0)::/var/empty:/usr/sbin/nologin\n" }
        let group = users.enumerated().map { "\($1):x:\(70_001 + $0):\n" }
        return [
            ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n" + passwd.joined()),
            ("etc/group", "root:x:0:\n" + group.joined()),
            ("etc/hosts", "127.25.0.1 localhost\n"),
            ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"),
            ("etc/services", "smtp 25/tcp\n"),
            ("etc/resolv.conf", "nameserver 127.25.0.1\noptions timeout:1 attempts:1\n"),
        ]
    }

    func domain(_ behaviour: MailServerCase) -> String { behaviour.domain(kind) }
}
