// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import Identity

/// Verifies emails by asking the domain's own mail hosts (`smtp`): no vendor, no key, no cost, and no message sent.
public struct SMTPVerifier: VerifyingProvider {
    private let examiner: MailboxExaminer
    private let observer: @Sendable (EmailAddress, Examination) -> Void

    /// - Parameter observer: told how each verdict came about; for the user who asked, since the steps hold addresses.
    public init(
        _ examiner: MailboxExaminer, observer: @escaping @Sendable (EmailAddress, Examination) -> Void = { _, _ in }
    ) {
        self.examiner = examiner
        self.observer = observer
    }

    public var descriptor: ProviderDescriptor { Self.descriptor }

    public static let descriptor = ProviderDescriptor(
        id: "smtp", name: "SMTP",
        capabilities: [.verifyEmail: CapabilityDescriptor(price: .free, expectedHitRate: 0.5)],
        repeats: .free, concurrency: 64, timeout: .seconds(45), evidence: .confirmed, usesTransport: false)

    public func verify(
        _ candidate: Candidate, using client: ProviderClient
    ) async throws(ProviderError) -> Verdict {
        guard case .email(let email) = candidate else { throw ProviderError(.rejectedQuery, "verifies emails alone") }
        guard let address = AddressSyntax(email.address).address else {
            return .email(EmailVerdict(.invalid, .invalidSyntax))
        }
        let examination = await examiner.examine(address, within: client.timeLeft)
        observer(address, examination)
        return .email(examination.verdict)
    }
}

extension ProviderDefinition {
    /// The domain's own mail hosts, asked by SMTP.
    ///
    /// - Parameter makeExaminer: called once for each provider that is made.
    public static func smtp(_ makeExaminer: @escaping @Sendable () -> MailboxExaminer) -> ProviderDefinition {
        ProviderDefinition(SMTPVerifier.descriptor) { SMTPVerifier(makeExaminer()) }
    }
}
