// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Whether a report says that an address is good for nothing (`semantics.md`, 5, Refund).
public enum BounceClass: String, Sendable, Hashable, CaseIterable {
    /// The mailbox or its domain doesn't exist, has moved, or accepts no mail.
    case hard
    /// Not delivered, for a reason that says nothing against the address.
    case soft
    /// No bounce: delivered, delayed, a complaint, an automatic reply, an ordinary mail.
    case none
}

/// Why a message came back, or what it is that came instead.
public enum BounceReason: String, Sendable, Hashable, CaseIterable {
    // Hard.
    case userUnknown = "user_unknown"
    case hostUnknown = "host_unknown"
    case hasMoved = "has_moved"
    /// The domain says that it takes no mail (RFC 7505), or nobody can be found who takes it.
    case domainNoMail = "domain_no_mail"
    // Soft.
    /// "User unknown", said where a filter speaks, after the message was seen: not proof that there is no mailbox.
    case filtered
    case mailboxFull = "mailbox_full"
    case suspended
    case expired
    case policy
    case spam
    case virus
    case blocked
    case authentication
    case size
    case content
    case rateLimited = "rate_limited"
    case network
    case system
    case unspecified
    // None.
    case feedback
    case delayed
    case delivered
    case autoReply = "auto_reply"
    case notABounce = "not_a_bounce"

    /// The class that every report of this reason has.
    public var bounceClass: BounceClass {
        switch self {
        case .userUnknown, .hostUnknown, .hasMoved, .domainNoMail: .hard
        case .feedback, .delayed, .delivered, .autoReply, .notABounce: .none
        default: .soft
        }
    }
}

/// What a bounce mail or an event says of one recipient. Texts of the mail are not kept: they are personal data.
public struct BounceReport: Sendable, Hashable {
    /// The address the message was for, as it is written in the report; nil where none is named.
    public var recipient: String?
    public var reason: BounceReason
    /// The status (RFC 3463), such as "5.1.1"; nil where none is said.
    public var status: String?
    /// The SMTP reply's code, such as 550; nil where none is said.
    public var code: Int?
    /// The `Message-ID` of the message that came back, without its angle brackets.
    public var originalMessageID: String?
    /// Whom the report was sent to: the return path of the message that came back, if that was one of ours.
    public var returnPath: String?
    /// When the report was made, by its own date.
    public var arrivedAt: Timestamp?
    /// The same for the same report, however often it is read: the report's own `Message-ID` without its angle
    /// brackets, an event's id, or a hash of the bytes.
    public var reportID: String

    public init(
        recipient: String?, reason: BounceReason, status: String? = nil, code: Int? = nil,
        originalMessageID: String? = nil, returnPath: String? = nil, arrivedAt: Timestamp? = nil, reportID: String
    ) {
        self.recipient = recipient
        self.reason = reason
        self.status = status
        self.code = code
        self.originalMessageID = originalMessageID
        self.returnPath = returnPath
        self.arrivedAt = arrivedAt
        self.reportID = reportID
    }

    /// Hard, soft or none: follows from the reason.
    public var bounceClass: BounceClass { reason.bounceClass }
}
