// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

@testable import Report

/// 2026-03-10T12:00:00Z.
let noon = Timestamp(seconds: 1_773_144_000)

extension ReportTally {
    /// Ten requests made by hand: of nine emails five are found by the first provider and two by the second, one is
    /// had, one is nowhere; of two phones one is found.
    static var ten: ReportTally {
        var tally = ReportTally()
        for _ in 0..<5 { tally.add(.email(.verified, [.turn("hunter", .matched)])) }
        for _ in 0..<2 { tally.add(.email(.verified, [.turn("hunter", .noMatch), .turn("prospeo", .matched)])) }
        tally.add(.email(.had, []))
        tally.add(
            .email(
                .exhausted,
                [
                    .turn("hunter", .failed(.timedOut)), .turn("prospeo", .rejected),
                    ReportTally.Turn(.email, "lusha", .skipped(.missingKey), isCall: false, startedAt: noon),
                ], at: noon + .days(2)))
        var phones = ReportTally.Request(
            createdAt: noon + .days(2), outcome: .partial, stopped: [.phone: .accepted], captured: Credits(8),
            turns: [.turn("prospeo", .matched, .mobile, cost: Amount(10, "prospeo_credits"))])
        tally.add(phones)
        phones.stopped = [.phone: .exhausted]
        phones.turns = [.turn("prospeo", .noMatch, .mobile, cost: nil)]
        phones.captured = .zero
        tally.add(phones)
        for number in 0..<7 {
            tally.add(
                ReportTally.Charge(
                    .email, requestedAt: noon, capability: .email, provider: number < 5 ? "hunter" : "prospeo",
                    refund: number == 0 ? Credits(1) : nil, isDue: true, hasBounced: number == 0))
        }
        tally.add(ReportTally.Charge(.phone, requestedAt: noon + .days(2), capability: .mobile, provider: "prospeo"))
        tally.addProspects(7, email: .verified, hasPhone: nil)
        tally.addProspects(1, email: .unavailable, hasPhone: nil)
        tally.addProspects(1, email: .catchAll, hasPhone: nil)
        tally.addProspects(1, email: nil, hasPhone: true)
        tally.addProspects(1, email: nil, hasPhone: false)
        tally.add(.init(type: .mobile, status: .validNumber, doNotCall: .listed, count: 1))
        tally.addRefusals(3, by: "balance")
        tally.addRefusedClaims(1, reason: "sent_elsewhere")
        return tally
    }
}

extension ReportTally.Request {
    static func email(
        _ stopped: StopReason, _ turns: [ReportTally.Turn], at moment: Timestamp = noon
    ) -> ReportTally.Request {
        ReportTally.Request(
            createdAt: moment, outcome: stopped == .exhausted ? .notFound : .found, stopped: [.email: stopped],
            captured: stopped == .verified ? Credits(1) : .zero, turns: turns)
    }
}

extension ReportTally.Turn {
    static func turn(
        _ provider: ProviderID, _ outcome: AttemptOutcome, _ capability: Capability = .email,
        cost: Amount? = Amount(micros: 20_000, unit: "USD")
    ) -> ReportTally.Turn {
        ReportTally.Turn(
            capability, provider, outcome, isCall: true, startedAt: noon, latency: .milliseconds(200),
            cost: cost.map { AttemptCost($0) })
    }
}

extension ReportContext {
    static func plain(
        team: String = "Sales", query: ReportQuery = ReportQuery(), names: [ProviderID: String] = ["hunter": "Hunter"]
    ) -> ReportContext {
        ReportContext(
            team: team, query: query, madeAt: noon + .days(3), program: "weir 0.1.0", store: "weir.db", names: names)
    }
}
