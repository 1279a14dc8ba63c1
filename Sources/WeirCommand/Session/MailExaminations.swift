// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import Synchronization
internal import Verification

/// How each verdict of `smtp` came about, for `--explain`: each is kept until it is shown.
final class MailExaminations: Sendable {
    private let examinations = Mutex<[String: Examination]>([:])

    func keep(_ examination: Examination, of address: EmailAddress) {
        examinations.withLock { $0[address.display] = examination }
    }

    /// Gives the steps out, once.
    func takeSteps(of address: String) -> [SMTPStep] {
        examinations.withLock { $0.removeValue(forKey: address)?.steps ?? [] }
    }
}

extension MailboxExaminer {
    /// One that asks the configured name servers, or the system's, and keeps what they said as long as they allow.
    static func standard(_ settings: SMTPSettings, lists: MailLists? = nil) -> MailboxExaminer {
        let clock = SystemClock()
        return MailboxExaminer(
            settings, resolver: DNSCache(AresResolver(settings), clock: clock), clock: clock,
            lists: lists ?? InstalledLists(environment: Surroundings.current.environment).lists)
    }
}

extension AresResolver {
    /// One that asks the configured name servers, or the system's.
    convenience init(_ settings: SMTPSettings) {
        self.init(Options(servers: settings.nameServers.isEmpty ? nil : settings.nameServers))
    }
}

extension ProviderDefinition {
    /// The mail hosts' own word, by standard settings.
    static var smtp: ProviderDefinition { .smtp { .standard(SMTPSettings()) } }
}
