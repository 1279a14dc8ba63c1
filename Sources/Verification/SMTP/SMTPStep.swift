// SPDX-License-Identifier: Apache-2.0

/// One thing that happened while a mailbox was looked at. What is said to and by a host holds the address: it is shown
/// to the user who asked, and never logged.
public enum SMTPStep: Sendable, Hashable {
    /// A command, without its line end.
    case sent(String)
    case received(code: Int, lines: [String])
    /// What was found or decided: in words for people.
    case note(String)

    static func received(_ reply: SMTPReply) -> SMTPStep { .received(code: reply.code, lines: reply.lines) }
}
