// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import Identity
internal import NIOCore
internal import NIOPosix

/// What was found of one mailbox, and how.
public struct Examination: Sendable {
    public var evidence: MailboxEvidence
    /// What was looked up, said and heard, in order.
    public var steps: [SMTPStep]
    /// The address that was probably meant, where this one isn't verified.
    public var suggestion: String?

    public var verdict: EmailVerdict {
        var verdict = evidence.verdict
        if verdict.status != .verified { verdict.suggestion = suggestion }
        return verdict
    }
}

/// Looks at mailboxes from outside: where the domain's mail goes, and what its hosts say to the address and to one that
/// is made up. Never sends a message.
public final class MailboxExaminer: Sendable {
    /// Addresses of one host that are tried.
    private static let maximumAddresses = 2

    private let settings: SMTPSettings
    private let router: MailRouter
    private let connector: SMTPConnector
    private let gate: HostGate
    private let watch: PortWatch
    private let hosts: MailHostRules
    private let disposable: DomainList
    private let clock: any EngineClock

    /// - Parameter lists: of domains; of them that of throw-away mailboxes decides.
    public init(
        _ settings: SMTPSettings, resolver: any DNSResolver, clock: any EngineClock, lists: MailLists = .builtIn
    ) {
        self.settings = settings
        disposable = lists.disposable
        self.clock = clock
        router = MailRouter(resolver: resolver, asksReservedNames: !settings.nameServers.isEmpty)
        connector = SMTPConnector(settings, group: MultiThreadedEventLoopGroup.singleton)
        gate = HostGate(concurrency: settings.concurrencyPerHost, pause: settings.pausePerHost, clock: clock)
        watch = PortWatch(clock: clock)
        hosts = .standard
    }

    /// Looks at one mailbox.
    ///
    /// - Parameter time: for all of it; what isn't known by then is unknown.
    public func examine(_ address: EmailAddress, within time: Duration) async -> Examination {
        let deadline = clock.uptime + time
        let route = await router.route(for: address.domain)
        var result = Examination(
            evidence: MailboxEvidence(
                route: route.evidence, isDisposable: disposable.contains(address.domain)),
            steps: [.note(route.words)], suggestion: address.suggestion)
        guard case .hosts(let targets) = route, !result.evidence.isDisposable else { return result }
        await probe(address, at: targets, before: deadline, &result)
        return result
    }

    private func probe(
        _ address: EmailAddress, at targets: [MailHost], before deadline: Duration, _ result: inout Examination
    ) async {
        let habit = targets.first.flatMap { hosts.host(named: $0.name)?.habit } ?? .answers
        result.evidence.habit = habit
        // The same made-up address in every round: another would be new to a greylisting host again.
        let script = SMTPDialogue.Script(
            helo: settings.helo ?? "", sender: settings.sender ?? "", recipient: address.display,
            stranger: habit == .answers ? "\(Self.madeUpName())@\(address.domain)" : nil, usesTLS: settings.usesTLS,
            needsUTF8: !address.local.utf8.allSatisfy { $0 < 0x80 })
        var waits = GreylistWaits(most: settings.greylistWait)
        while true {
            let answer = await ask(targets, script, before: deadline, &result.steps)
            result.evidence.recipient = answer.recipient
            result.evidence.stranger = answer.stranger
            guard answer.isGreylisted, let pause = waits.next(hint: answer.hint), clock.uptime + pause < deadline,
                !Task.isCancelled
            else { return }
            result.steps.append(.note("greylisted: asked again in \(pause.components.seconds) s"))
            await clock.sleep(for: pause)
        }
    }

    /// Asks the hosts in their order until one says something about the mailbox.
    private func ask(
        _ targets: [MailHost], _ script: SMTPDialogue.Script, before deadline: Duration, _ steps: inout [SMTPStep]
    ) async -> HostAnswer {
        var best = HostAnswer()
        for target in targets.prefix(settings.maximumHosts) {
            for address in target.addresses.prefix(Self.maximumAddresses) {
                if watch.isClosed {
                    steps.append(.note("port \(settings.port) is closed from here"))
                    return best.better(HostAnswer(recipient: .unheard(.portBlocked)))
                }
                guard settings.allowsPrivateAddresses || AddressRule.allows(address.bytes) else {
                    steps.append(.note("\(target.name) has a private address, which is not connected to"))
                    best = best.better(HostAnswer(recipient: .unheard(.connectionFailed)))
                    continue
                }
                let dialogue = await converse(with: target, at: address, script, before: deadline, &steps)
                guard let dialogue else { return best.better(HostAnswer(recipient: .unheard(.timeout))) }
                best = best.better(HostAnswer(dialogue))
                if !dialogue.mayFailOver { return best }
                if !(dialogue.failure?.isUnreachable ?? false) { break }
            }
        }
        return watch.isClosed ? best.better(HostAnswer(recipient: .unheard(.portBlocked))) : best
    }

    /// Holds one conversation in its turn, and once more without TLS where TLS broke.
    ///
    /// - Returns: nil where the time was over, or the task cancelled, before there was a turn.
    private func converse(
        with target: MailHost, at address: IPAddress, _ script: SMTPDialogue.Script, before deadline: Duration,
        _ steps: inout [SMTPStep]
    ) async -> SMTPDialogue? {
        let name = PublicSuffixList.registrable(target.name) ?? target.name
        guard await gate.enter(name) else { return nil }
        defer { gate.leave(name) }
        var script = script
        while true {
            let left = deadline - clock.uptime
            guard left > .zero, !Task.isCancelled else { return nil }
            steps.append(.note("\(target.name) (\(address.description)), port \(settings.port)"))
            let dialogue = await connector.converse(with: address.description, named: target.name, script, within: left)
            steps += dialogue.steps
            if dialogue.failure != .proxy {
                watch.note(connected: !(dialogue.failure?.isUnreachable ?? false), to: name)
            }
            guard dialogue.mayGoPlain, script.usesTLS else { return dialogue }
            script.usesTLS = false
        }
    }

    /// A name that nobody has: letters and digits, 1 in 10^24 to be somebody's.
    private static func madeUpName() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz".utf8)
        let characters = letters + Array("23456789".utf8)
        // Two draws instead of one for each character: each asks the system.
        var random = UInt128(UInt64.random(in: 0 ... .max)) << 64 | UInt128(UInt64.random(in: 0 ... .max))
        func next(of choices: [UInt8]) -> UInt8 {
            defer { random /= UInt128(choices.count) }
            return choices[Int(random % UInt128(choices.count))]
        }
        let name = [next(of: letters)] + (0..<15).map { _ in next(of: characters) }
        return String(decoding: name, as: UTF8.self)
    }
}

/// What a domain's hosts said, and what weighs more.
private struct HostAnswer {
    var recipient: MailboxEvidence.Answer?
    var stranger: MailboxEvidence.Answer?
    /// How long a greylisting host asked to be left alone.
    var hint: Duration?

    init(recipient: MailboxEvidence.Answer? = nil) { self.recipient = recipient }

    init(_ dialogue: SMTPDialogue) {
        recipient = dialogue.recipient
        stranger = dialogue.stranger
        hint = GreylistWaits.hint(in: dialogue.steps)
    }

    var isGreylisted: Bool {
        if recipient == .accepted { return stranger == .deferred(.greylisted) }
        return recipient == .deferred(.greylisted)
    }

    /// The one that says more; of two that say as much, this one.
    func better(_ other: HostAnswer) -> HostAnswer { other.weight > weight ? other : self }

    private var weight: Int {
        switch recipient {
        case nil: 0
        case .unheard(.connectionFailed), .unheard(.timeout): 1
        case .unheard: 2
        case .deferred: 3
        case .accepted, .refused: 4
        }
    }
}
