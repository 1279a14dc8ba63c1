// SPDX-License-Identifier: Apache-2.0

/// How far a submission came.
public enum SubmissionStep: String, Sendable, Hashable, CaseIterable {
    /// The connection and the server's greeting.
    case connection
    case hello
    case startTLS = "starttls"
    case login
    case sender
    case recipient
    /// The command DATA, before the message.
    case data
    /// The message and its final dot.
    case message
}

/// What came of handing in a message.
public enum SubmissionOutcome: Sendable, Hashable {
    /// The server has taken it on. Its reply most often names it, as `queued as 4XYZ`.
    case accepted(SubmissionReply)
    /// The server said no, at a step; the message is not on its way.
    case refused(SubmissionReply, at: SubmissionStep)
    /// It did not come to that; the message is not on its way.
    case failed(MailFailure, at: SubmissionStep)
    /// The message was handed over, and no answer came: it may be on its way.
    case unknown(MailFailure)
}
