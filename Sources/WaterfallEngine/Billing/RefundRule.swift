// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Decides whether a bounce is refunded (`semantics.md`, 5, Refund): a verified email that was charged, sent to through
/// the system within thirty days of the request, and hard-bounced. A pure function: no I/O, no clock.
public enum RefundRule {
    /// How long after the request's creation a message may be sent: 30 x 86,400 s, the last moment included.
    public static let term = Duration.days(30)

    /// A charge for the address that bounced.
    public struct Charge: Sendable, Hashable {
        public var requestCreatedAt: Timestamp
        public var isRefunded: Bool

        public init(requestCreatedAt: Timestamp, isRefunded: Bool) {
            self.requestCreatedAt = requestCreatedAt
            self.isRefunded = isRefunded
        }
    }

    /// A message to the address, as it is on our own record.
    public struct Message: Sendable, Hashable {
        public var source: OutgoingMessage.Source
        public var state: MessageState
        public var sentAt: Timestamp

        public init(source: OutgoingMessage.Source, state: MessageState, sentAt: Timestamp) {
            self.source = source
            self.state = state
            self.sentAt = sentAt
        }
    }

    /// Returns `hardBounce` where the charge is refunded, else why it is not.
    ///
    /// - Parameter charge: the charge for an email whose value is the address; nil where there is none.
    public static func decide(
        _ bounce: BounceNotice.Class, message: Message?, charge: Charge?
    ) -> RefundClaim.Reason {
        guard let message, message.state != .refused else { return .notSent }
        guard bounce == .hard else { return .softBounce }
        guard message.source == .weir else { return .external }
        guard let charge else { return .notCharged }
        guard !charge.isRefunded else { return .alreadyRefunded }
        guard charge.requestCreatedAt <= message.sentAt else { return .tooEarly }
        return message.sentAt <= charge.requestCreatedAt + term ? .hardBounce : .tooLate
    }
}
