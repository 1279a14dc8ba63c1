// SPDX-License-Identifier: Apache-2.0

/// What the words of mail systems mean. The first rule that has one of its phrases in a text decides, so the order
/// counts: what is said of the sender, of size and of space comes before what is said of the mailbox.
struct BounceRule {
    /// When a phrase counts.
    enum Condition {
        case always
        /// Words that filters use too: they prove something only where the mailbox is asked for (see `BounceJudge`).
        case atMailbox
    }

    var reason: BounceReason
    var condition = Condition.always
    /// In lower case, white space as one blank.
    var phrases: [String]
}

enum BounceRules {
    /// The rules, in the order they are tried.
    static let all: [BounceRule] = sender + space + senderStanding + gone + lasting + rest

    /// The sender, not the recipient, is what is not liked.
    private static let sender: [BounceRule] = [
        BounceRule(
            reason: .policy,
            phrases: [
                "sender rejected", "sender address rejected", "sender was rejected", "sender denied",
                "sender not allowed", "invalid sender", "sender address has been", "sender verify failed",
                "sender unknown", "unknown sender", "bad sender", "sender domain", "sender address is",
                "sender does not exist", "sender's address", "sender is not", "rejected mail from",
                "mail from address", "mail from domain", "mail from command rejected", "return address",
                "reverse-path", "could not verify sender", "callback verification", "unable to verify sender",
                "relay access denied", "relaying denied", "relay denied", "relaying not allowed",
                "relaying is not", "relay not permitted", "relaying prohibited", "unable to relay",
                "not configured to relay", "not permitted to relay", "do not relay", "does not relay",
                "relaying blocked", "open relay", "relay not allowed", "no relaying", "relaying mail",
                "send mail as",
            ]),
        BounceRule(
            reason: .policy,
            phrases: [
                "google groups", "google group", "groupes google", "grupos de google", "gruppi google",
                "not a member", "are not member", "not member", "members only", "only members", "non-member",
                "not subscribed", "permission to post", "not allowed to post", "not authorized to post",
                "restricted group", "restricted to", "not authorized to send", "not permitted to send",
                "not allowed to send", "don't have permission", "do not have permission", "not have permission",
                "delivery restriction", "authrequired", "only accepts messages from",
            ]),
        BounceRule(
            reason: .blocked,
            phrases: ["my name was rejected", "invalid domain name", "helo command rejected", "bad helo"]),
    ]

    /// Size, space and pace.
    private static let space: [BounceRule] = [
        BounceRule(
            reason: .size,
            phrases: [
                "size limit", "message too big", "message too large", "message is too large", "message is too big",
                "too large for", "mail too large", "mail too big", "message size exceed", "message length exceed",
                "exceeds maximum message size", "exceeds the maximum", "exceeds fixed maximum", "maximum message size",
                "message exceeds", "size exceeds", "larger than the", "message file too big", "attachment size",
                "exceeded the size", "nachricht ist zu groß", "message trop volumineux",
            ]),
        BounceRule(
            reason: .mailboxFull,
            phrases: [
                "mailbox full", "mailbox is full", "mailfolder is full", "mail folder is full", "mail box is full",
                "mailbox is currently full", "mailbox quota", "mail box full", "mailbox has exceeded",
                "mailbox exceeds", "mailbox size", "mailbox limit", "mailbox over", "inbox is full", "inbox full",
                "full mailbox", "over quota", "over-quota", "overquota", "over the quota", "over its quota",
                "over his quota", "over the maximum allowed quota", "over disk quota", "over storage",
                "quota exceed", "quota is exceeded", "quota has been exceeded", "exceeded quota", "exceeds quota",
                "exceeded the quota", "exceeded its quota", "exceeded his", "exceeded storage", "exceeded their",
                "exceed the quota", "exceed mailbox quota", "exceeds allowed", "exceeded email quota",
                "exceeded your quota", "disk quota", "storage quota", "quota violation", "quota full", "quotaexceeded",
                "quota check",
                "not enough storage", "not enough space", "insufficient quota", "insufficient space in mailbox",
                "out of storage", "out of quota", "out of space", "is full", "user has too many messages",
                "too much mail", "too many messages in", "storage limit", "space limit", "account is over",
                "no space left in", "mailbox space", "mailbox would exceed", "would exceed mailbox",
                "would be over the allowed", "would exceed", "boîte pleine", "boite pleine", "boîte aux lettres pleine",
                "saturée", "postfach ist voll", "postfach voll", "quota überschritten", "speicherplatz",
                "buzón lleno", "buzon lleno", "cuota excedida", "casella piena", "caixa de correio cheia",
                "caixa cheia", "переполнен", "превышен", "容量", "満杯", "いっぱい", "邮箱已满", "空间不足", "已满",
                "용량", "mailbox vol", "skrzynka pełna", "kutusu dolu",
            ]),
        BounceRule(
            reason: .network,
            phrases: [
                "too many hops", "hop count", "mail loop", "routing loop", "loops back to myself", "loop detected",
                "loop was found", "looping", "message loop", "host not found, try again", "try again, host not found",
                "malformed or unexpected name server reply", "dns server failure", "temporary dns", "dns timeout",
                "temporary name server failure", "temporary lookup failure",
            ]),
        BounceRule(
            reason: .rateLimited,
            phrases: [
                "too many recipients", "too many connections", "too many messages", "too many sessions",
                "too many emails", "too many mails", "too many errors", "too many concurrent", "too many invalid",
                "too many unknown", "too many simultaneous", "receiving mail at a rate", "receiving mail too quickly",
                "rate limit", "rate-limit", "ratelimit", "rate exceeded", "rate that prevents", "unusual rate",
                "frequency limit", "frequency limited", "sending limit", "exceeded the maximum number of",
                "connection limit", "connections from your", "throttl", "too fast", "hourly limit", "daily limit",
                "per hour", "per day", "message limit", "unexpected volume", "recipients this hour", "slow down",
            ]),
    ]

    /// The standing of the sender, of its server, and of the message.
    private static let senderStanding: [BounceRule] = [
        BounceRule(
            reason: .authentication,
            phrases: [
                "dmarc", "dkim", "spf ", "spf:", "spf=", "spf)", "spf-", "sender policy framework", "unauthenticated",
                "authentication check", "authentication information", "authentication fail", "failed authentication",
                "not authenticated", "sender id ", "authentication result", "arc validation",
            ]),
        BounceRule(
            reason: .blocked,
            phrases: [
                "ptr record", "dns ptr", "no ptr", "ptr resource", "reverse dns", "reverse-dns", "rdns",
                "reverse lookup",
                "reverse hostname", "reverse mapping", "ip name lookup failed", "cannot find your hostname",
                "can't find your hostname", "fcrdns", "in-addr.arpa", "client host", "client ip", "your ip",
                "ip address is", "ip address has", "ip address [", "from ip", "the ip address sending", "sending ip",
                "source ip", "ip source", "adresse ip", "blocked using", "blocklist",
                "block list", "blacklist", "black list", "blackhole", "black hole", "denylist", "listed at",
                "listed in rbl",
                "listed by", "listed on", "is listed", "dnsbl", " rbl", "(rbl", "spamhaus", "barracudacentral",
                "spamcop",
                "banned", "reputation", "blocked by", "messages from", "access from", "mail from your",
                "your server", "your host", "your network", "your mail server", "your domain", "sending mta",
                "your access", "host blocked", "connection rejected", "connection refused by policy",
                "temporarily deferred", "poor reputation", "senderbase", "weren't sent", "bad dns",
                "no access from mail server", "not accept mail from", "not accept messages from",
                "not accept email from", "access denied, ", "greylist", "graylist", "grey list",
                "service refus",
            ]),
        BounceRule(
            reason: .virus,
            phrases: ["virus", "malware", "infected", "trojan", "worm ", "phish", "spamsignature", "ransomware"]),
        BounceRule(
            reason: .spam,
            phrases: [
                "spam", "unsolicited", "junk", "bulk mail", "bulk email", "bulk e-mail", " ube ", "(ube", ", ube",
                " uce ", "mail rejete",
                "message content rejected", "considered unwanted", "likely suspicious", "suspicious", "gtube",
                "high-probability", "cloudmark", "rejected by filter", "blocked by filter", "content filter",
                "content scan", "classified as", "advertis",
            ]),
        BounceRule(
            reason: .content,
            phrases: [
                "content reject", "rejected content", "content presents", "attachment type", "attachments are",
                "attachment is", "blocked attachment", "attachment block", "rfc 5322", "rfc 2822",
                "rfc5322", "rfc2822", "rfc 822", "not compliant", "non-compliant", "invalid header", "header error",
                "bad header", "headers are not", "header are not", "mime error", "invalid mime", "bad mime", "8-bit",
                "8bit", "bare lf",
                "bare newline", "line too long", "lines too long", "from: header", "message format",
                "format of the message",
                "invalid message", "non-ascii", "smtputf8", "forbidden", "executable",
            ]),
    ]

    /// Words that say for good that there is no such mailbox or domain.
    private static let gone: [BounceRule] = [
        BounceRule(
            reason: .hasMoved,
            phrases: [
                "has moved", "mailbox moved", "user moved", "address has changed", "address changed",
                "not our customer", "not our user", "new email address", "new e-mail address", "changed his address",
                "changed her address", "changed their address", "has been replaced", "been replaced by",
                "user not local", "no longer uses this", "changed e-mail", "changed email", "no forwarding address",
            ]),
        BounceRule(
            reason: .domainNoMail,
            phrases: [
                "does not accept mail", "doesn't accept mail", "does not accept email", "does not accept e-mail",
                "not accept any mail", "accepts no mail", "accept no mail", "domain does not accept", "nullmx",
                "null mx",
                "no mx found", "no mx record", "no mx host", "without mx", "missing mx", "no valid mx",
                "couldn't find a mail exchanger", "could not find a mail exchanger", "no mail exchanger",
                "mail exchanger found", "system not accepting network messages", "not accepting network messages",
                "mx records point to non-existent", "mx points to", "mx record points to", "mx host not found",
                "no a or mx", "no mail server for", "domain has no mail", "not accept mail at",
                "mail not accepted here",
                "no mail is accepted", "no mail accepted", "indicated no smtp service", "no mail servers",
                "domain does not receive", "does not receive mail", "doesn't receive email", "does not receive email",
                "not handle mail for", "domain not accepting",
            ]),
        BounceRule(
            reason: .hostUnknown,
            phrases: [
                "host unknown", "unknown host", "host not found", "no such host", "host does not exist",
                "hostname unknown", "unknown hostname", "domain does not exist", "domain doesn't exist",
                "domain name does not exist", "domain not found", "domain name not found", "domain could not be found",
                "could not find domain", "no such domain", "unknown domain", "domain unknown", "invalid domain",
                "domain is not reachable", "domain not reachable", "domain isn't reachable", "domain is invalid",
                "domain must exist", "domain has expired", "domain expired", "non-existent domain",
                "nonexistent domain", "non existent domain", "non-existing domain", "non-existent host", "nxdomain",
                "couldn't find any host", "could not find any host", "couldn't find the domain",
                "find the recipient domain",
                "bad destination system", "unrouteable mail domain", "unroutable mail domain",
                "illegal host", "invalid host", "bad host", "unresolvable", "name or service not known",
                "unable to resolve", "cannot resolve", "could not resolve", "can't resolve",
                "could not be resolved", "dns lookup failure", "dns lookup failed",
                "dns error: ", "domain nicht gefunden", "unbekannte domain", "domaine inconnu",
                "dominio desconocido", "dominio no existe", "домен не", "域名不存在", "ドメインが存在しません",
            ]),
    ]
}
