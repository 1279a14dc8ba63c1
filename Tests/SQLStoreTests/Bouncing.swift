// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import Testing
import WaterfallEngine

extension OutgoingMessage {
    static func make(
        _ number: Int, to address: String = "jane.doe@example.com", source: Source = .weir, user: String = "default",
        at moment: Timestamp
    ) -> OutgoingMessage {
        OutgoingMessage(
            id: .number(number), team: "default", user: user, source: source, address: address,
            headerID: "\(number)@mail.example.com", sentAt: moment)
    }
}

extension BounceNotice {
    static func make(
        _ number: Int, of message: Int? = nil, _ kind: Class = .hard, address: String = "jane.doe@example.com",
        at moment: Timestamp
    ) -> BounceNotice {
        BounceNotice(
            id: .number(number), team: "default", user: "default", message: message.map { .number($0) },
            address: address, class: kind, status: kind == .hard ? "5.1.1" : "4.2.2", code: kind == .hard ? 550 : 452,
            reason: kind == .hard ? "user_unknown" : "mailbox_full", bouncedAt: moment, receivedAt: moment)
    }
}

extension SQLiteStore {
    /// Sends a message, and returns once the server has taken it.
    func send(_ message: OutgoingMessage) async throws {
        #expect(try await register(message) == .registered)
        if message.source == .weir {
            try await conclude(message.id, team: message.team, state: .sent, reply: "250 ok")
        }
    }

    /// Has Jane's address, which was bought at noon, bounce and be refunded with the next cycle.
    func bounceAndRefund(plan: CreditPlan? = .large) async throws {
        try await send(.make(901, at: noon + .days(1)))
        _ = try await report(.make(902, of: 901, at: noon + .days(2)), plan: plan)
        _ = try await balance(of: "default", plan: plan, at: .day(2026, 4, 2))
    }
}
