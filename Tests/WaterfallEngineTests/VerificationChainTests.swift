// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

struct VerificationChainTests {
    private static let undecided = Verdict.email(EmailVerdict(.unverified, .notVerified))

    private func verdict(_ status: EmailStatus, _ reason: VerdictReason = .unspecified) -> Verdict {
        .email(EmailVerdict(status, reason))
    }

    private func judgement(_ action: VerificationChain.Action) -> Judgement? {
        if case .finish(let judgement) = action { judgement } else { nil }
    }

    @Test func `without verifiers the candidate stays as it is`() {
        let chain = Live(VerificationChain(steps: [], undecided: Self.undecided))
        #expect(judgement(chain.handle(.started)) == Judgement(verdict: Self.undecided, by: nil))
    }

    @Test(arguments: [EmailStatus.verified, .invalid])
    func `a definite verdict ends it`(status: EmailStatus) {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        #expect(chain.handle(.started) == .ask("one"))
        let judgement = judgement(chain.handle(.judged("one", verdict(status))))
        #expect(judgement?.verdict == verdict(status))
        #expect(judgement?.by == "one")
        #expect(judgement?.turns == [ChainTurn("one", .matched), ChainTurn("two", .notRun)])
    }

    @Test func `unknown and catch-all go on, and the best stands`() {
        let chain = Live(VerificationChain(steps: ["one", "two", "three"], undecided: Self.undecided))
        _ = chain.handle(.started)
        #expect(chain.handle(.judged("one", verdict(.catchAll, .catchAllDomain))) == .ask("two"))
        #expect(chain.handle(.judged("two", verdict(.unverified, .greylisted))) == .ask("three"))
        let judgement = judgement(chain.handle(.judged("three", verdict(.unverified, .timeout))))
        #expect(judgement?.verdict == verdict(.catchAll, .catchAllDomain))
        #expect(judgement?.by == "one")
        #expect(judgement?.everyVerifierFailed == false)
        #expect(
            judgement?.turns
                == [ChainTurn("one", .matched), ChainTurn("two", .noMatch), ChainTurn("three", .noMatch)])
    }

    @Test func `the first of several unknowns keeps its reason`() {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        _ = chain.handle(.started)
        _ = chain.handle(.judged("one", verdict(.unverified, .greylisted)))
        let judgement = judgement(chain.handle(.judged("two", verdict(.unverified, .timeout))))
        #expect(judgement?.verdict == verdict(.unverified, .greylisted))
    }

    @Test func `a definite verdict after a catch-all stands`() {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        _ = chain.handle(.started)
        _ = chain.handle(.judged("one", verdict(.catchAll)))
        #expect(judgement(chain.handle(.judged("two", verdict(.invalid))))?.verdict == verdict(.invalid))
    }

    @Test func `all failed is not unknown`() {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        _ = chain.handle(.started)
        #expect(chain.handle(.failed("one", ProviderError(.unavailable))) == .ask("two"))
        let judgement = judgement(chain.handle(.failed("two", ProviderError(.timedOut))))
        #expect(judgement?.everyVerifierFailed == true)
        #expect(judgement?.verdict == Self.undecided)
        #expect(judgement?.turns == [ChainTurn("one", .failed(.unavailable)), ChainTurn("two", .failed(.timedOut))])
    }

    @Test func `one that answered unknown is one that is not down`() {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        _ = chain.handle(.started)
        _ = chain.handle(.failed("one", ProviderError(.unavailable)))
        #expect(judgement(chain.handle(.judged("two", verdict(.unverified))))?.everyVerifierFailed == false)
    }

    @Test(
        arguments: zip(
            [SkipReason.breakerOpen, .quota, .cap, .disabled, .missingKey, .unconfirmed, .conditionFalse],
            [true, false, false, false, false, false, false]))
    func `an open breaker is a verifier that is down, any other skip is none`(reason: SkipReason, down: Bool) {
        let chain = Live(VerificationChain(steps: ["one"], undecided: Self.undecided))
        _ = chain.handle(.started)
        #expect(judgement(chain.handle(.skipped("one", reason)))?.everyVerifierFailed == down)
    }

    @Test func `being told to stop says nothing of the verifier`() {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        _ = chain.handle(.started)
        let judgement = judgement(chain.handle(.failed("one", ProviderError(.cancelled))))
        #expect(judgement?.everyVerifierFailed == false)
        #expect(judgement?.turns == [ChainTurn("one", .failed(.cancelled)), ChainTurn("two", .notRun)])
    }

    @Test func `stopped between two verifiers, what was said stands`() {
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: Self.undecided))
        _ = chain.handle(.started)
        _ = chain.handle(.judged("one", verdict(.catchAll)))
        let judgement = judgement(chain.handle(.stopped))
        #expect(judgement?.verdict == verdict(.catchAll))
        #expect(judgement?.turns == [ChainTurn("one", .matched), ChainTurn("two", .notRun)])
    }

    @Test func `a phone's verdict is definite where it has a status`() {
        let number = PhoneNumber(e164: "+12025550143")
        let unknown = Verdict.phone(PhoneVerdict(.noStatus, number: number))
        let chain = Live(VerificationChain(steps: ["one", "two"], undecided: unknown))
        _ = chain.handle(.started)
        #expect(chain.handle(.judged("one", unknown)) == .ask("two"))
        let valid = Verdict.phone(PhoneVerdict(.validNumber, number: number))
        #expect(judgement(chain.handle(.judged("two", valid)))?.verdict == valid)
    }
}
