// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// The domain that was most likely meant by a mistyped one: `gmial.com` for `gmail.com`, `acme.con` for `acme.com`.
///
/// Only what a hand does wrong near one of the large public hosts is suggested, and top-level domains that there
/// aren't. A domain that is itself a listed mail host is taken as it is.
public struct DomainSuggestion: Sendable, Hashable {
    /// The domain to ask about.
    public let domain: String
    /// In plain edits: 1 is a letter wrong, missing or too many; swapped letters and keys side by side count less.
    public let distance: Double

    /// Bytes of a domain that is looked at: no large host has a longer name.
    public static let maximumLength = 64

    /// Looks for the domain that was meant; nil where none is likely.
    ///
    /// - Parameters:
    ///   - domain: in lower-case ASCII, as `EmailAddress.domain` is.
    ///   - hasMailRecords: the domain is known to take mail, so that it is meant as it is.
    public init?(for domain: String, hasMailRecords: Bool = false) {
        guard !hasMailRecords, domain.utf8.count <= Self.maximumLength, !Self.isMeant(domain) else { return nil }
        let (corrected, tenths) = Self.withTopLevel(of: domain)
        if corrected != domain, Self.isMeant(corrected) {
            self.init(corrected, tenths)
        } else if let (host, more) = Self.host(near: corrected) {
            self.init(host, tenths + more)
        } else if corrected != domain {
            self.init(corrected, tenths)
        } else {
            return nil
        }
    }

    private init(_ domain: String, _ tenths: Int) {
        self.domain = domain
        distance = Double(tenths) / Double(TypingDistance.plain)
    }

    /// True for domains that people mean when they write them.
    private static func isMeant(_ domain: String) -> Bool {
        if hosts.contains(domain) { return true }
        if squatted.contains(domain) { return false }
        return DomainList.freeMail.contains(domain) || DomainList.disposable.contains(domain)
    }

    /// The domain under the top-level domain that was meant, where there is none such as it has.
    private static func withTopLevel(of domain: String) -> (String, Int) {
        guard let dot = domain.lastIndex(of: "."), dot > domain.startIndex else { return (domain, 0) }
        let top = String(domain[domain.index(after: dot)...])
        guard let meant = topLevels[top] else { return (domain, 0) }
        let tenths = TypingDistance.tenths(from: Array(top.utf8), to: Array(meant.utf8), limit: .max)
        return ("\(domain[...dot])\(meant)", tenths ?? TypingDistance.plain)
    }

    /// The nearest of the large hosts; of two as near the larger.
    private static func host(near domain: String) -> (String, Int)? {
        let top = domain.split(separator: ".").last.map(String.init) ?? ""
        let isKnown = PublicSuffixList.hasTopLevel(top)
        let isNearCom = nearCom.contains(top)
        let typed = Array(domain.utf8)
        let name = domain.prefix { $0 != "." }
        var best: (String, Int)?
        // Another country's domain is no mistake, but some are near `.com`.
        for host in hosts where !isKnown || host.hasSuffix(".\(top)") || isNearCom && host.hasSuffix(".com") {
            let hostName = host.prefix { $0 != "." }
            let limit = name == hostName ? TypingDistance.plain : limit(hostName.utf8.count)
            let tenths = TypingDistance.tenths(
                from: typed, to: Array(host.utf8), limit: min(limit, best.map { $0.1 - 1 } ?? limit))
            if let tenths { best = (host, tenths) }
        }
        return best
    }

    /// How far a name of a length may be off, in tenths: every short name is somebody's.
    private static func limit(_ length: Int) -> Int {
        switch length {
        case ..<5: TypingDistance.swapped
        case 5, 6: TypingDistance.plain
        default: 2 * TypingDistance.neighbour
        }
    }

    /// The public hosts with the most mailboxes, the larger first. Those with names of two letters, and those that
    /// share a near name with companies (`hey.com`, `mac.com`), are left out.
    static let hosts = [
        "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "live.com", "msn.com",
        "comcast.net", "googlemail.com", "protonmail.com", "yahoo.co.uk", "hotmail.co.uk", "gmx.de", "web.de",
        "t-online.de", "orange.fr", "wanadoo.fr", "free.fr", "libero.it", "mail.ru", "yandex.ru", "yahoo.fr",
        "yahoo.de", "yahoo.it", "yahoo.es", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.com.br", "hotmail.fr",
        "hotmail.de", "hotmail.it", "hotmail.es", "outlook.fr", "outlook.de", "outlook.es", "live.fr", "live.nl",
        "live.co.uk", "gmx.net", "gmx.at", "gmx.ch", "freenet.de", "laposte.net", "sbcglobal.net", "verizon.net",
        "bellsouth.net", "btinternet.com", "virgilio.it", "rediffmail.com", "bigpond.com", "naver.com", "seznam.cz",
        "uol.com.br", "bluewin.ch", "fastmail.com", "tutanota.com", "ymail.com", "rocketmail.com", "proton.me",
        "yandex.com", "mail.com", "zoho.com",
    ]

    /// Mistyped names of large hosts that somebody has mailboxes under, for which the lists have them. Whoever writes
    /// one means the large host.
    static let squatted: Set<String> = [
        "gmial.com", "hotmai.com", "hotmial.com", "outiook.com", "sbcglbal.net", "yaho.com",
    ]

    /// Top-level domains that there are, and that are typed for `.com`.
    private static let nearCom: Set<String> = ["co", "cm", "om"]

    /// What is typed for a top-level domain, and is none.
    static let topLevels: [String: String] = [
        "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "coom": "com", "ccom": "com", "cim": "com",
        "cpm": "com", "xom": "com", "vom": "com", "conm": "com", "comn": "com", "cok": "com", "cop": "com",
        "clm": "com", "ckm": "com", "c0m": "com", "nte": "net", "ent": "net", "nett": "net", "nnet": "net",
        "ner": "net", "ogr": "org", "rog": "org", "orgg": "org", "oorg": "org", "orrg": "org",
        "irg": "org", "prg": "org", "eud": "edu", "eduu": "edu",
    ]
}
