// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// A provider that says what it was told to say, in order, and remembers what it was asked. Finds and verifies.
public final class ScriptedProvider: FindingProvider, VerifyingProvider {
    public let descriptor: ProviderDescriptor
    private let state: Mutex<State>

    /// One thing that it does when it is asked.
    public struct Step: Sendable {
        /// What comes of it.
        public enum Result: Sendable {
            case answer(ProviderAnswer)
            case verdict(Verdict)
            case failure(ProviderError)
        }

        public var result: Result
        /// Waited for on the client first; ends with the client's error where the deadline comes first.
        public var delay: Duration
        /// Sent through the client after the delay, and its reply dropped.
        public var request: ProviderRequest?

        public init(_ result: Result, after delay: Duration = .zero, sending request: ProviderRequest? = nil) {
            self.result = result
            self.delay = delay
            self.request = request
        }

        public static let miss = Step(.answer(.miss))

        public static func answer(_ answer: ProviderAnswer) -> Step { Step(.answer(answer)) }

        /// Returns a step that finds one email.
        public static func email(_ address: String, grade: EmailStatus = .unverified) -> Step {
            Step(.answer(ProviderAnswer(emails: [EmailCandidate(address, grade: grade)])))
        }

        /// Returns a step that finds one phone.
        public static func phone(_ raw: String, type: PhoneType = .mobile) -> Step {
            Step(.answer(ProviderAnswer(phones: [PhoneCandidate(raw, type: type)])))
        }

        public static func verdict(_ status: EmailStatus, _ reason: VerdictReason = .unspecified) -> Step {
            Step(.verdict(.email(EmailVerdict(status, reason))))
        }

        public static func fails(_ kind: ProviderError.Kind, retryAfter: Duration? = nil) -> Step {
            Step(.failure(ProviderError(kind, retryAfter: retryAfter)))
        }

        /// The same step after a wait.
        public func after(_ delay: Duration) -> Step { Step(result, after: delay, sending: request) }

        /// The same step after a request has been sent.
        public func sending(_ request: ProviderRequest) -> Step { Step(result, after: delay, sending: request) }
    }

    private struct State {
        var steps: [Step]
        let last: Step
        var queries: [ContactQuery] = []
        var candidates: [Candidate] = []

        mutating func next() -> Step { steps.isEmpty ? last : steps.removeFirst() }
    }

    /// - Parameters:
    ///   - steps: what it does, one call after the other.
    ///   - last: what it does on every call after those.
    public init(_ descriptor: ProviderDescriptor, _ steps: [Step] = [], then last: Step = .miss) {
        self.descriptor = descriptor
        state = Mutex(State(steps: steps, last: last))
    }

    /// Makes one with a plain descriptor: every input set is a domain, a found datum costs one of its own credits.
    public convenience init(
        _ id: ProviderID, _ capabilities: Set<Capability> = [.email], _ steps: [Step] = [], then last: Step = .miss
    ) {
        self.init(Self.descriptor(id, capabilities), steps, then: last)
    }

    /// Returns the plain descriptor of a scripted provider.
    public static func descriptor(_ id: ProviderID, _ capabilities: Set<Capability>) -> ProviderDescriptor {
        let entries = capabilities.map { capability in
            let price = VendorPrice(
                capability.isVerification ? .attempt : .found, Amount(1, "\(id.rawValue)_credits"))
            let inputs: [Set<QueryField>] = capability.isVerification ? [] : [[.domain]]
            return (capability, CapabilityDescriptor(inputs: inputs, price: price))
        }
        return ProviderDescriptor(
            id: id, name: id.rawValue, capabilities: Dictionary(uniqueKeysWithValues: entries))
    }

    /// What it was asked to find, in order.
    public var queries: [ContactQuery] { state.withLock { $0.queries } }

    /// What it was asked to verify, in order.
    public var candidates: [Candidate] { state.withLock { $0.candidates } }

    /// How often it was asked, either way.
    public var callCount: Int { state.withLock { $0.queries.count + $0.candidates.count } }

    /// A definition that always gives this very provider.
    public var definition: ProviderDefinition { ProviderDefinition(descriptor) { self } }

    public func find(
        _ query: ContactQuery, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderAnswer {
        let step = state.withLock { state in
            state.queries.append(query)
            return state.next()
        }
        switch try await perform(step, client) {
        case .answer(let answer): return answer
        case .failure(let error): throw error
        case .verdict: preconditionFailure("a verdict was scripted where an answer was asked for")
        }
    }

    public func verify(_ candidate: Candidate, using client: ProviderClient) async throws(ProviderError) -> Verdict {
        let step = state.withLock { state in
            state.candidates.append(candidate)
            return state.next()
        }
        switch try await perform(step, client) {
        case .verdict(let verdict): return verdict
        case .failure(let error): throw error
        case .answer(.miss): return .email(EmailVerdict(.unverified, .unspecified))
        case .answer: preconditionFailure("an answer was scripted where a verdict was asked for")
        }
    }

    private func perform(_ step: Step, _ client: ProviderClient) async throws(ProviderError) -> Step.Result {
        if step.delay > .zero { try await client.wait(step.delay) }
        if let request = step.request { _ = try await client.send(request) }
        return step.result
    }
}
