// SPDX-License-Identifier: Apache-2.0

import Enrichment
import FixtureFiles
import Foundation
import Testing
import WaterfallEngine

/// One file of `Fixtures/waterfalls`: what providers and verifiers say, and what the chain must do.
struct Scenario: Decodable, Sendable, CustomTestStringConvertible {
    struct Accept: Decodable {
        var catch_all: String?
        var verifier_down: String?
        var trust: [String]?
        var phone_types: [String]?
    }

    struct Prices: Decodable { var catch_all: String }

    struct Expectation: Decodable {
        var actions: [String]
        var turns: [String]
        var charge: String
        var email: [String]?
        var phones: [[String]]?
    }

    var name: String
    var rule: String
    var capability: String
    var chain: [String]
    var accept: Accept?
    var prices: Prices?
    var office_phones: [String]?
    var bounced: [String]?
    var answers: [String: Reaction]
    var verdicts: [String: Judging]
    var expect: Expectation

    var testDescription: String { name }

    static let all: [Scenario] = FixtureFiles.list("waterfalls").compactMap { file in
        guard let bytes = FixtureFiles.bytes("waterfalls/\(file)") else { return nil }
        do {
            return try JSONDecoder().decode(Scenario.self, from: Data(bytes))
        } catch {
            Issue.record("\(file): \(error)")
            return nil
        }
    }

    var gate: CreditGate {
        CreditGate(
            prices: PriceList(catchAll: prices.flatMap { Credits(decimal: $0.catch_all) } ?? .zero),
            accept: AcceptPolicy(
                catchAll: accept?.catch_all.flatMap(AcceptPolicy.CatchAll.init) ?? .lastResort,
                verifierDown: accept?.verifier_down.flatMap(AcceptPolicy.VerifierDown.init) ?? .stop,
                trusted: Set((accept?.trust ?? []).map(ProviderID.init(rawValue:))),
                phoneTypes: (accept?.phone_types).map { Set($0.compactMap(PhoneType.init)) } ?? Set(PhoneType.allCases))
        )
    }

    var officePhones: Set<PhoneNumber> { Set((office_phones ?? []).map { PhoneNumber(e164: $0) }) }
}

/// What comes of asking a provider.
enum Reaction: Decodable, Sendable {
    case answer(ProviderAnswer)
    case fails(ProviderError.Kind)
    case skipped(SkipReason)
    case deadline
    case cancel

    private struct Fields: Decodable {
        struct Email: Decodable {
            var address: String
            var grade: String
            var confidence: Double?
        }

        struct Phone: Decodable {
            var raw: String
            var type: String
            var status: String
            var `extension`: String?

            var candidate: PhoneCandidate {
                PhoneCandidate(
                    raw, type: PhoneType(rawValue: type) ?? .other, status: PhoneStatus(rawValue: status) ?? .noStatus,
                    extension: `extension`)
            }
        }

        var emails: [Email]?
        var phones: [Phone]?
        var office_phones: [Phone]?
        var fails: String?
        var skipped: String?
    }

    init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            self = word == "deadline" ? .deadline : .cancel
            return
        }
        let fields = try Fields(from: decoder)
        if let kind = fields.fails.flatMap(ProviderError.Kind.init) {
            self = .fails(kind)
        } else if let reason = fields.skipped.flatMap(SkipReason.init) {
            self = .skipped(reason)
        } else {
            let emails = (fields.emails ?? []).map { email in
                EmailCandidate(
                    email.address, grade: EmailStatus(rawValue: email.grade) ?? .unverified,
                    confidence: email.confidence)
            }
            self = .answer(
                ProviderAnswer(
                    emails: emails, phones: (fields.phones ?? []).map(\.candidate),
                    officePhones: (fields.office_phones ?? []).map(\.candidate)))
        }
    }
}

/// What comes of judging a candidate.
enum Judging: Decodable, Sendable {
    case verdict(Fields)
    case deadline
    case cancel

    struct Fields: Decodable {
        var status: String
        var reason: String?
        var by: String?
        var verifiers_failed: Bool?
        var number: String?
        var type: String?
        var do_not_call: String?
    }

    init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            self = word == "deadline" ? .deadline : .cancel
        } else {
            self = .verdict(try Fields(from: decoder))
        }
    }
}

extension Judging.Fields {
    func judgement(on candidate: Candidate) -> Judgement {
        let verifier = by.map(ProviderID.init(rawValue:))
        switch candidate {
        case .email:
            let verdict = EmailVerdict(
                EmailStatus(rawValue: status) ?? .unverified, reason.flatMap(VerdictReason.init) ?? .unspecified)
            return Judgement(
                verdict: .email(verdict), by: verifier, everyVerifierFailed: verifiers_failed ?? false)
        case .phone:
            let verdict = PhoneVerdict(
                PhoneStatus(rawValue: status) ?? .noStatus, number: number.map { PhoneNumber(e164: $0) },
                type: type.flatMap(PhoneType.init), doNotCall: do_not_call.flatMap(DoNotCall.init) ?? .unknown)
            return Judgement(verdict: .phone(verdict), by: verifier)
        }
    }
}
