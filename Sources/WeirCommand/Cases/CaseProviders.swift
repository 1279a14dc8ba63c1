// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization
internal import WaterfallEngine
internal import WeirConfiguration

/// What was asked that a case has no answer to.
final class CaseGaps: Sendable {
    private let gaps = Mutex<[String]>([])

    var all: [String] { gaps.withLock { $0 } }

    func note(_ gap: String) {
        gaps.withLock { gaps in
            if !gaps.contains(gap) { gaps.append(gap) }
        }
    }
}

/// A provider of the configuration with its own facts, prices and inputs, that says what a case tells it to say.
struct CaseProvider: FindingProvider, VerifyingProvider {
    let descriptor: ProviderDescriptor
    private let script: CaseScript?
    private let gaps: CaseGaps

    /// - Parameter script: nil for one that the case doesn't name: asking it is a gap, unless for an office phone.
    init(_ descriptor: ProviderDescriptor, _ script: CaseScript?, gaps: CaseGaps) {
        var descriptor = descriptor
        // A call that bounds itself by a transport isn't raced against a clock.
        descriptor.usesTransport = true
        self.descriptor = descriptor
        self.script = script
        self.gaps = gaps
    }

    func find(_ query: ContactQuery, using client: ProviderClient) async throws(ProviderError) -> ProviderAnswer {
        guard let script else {
            if query.capability == .officePhone { return .miss }
            throw gap(query.capability)
        }
        if let failure = script.failure { throw ProviderError(failure) }
        return script.answer ?? .miss
    }

    func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
        switch candidate {
        case .email(let email):
            guard let script else { throw gap(.verifyEmail) }
            if let failure = script.failure { throw ProviderError(failure) }
            let verdict = script.verdicts[email.address.lowercased()] ?? script.verdict
            return .email(verdict ?? EmailVerdict(.unverified, .unspecified))
        case .phone(let phone):
            guard let script else { throw gap(.verifyPhone) }
            if let failure = script.failure { throw ProviderError(failure) }
            let digits = phone.raw.filter { $0.isASCII && $0.isNumber }
            let number = phone.raw.hasPrefix("+") ? PhoneNumber(e164: "+\(digits)", extension: phone.extension) : nil
            return .phone(PhoneVerdict(script.phoneStatus ?? .noStatus, number: number))
        }
    }

    /// Nothing is tried again after it.
    private func gap(_ capability: Capability) -> ProviderError {
        gaps.note("\(descriptor.id) is asked for \(capability.rawValue), and `answers:` says nothing of it")
        return ProviderError(.rejectedQuery, "the case has no answer of it")
    }
}

/// Gives recorded replies to the providers that read them, in order, and has no network.
final class CaseTransport: HTTPTransport {
    private let replies: Mutex<[ProviderID: [ProviderReply]]>
    private let gaps: CaseGaps

    init(_ replies: [ProviderID: [ProviderReply]], gaps: CaseGaps) {
        self.replies = Mutex(replies)
        self.gaps = gaps
    }

    func send(_ request: TransportRequest, deadline: Duration) async throws(TransportError) -> ProviderReply {
        let provider = request.pool.provider
        let reply = replies.withLock { replies -> ProviderReply? in
            guard let next = replies[provider]?.first else { return nil }
            replies[provider]?.removeFirst()
            return next
        }
        if let reply { return reply }
        gaps.note("\(provider) sends more requests than `replies:` has replies")
        throw TransportError(.refused, requestLeft: false, "the case has no further reply")
    }
}
