// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

@Suite struct RefundRuleTests {
    private static let noon = Timestamp(seconds: 1_773_144_000)

    @Test func `every combination has one answer, and only one of them is a refund`() {
        var refunds = 0
        for kind in BounceNotice.Class.allCases {
            for source in OutgoingMessage.Source.allCases {
                for state in MessageState.allCases {
                    for isRefunded in [false, true] {
                        for days in [-1, 0, 30, 31] {
                            let message = RefundRule.Message(
                                source: source, state: state, sentAt: Self.noon + .days(days))
                            let charge = RefundRule.Charge(requestCreatedAt: Self.noon, isRefunded: isRefunded)
                            let isDue = RefundRule.decide(kind, message: message, charge: charge) == .hardBounce
                            let isMeant =
                                kind == .hard && source == .weir && state != .refused && !isRefunded
                                && (0...30).contains(days)
                            #expect(isDue == isMeant, "\(kind) \(source) \(state) \(isRefunded) \(days)")
                            refunds += isDue ? 1 : 0
                        }
                    }
                }
            }
        }
        #expect(refunds == 6)
    }

    @Test func `what is missing is said`() {
        let message = RefundRule.Message(source: .weir, state: .sent, sentAt: Self.noon)
        #expect(RefundRule.decide(.hard, message: nil, charge: nil) == .notSent)
        #expect(RefundRule.decide(.hard, message: message, charge: nil) == .notCharged)
        #expect(RefundRule.decide(.soft, message: message, charge: nil) == .softBounce)
    }
}
