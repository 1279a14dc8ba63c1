// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import Synchronization
internal import Verification

/// How each verdict of `smtp` came about, for `--explain`: kept for the command's time, and shown to whoever asked.
final class MailExaminations: Sendable {
    private let examinations = Mutex<[String: Examination]>([:])

    func keep(_ examination: Examination, of address: EmailAddress) {
        examinations.withLock { $0[address.display] = examination }
    }

    func steps(of address: String) -> [SMTPStep] { examinations.withLock { $0[address]?.steps ?? [] } }
}

extension MailboxExaminer {
    /// One that asks the configured name servers, or the system's, and keeps what they said as long as they allow.
    static func standard(_ settings: SMTPSettings) -> MailboxExaminer {
        let servers = settings.nameServers.isEmpty ? nil : settings.nameServers
        let clock = SystemClock()
        let resolver = DNSCache(AresResolver(AresResolver.Options(servers: servers)), clock: clock)
        return MailboxExaminer(settings, resolver: resolver, clock: clock)
    }
}

extension ProviderDefinition {
    /// The mail hosts' own word, by standard settings.
    static var smtp: ProviderDefinition { .smtp { .standard(SMTPSettings()) } }
}
