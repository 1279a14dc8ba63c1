// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// One case, run: each request is compared with the one that the case has, gets the recorded reply, and what comes of
/// it is compared with what the case expects. Nothing is sent, and waiting takes no time.
public struct CaseRun: Sendable {
    /// What the provider wanted sent, in order.
    public let sent: [ProviderRequest]
    public let outcome: CaseOutcome
    /// What is otherwise than the case has it, in words; empty where it passes.
    public let differences: [String]

    /// Runs a case.
    ///
    /// - Parameter literals: texts of the provider's template in which a secret may stand. Where the case doesn't have
    ///   them itself, differences show `••••` in their place.
    public init(_ example: ProviderCase, by provider: any Provider, hiding literals: [String] = []) async {
        let replay = ReplayExchange(example.exchanges, hiding: literals)
        outcome = await CaseOutcome(provider, example.subject, ProviderClient(replay))
        sent = replay.sent
        var found = replay.problems
        switch replay.remainingCount {
        case 0: break
        case 1: found.append("one request of the case was not sent")
        case let count: found.append("\(count) requests of the case were not sent")
        }
        differences = found + outcome.differences(from: example.expected)
    }
}
