// SPDX-License-Identifier: Apache-2.0

/// What is publicly known of the large mail hosts: which of them ignore tags and dots, and which are nobody's company.
enum MailHosts {
    /// How a host reads local parts, beyond ignoring case.
    struct Rule {
        /// Addresses at several domains of one host that are the same mailbox get this one.
        var domain: String?
        /// What follows a `+` is ignored.
        var ignoresTag = true
        var ignoresDots = false
    }

    /// The rule of a mail domain; nil where it isn't known that anything is ignored.
    static func rule(for domain: String) -> Rule? {
        if domain == "gmail.com" || domain == "googlemail.com" {
            return Rule(domain: "gmail.com", ignoresDots: true)
        }
        return tagging.contains(domain) || isMicrosoft(domain) ? Rule() : nil
    }

    /// True for domains at which anybody can have a mailbox: a name at one of them identifies no one.
    static func isPublic(_ domain: String) -> Bool {
        rule(for: domain) != nil || others.contains(domain)
    }

    private static let tagging: Set<String> = [
        "fastmail.com", "fastmail.fm", "icloud.com", "mac.com", "me.com", "msn.com", "pm.me", "proton.me",
        "protonmail.ch", "protonmail.com",
    ]

    private static let others: Set<String> = [
        "126.com", "163.com", "aol.com", "att.net", "bigpond.com", "bluewin.ch", "btinternet.com", "comcast.net",
        "cox.net", "free.fr", "freenet.de", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "hey.com",
        "laposte.net", "libero.it", "mail.com", "mail.ru", "naver.com", "orange.fr", "qq.com", "rediffmail.com",
        "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "t-online.de", "tutanota.com", "uol.com.br",
        "verizon.net", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp",
        "yahoo.co.uk", "yahoo.com", "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com",
        "yandex.ru", "ymail.com", "zoho.com",
    ]

    /// `outlook`, `hotmail` and `live` under any country: `hotmail.co.uk`, `live.nl`, `outlook.com.br`.
    private static func isMicrosoft(_ domain: String) -> Bool {
        guard ["outlook.", "hotmail.", "live."].contains(where: domain.hasPrefix) else { return false }
        let labels = domain.split(separator: ".")
        guard let first = labels.first, first == "outlook" || first == "hotmail" || first == "live" else {
            return false
        }
        let suffix = labels.dropFirst()
        guard let top = suffix.last, suffix.count <= 2 else { return false }
        let second = suffix.count == 2 ? suffix.first : nil
        return (top == "com" && second == nil)
            || (top.count == 2 && (second == nil || second == "com" || second == "co"))
    }
}
