// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// Where a store under test lives. The rules of the write-ahead log hold on a file alone.
enum Place: CaseIterable, CustomTestStringConvertible {
    case memory
    case file

    var testDescription: String { self == .memory ? "in memory" : "on a file" }

    /// Runs a test with a new store, and closes it.
    func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
        switch self {
        case .memory:
            let store = try SQLiteStore()
            try await body(store)
            store.close()
        case .file:
            try await withFolder { folder in
                let store = try SQLiteStore(path: folder + "/weir.db")
                try await body(store)
                store.close()
            }
        }
    }
}

/// Tests that keep every core busy for a minute are long only in a run of their own, which `make test` begins with:
/// beside them, what talks to servers would wait in vain.
enum LongTests {
    static let areWanted = ProcessInfo.processInfo.environment["WEIR_LONG"] != nil
}

/// Runs a test with a new folder, and removes it.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}

/// 2026-03-10T12:00:00Z.
let noon = Timestamp(seconds: 1_773_144_000)

extension Timestamp {
    static func day(_ year: Int, _ month: Int, _ day: Int, hour: Int = 0) -> Timestamp {
        CivilDate(year: year, month: month, day: day).startsAt + .seconds(hour * 3_600)
    }
}

extension Identifier {
    /// A fixed id, in the order of its number.
    static func number(_ number: Int) -> Identifier {
        Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }
}

extension Prospect {
    static func person(_ name: String, at domain: String = "example.com", linkedIn: String? = nil) -> Prospect {
        Prospect(
            firstName: "Jane", lastName: "Doe", fullName: name, companyName: nil, domain: domain,
            linkedInURL: linkedIn,
            keys: ProspectKeys(linkedIn: linkedIn, nameAtDomain: "\(name)|\(domain)"))
    }

    static let jane = Prospect.person("jane doe")
}

extension CreditGate {
    static let standard = CreditGate(prices: PriceList(), accept: AcceptPolicy())
}

extension CreditPlan {
    static let large = CreditPlan(grant: Credits(10_000))
}

extension DataRequest {
    static func make(
        _ number: Int, _ prospect: Prospect = .jane, access: Set<Datum> = [.email], user: String = "default",
        isFresh: Bool = false, maximumCredits: Credits? = nil, at moment: Timestamp = noon
    ) -> DataRequest {
        DataRequest(
            id: .number(number), prospect: prospect, access: access, user: user, isFresh: isFresh,
            maximumCredits: maximumCredits, createdAt: moment)
    }

    var fingerprint: QueryFingerprint { QueryFingerprint(high: 7, low: UInt64(id.low & 0xFFFF_FFFF)) }

    func opening(
        gate: CreditGate = .standard, plan: CreditPlan? = .large, caps: Caps = Caps(),
        firstIntent: AttemptIntent? = nil, holdsExpireAfter: Duration = .days(1), fingerprint: QueryFingerprint? = nil
    ) -> RequestOpening {
        RequestOpening(
            request: self, gate: gate, plan: plan, caps: caps, holdsExpireAt: createdAt + holdsExpireAfter,
            fingerprint: fingerprint ?? self.fingerprint, firstIntent: firstIntent,
            rememberSince: createdAt + .days(-90))
    }

    func intent(
        _ number: Int, _ provider: ProviderID = "hunter", _ capability: Capability = .email,
        cost: Amount = Amount(micros: 34_000, unit: "USD"), fingerprint: QueryFingerprint? = nil
    ) -> AttemptIntent {
        AttemptIntent(
            id: .number(number), request: id, team: team, capability: capability, provider: provider,
            fingerprint: fingerprint ?? self.fingerprint, largestCost: cost, startedAt: createdAt)
    }

    /// What came back for one of the request's attempts.
    func reply(_ attempt: Int, _ reply: ProviderReply) -> RecordedReply {
        RecordedReply(request: id, attempt: .number(attempt), content: .reply(reply))
    }

    func ticket(_ attempt: Int, _ text: String, keyMark: String? = nil) -> RecordedReply {
        RecordedReply(
            request: id, attempt: .number(attempt), content: .ticket(PollTicket(rawValue: text), keyMark: keyMark))
    }

    func settlement(
        _ results: [Settlement.DatumResult] = [], attempts: [Attempt] = [], gate: CreditGate = .standard,
        plan: CreditPlan? = .large, officePhones: OfficePhoneResult? = nil, outcome: RequestOutcome? = .found,
        fingerprint: QueryFingerprint? = nil, at moment: Timestamp? = nil
    ) -> Settlement {
        Settlement(
            request: self, gate: gate, plan: plan, results: results, officePhones: officePhones, attempts: attempts,
            fingerprint: fingerprint ?? self.fingerprint, outcome: outcome, settledAt: moment ?? createdAt + .seconds(1)
        )
    }
}

extension Attempt {
    static func matched(
        _ number: Int, _ provider: ProviderID = "hunter", _ capability: Capability = .email,
        outcome: AttemptOutcome = .matched, cost: Amount = Amount(micros: 34_000, unit: "USD")
    ) -> Attempt {
        Attempt(
            id: .number(number), capability: capability, provider: provider, outcome: outcome, httpStatus: 200,
            latency: .milliseconds(212), tries: 1, cost: AttemptCost(cost), startedAt: noon)
    }
}

extension EmailFinding {
    static func found(
        _ status: EmailStatus = .verified, _ address: String = "jane.doe@example.com",
        by provider: ProviderID = "hunter"
    ) -> EmailFinding {
        EmailFinding(
            address: address, status: status, reason: .mailboxExists, provider: provider, verifiedBy: "zerobounce",
            confidence: 0.98)
    }
}

extension PhoneFinding {
    static func found(
        _ number: String = "+12025550143", type: PhoneType = .mobile, status: PhoneStatus = .validNumber,
        by provider: ProviderID = "prospeo"
    ) -> PhoneFinding {
        PhoneFinding(
            number: PhoneNumber(e164: number), raw: number, type: type, status: status, provider: provider)
    }
}

extension SQLiteStore {
    /// Grants to a team without a plan.
    func grant(_ grant: CreditGrant) async throws(JournalError) { try await self.grant(grant, plan: nil) }

    /// Opens, asks one provider, and settles with one email.
    @discardableResult
    func buyEmail(
        _ request: DataRequest, _ finding: EmailFinding? = .found(), plan: CreditPlan? = .large,
        gate: CreditGate = .standard
    ) async throws -> Settled {
        let attempt = Int(request.id.low & 0xFFFF_FFFF) + 1_000_000
        _ = try await open(request.opening(gate: gate, plan: plan, firstIntent: request.intent(attempt)))
        return try await settle(
            request.settlement(
                [.email(finding)], attempts: [.matched(attempt, finding?.provider ?? "hunter")], gate: gate, plan: plan)
        )
    }

    /// The ledger's violations.
    func violations() async throws -> [String] { try await verify().violations }
}
