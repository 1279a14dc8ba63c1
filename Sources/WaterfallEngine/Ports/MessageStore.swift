// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What was sent to whom, what bounced, and what is given back for it (`semantics.md`, 5, Refund).
public protocol MessageStore: Sendable {
    /// Keeps a message before it is sent, or one that another system has sent; the same id keeps it once.
    func register(_ message: OutgoingMessage) async throws(JournalError) -> MessageDecision

    /// Keeps how sending ended. A refusal of the recipient during the dialogue is no bounce.
    func conclude(
        _ id: MessageID, team: String, state: MessageState, reply: String?
    ) async throws(JournalError)

    /// Keeps a bounce and decides about its refund; the same id decides once.
    func report(_ bounce: BounceNotice, plan: CreditPlan?) async throws(JournalError) -> RefundClaim

    /// Claims, newest first.
    func claims(of team: String, limit: Int) async throws(JournalError) -> [RefundClaim]

    /// What was sent, newest first.
    func messages(of team: String, limit: Int) async throws(JournalError) -> [SentMessage]

    /// How far a mailbox was read; nil where it never was.
    func place(in mailbox: String, team: String) async throws(JournalError) -> MailboxPlace?

    /// Keeps how far a mailbox was read.
    func keep(_ place: MailboxPlace, in mailbox: String, team: String) async throws(JournalError)
}

/// How far a mailbox was read: IMAP's own numbers (RFC 9051, 2.3.1.1).
public struct MailboxPlace: Sendable, Hashable {
    /// While it is the same, the numbers of messages mean the same.
    public var validity: UInt32
    /// The last message that was read.
    public var last: UInt32

    public init(validity: UInt32, last: UInt32) {
        self.validity = validity
        self.last = last
    }
}

/// A message and what became of it.
public struct SentMessage: Sendable, Hashable {
    /// Its address is empty where the person was erased.
    public var message: OutgoingMessage
    public var state: MessageState
    /// What the server said.
    public var reply: String?
    public var contact: ContactID?

    public init(message: OutgoingMessage, state: MessageState, reply: String?, contact: ContactID?) {
        self.message = message
        self.state = state
        self.reply = reply
        self.contact = contact
    }
}

public typealias MessageID = Identifier<OutgoingMessage>

/// One message to one person.
public struct OutgoingMessage: Sendable, Hashable {
    /// Who sent it.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// `weir send`: the only one whose bounces are refunded.
        case weir
        /// A mailer of the team's own.
        case external
    }

    public var id: MessageID
    public var team: String
    public var user: String
    public var source: Source
    public var address: String
    /// The `Message-ID` header, without its angle brackets.
    public var headerID: String
    public var sentAt: Timestamp

    public init(
        id: MessageID, team: String, user: String, source: Source, address: String, headerID: String,
        sentAt: Timestamp
    ) {
        self.id = id
        self.team = team
        self.user = user
        self.source = source
        self.address = address
        self.headerID = headerID
        self.sentAt = sentAt
    }
}

/// Whether a message may be sent.
public enum MessageDecision: Sendable, Hashable {
    case registered
    /// The address has hard-bounced before.
    case bounced
    /// The address is on the suppression list: nothing may be sent to it.
    case suppressed
}

/// What became of a message.
public enum MessageState: String, Sendable, Hashable, CaseIterable {
    /// On record, and not handed over yet as far as is known.
    case sending
    /// The server has taken it.
    case sent
    /// The server has not taken it.
    case refused
    /// The connection ended after it was handed over and before an answer.
    case unknown
}

/// What a bounce mail or an event says of one recipient.
public struct BounceNotice: Sendable, Hashable {
    /// Whether it may be taken another time.
    public enum Class: String, Sendable, Hashable, CaseIterable {
        case hard
        case soft
    }

    /// Made from what was reported, so that the same report is one notice however often it is read.
    public var id: Identifier<BounceNotice>
    public var team: String
    public var user: String
    /// The message that the return path names.
    public var message: MessageID?
    /// The `Message-ID` of the message that came back, without its angle brackets.
    public var headerID: String?
    public var address: String
    public var `class`: Class
    /// An enhanced status code such as `5.1.1`.
    public var status: String?
    /// An SMTP reply code.
    public var code: Int?
    /// A word of the reasons' list, such as `user_unknown`.
    public var reason: String
    public var bouncedAt: Timestamp
    public var receivedAt: Timestamp

    public init(
        id: Identifier<BounceNotice>, team: String, user: String, message: MessageID? = nil, headerID: String? = nil,
        address: String, class: Class, status: String? = nil, code: Int? = nil, reason: String,
        bouncedAt: Timestamp, receivedAt: Timestamp
    ) {
        self.id = id
        self.team = team
        self.user = user
        self.message = message
        self.headerID = headerID
        self.address = address
        self.class = `class`
        self.status = status
        self.code = code
        self.reason = reason
        self.bouncedAt = bouncedAt
        self.receivedAt = receivedAt
    }
}

extension BounceNotice {
    /// The id of a report by what it says: read twice, from the mailbox and from a file, it is one notice.
    ///
    /// - Parameter report: what tells the report from another of the same recipient, such as its `Message-ID`.
    public static func id(
        of report: String, address: String, class: Class, status: String?
    ) -> Identifier<BounceNotice> {
        let hash = QueryFingerprint(parts: [report, address.lowercased(), `class`.rawValue, status])
        return Identifier(high: hash.high, low: hash.low)
    }
}

/// What was decided about one bounce.
public struct RefundClaim: Sendable, Hashable {
    /// How far it is.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Accrued: due on the first day of the next cycle.
        case accepted
        case refused
        /// Its lot is there.
        case posted
    }

    /// Why it was accepted, or refused. Raw values are the words on every wire.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case hardBounce = "hard_bounce"
        /// The mailbox may take mail another time.
        case softBounce = "soft_bounce"
        /// No message on record is the one that bounced.
        case notSent = "not_sent"
        /// It was sent by another system.
        case external
        /// It was sent more than thirty days after the request.
        case tooLate = "too_late"
        /// It was sent before the address was paid for.
        case tooEarly = "too_early"
        /// The address was not charged: free, the user's own, or a contact with a charge for a phone alone.
        case notCharged = "not_charged"
        /// An earlier bounce of the same charge was refunded.
        case alreadyRefunded = "already_refunded"
    }

    public var bounce: Identifier<BounceNotice>
    public var state: State
    public var reason: Reason
    /// What is given back; zero for a refusal.
    public var credits: Credits
    public var contact: ContactID?
    /// Whose address it was; nil where nobody's.
    public var provider: ProviderID?
    /// Empty where the person was erased.
    public var address: String
    public var bounceClass: BounceNotice.Class
    public var bounceReason: String
    public var sentAt: Timestamp?
    public var bouncedAt: Timestamp
    public var claimedAt: Timestamp
    /// When its credits can be spent; nil for a refusal.
    public var dueAt: Timestamp?

    public init(
        bounce: Identifier<BounceNotice>, state: State, reason: Reason, credits: Credits, contact: ContactID?,
        provider: ProviderID?, address: String, bounceClass: BounceNotice.Class, bounceReason: String,
        sentAt: Timestamp?, bouncedAt: Timestamp, claimedAt: Timestamp, dueAt: Timestamp?
    ) {
        self.bounce = bounce
        self.state = state
        self.reason = reason
        self.credits = credits
        self.contact = contact
        self.provider = provider
        self.address = address
        self.bounceClass = bounceClass
        self.bounceReason = bounceReason
        self.sentAt = sentAt
        self.bouncedAt = bouncedAt
        self.claimedAt = claimedAt
        self.dueAt = dueAt
    }
}
