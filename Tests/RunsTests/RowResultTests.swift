// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Runs
import Testing

@testable import WaterfallEngine

extension RowResult {
    /// A result with whatever may stand in one.
    static func random(_ random: inout SeededGenerator) -> RowResult {
        let outcomes = RowOutcome.allCases
        var result = RowResult(outcomes[Int.random(in: 0..<outcomes.count, using: &random)])
        if Bool.random(using: &random) {
            let names = ["jane.doe", "\"a b\"", "jané", "a\\tb", "\"tab\there\"", "\"x\ny\\\"", "=1+1", "ł"]
            result.email = names[Int.random(in: 0..<names.count, using: &random)] + "@example.com"
            result.emailStatus = EmailStatus.allCases.randomElement(using: &random)
            result.emailReason = VerdictReason.allCases.randomElement(using: &random)
            result.emailProvider = "hunter"
            result.emailVerifiedBy = Bool.random(using: &random) ? "zerobounce" : nil
        }
        if Bool.random(using: &random) {
            result.mobile = Bool.random(using: &random) ? "+12025550143;ext=12" : "(202) 555-0143"
            result.mobileType = PhoneType.allCases.randomElement(using: &random)
            result.mobileStatus = PhoneStatus.allCases.randomElement(using: &random)
            result.mobileDoNotCall = DoNotCall.allCases.randomElement(using: &random)
            result.officePhone = "+12025550111"
            result.officePhoneDoNotCall = .unknown
        }
        result.credits = Credits(millis: Int64.random(in: 0...20_000, using: &random))
        result.cost = ["EUR", "USD", "hunter_credits"].prefix(Int.random(in: 0...3, using: &random)).map {
            Amount(micros: Int64.random(in: 1...9_000_000, using: &random), unit: $0)
        }
        if Bool.random(using: &random) { result.contact = ContactID(high: random.next(), low: random.next()) }
        let turns: [AttemptOutcome] = [
            .matched, .noMatch, .rejected, .failed(.answerLost), .failed(.timedOut), .skipped(.cap), .skipped(.quota),
        ]
        result.attempts = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            let outcome = turns[Int.random(in: 0..<turns.count, using: &random)]
            let isCached = outcome.reason == nil && Bool.random(using: &random)
            return RowAttempt(provider: "prospeo", outcome: outcome, isCached: isCached)
        }
        return result
    }
}

@Suite struct RowResultTests {
    @Test func `the text of a result is read back as it was`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let result = RowResult.random(&random)
            let text = result.encoded
            #expect(RowResult(encoded: text) == result, "seed \(seed)")
            #expect(!text.contains("\n"))
        }
    }

    @Test func `the text is stable`() {
        var result = RowResult(.found)
        result.email = "jane.doe@example.com"
        result.emailStatus = .verified
        result.emailReason = .mailboxExists
        result.emailProvider = "hunter"
        result.emailVerifiedBy = "zerobounce"
        result.credits = Credits(1)
        result.cost = [Amount(micros: 34_000, unit: "USD")]
        result.attempts = [
            RowAttempt(provider: "apollo", outcome: .noMatch), RowAttempt(provider: "lusha", outcome: .skipped(.cap)),
            RowAttempt(provider: "hunter", outcome: .matched, isCached: true),
        ]
        let text =
            "1\tjane.doe@example.com\tverified\tmailbox_exists\thunter\tzerobounce\t\t\t\t\t1\t0.034 USD\tfound\t\t"
            + "apollo:no_match lusha:skipped(cap) hunter:matched(cached)\t\t"
        #expect(result.encoded == text)
        // What an earlier version wrote, which had fewer columns.
        #expect(RowResult(encoded: String(text.dropLast(2))) == result)
    }

    @Test(arguments: [
        "", "2\tx", "1", "1\t\t\t\t\t\t\t\t\t\t1\t\tnonsense", "1\t\tgood\t\t\t\t\t\t\t\t1\t\tfound",
        "1\t\t\t\t\t\t\t\t\t\tone\t\tfound", "1\t\t\t\t\t\t\t\t\t\t1\t0.034\tfound",
        "1\t\t\t\t\t\t\t\t\t\t1\t\tfound\tnoid", "1\t\t\t\t\t\t\t\t\t\t1\t\tfound\t\thunter",
        "1\t\t\t\t\t\t\t\t\t\t1\t\tfound\t\thunter:wrong", "1\t\t\t\t\t\t\t\t\t\t1\t\tfound\t\thunter:failed(x)",
    ])
    func `a text that is none is refused`(text: String) {
        #expect(RowResult(encoded: text) == nil)
    }

    private func request() throws -> DataRequest {
        DataRequest(
            id: RequestID(high: 1, low: 2),
            prospect: try ProspectInput(name: "Jane Doe", domain: "example.com").normalised(),
            access: [.email, .phone],
            createdAt: Timestamp(seconds: 0))
    }

    private func phone(
        _ number: String, _ status: PhoneStatus = .validNumber, credits: Int64 = 0, listed: DoNotCall = .unknown
    ) -> ResultPhone {
        ResultPhone(
            number: PhoneNumber(e164: number, extension: number.hasSuffix("9") ? "7" : nil), raw: number, type: .mobile,
            status: status, doNotCall: listed, provider: "prospeo", isNetNew: true, credits: Credits(credits))
    }

    @Test func `a request's result says what the row is told`() throws {
        var found = EnrichmentResult(try request(), outcome: .partial)
        found.email = ResultEmail(
            value: nil, status: .locked, reason: .unspecified, suggestion: nil, provider: "hunter", verifiedBy: nil,
            confidence: nil, isNetNew: true, credits: .zero)
        found.phones = [
            phone("+12025550141", .invalidNumber), phone("+12025550142"), phone("+12025550149", credits: 8),
        ]
        found.officePhones = [phone("+12025550111", listed: .listed)]
        found.captured = Credits(8)
        let moment = Timestamp(seconds: 0)
        func attempt(_ provider: ProviderID, _ outcome: AttemptOutcome, _ micros: Int64 = 0) -> Attempt {
            Attempt(
                id: AttemptID(high: 1, low: 1), capability: .email, provider: provider, outcome: outcome,
                cost: AttemptCost(Amount(micros: micros, unit: "USD")), startedAt: moment)
        }
        found.attempts = [
            attempt("hunter", .matched, 34_000), attempt("prospeo", .matched, 10_000), attempt("x", .notRun),
        ]
        let result = RowResult(found)
        #expect(result.email == nil && result.emailStatus == .locked)
        #expect(result.mobile == "+12025550149;ext=7")
        #expect(result.officePhone == "+12025550111" && result[.officePhoneDoNotCall] == "listed")
        #expect(result[.credits] == "8" && result[.cost] == "0.044 USD")
        #expect(result[.attempts] == "hunter:matched prospeo:matched")
        found.phones.removeLast()
        #expect(RowResult(found).mobile == "+12025550142")
        found.phones.removeLast()
        #expect(RowResult(found).mobileStatus == .invalidNumber)
        let repeated = result.repeated
        #expect(repeated.mobile == result.mobile && repeated.outcome == .partial)
        #expect(repeated.credits == .zero && repeated.cost.isEmpty && repeated.attempts.isEmpty)
    }

    @Test(arguments: RequestOutcome.allCases)
    func `outcomes keep their words`(outcome: RequestOutcome) {
        #expect(RowOutcome(outcome).rawValue == outcome.rawValue)
    }
}
