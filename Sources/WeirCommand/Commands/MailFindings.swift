// SPDX-License-Identifier: Apache-2.0

internal import Verification

/// What `weir doctor` says of the way to mail hosts, which `smtp` needs.
enum MailFindings {
    typealias Finding = DoctorCommand.Finding

    static func look(with settings: SMTPSettings, at domains: [String] = MailReadinessCheck.domains) async -> [Finding]
    {
        let resolver = AresResolver(settings)
        defer { resolver.close() }
        return findings(of: await MailReadinessCheck(settings, resolver: resolver).run(domains: domains), settings)
    }

    static func findings(of readiness: MailReadiness, _ settings: SMTPSettings) -> [Finding] {
        guard readiness.resolves else {
            return [
                Finding(
                    subject: "DNS", state: .bad,
                    text: "no mail host was found: mend /etc/resolv.conf, or set name_servers: under smtp:")
            ]
        }
        return [Finding(subject: "DNS", state: .good, text: "mail hosts are found"), port(readiness, settings)]
            + reverseName(readiness, settings)
    }

    private static func port(_ readiness: MailReadiness, _ settings: SMTPSettings) -> Finding {
        let subject = "port \(settings.port)"
        switch readiness.port {
        case .open: return Finding(subject: subject, state: .good, text: "mail hosts can be connected to")
        case .closed:
            return Finding(
                subject: subject, state: .bad,
                text: "closed from here, so that smtp finds out nothing: have it opened, set proxy:, or leave smtp out")
        case .silent:
            return Finding(
                subject: subject, state: .bad,
                text: "mail hosts don't greet: "
                    + (settings.proxy == nil ? "something between here and them answers instead" : "look at the proxy"))
        case .unknown: return Finding(subject: subject, state: .notice, text: "no mail host has a public address")
        }
    }

    private static func reverseName(_ readiness: MailReadiness, _ settings: SMTPSettings) -> [Finding] {
        guard let address = readiness.address, let names = readiness.reverseNames else { return [] }
        func finding(_ state: Finding.State, _ text: String) -> [Finding] {
            [Finding(subject: "PTR", state: state, text: "\(address) \(text)")]
        }
        guard let name = readiness.confirmedName else {
            return finding(
                .bad,
                names.isEmpty
                    ? "has no reverse name, so that many hosts refuse to talk: set one where the address is rented"
                    : "is called \(names[0]), which doesn't lead back to it: add its address record")
        }
        guard let helo = settings.helo else {
            return finding(.notice, "is called \(name): set helo: \(name) under smtp:")
        }
        return helo == name
            ? finding(.good, "is called \(name), as helo: says")
            : finding(.notice, "is called \(name), and helo: says \(helo): make them one")
    }
}
