// SPDX-License-Identifier: Apache-2.0

/// Where in the conversation a mail host says something. Raw values are the words of the data and of transcripts.
public enum SMTPStage: String, Sendable, Hashable, CaseIterable {
    /// What the host says first.
    case banner
    /// EHLO, or HELO where the host doesn't know EHLO.
    case ehlo
    case startTLS = "starttls"
    /// MAIL FROM.
    case mail
    /// RCPT TO, for the address in question.
    case rcpt
    /// RCPT TO, for an address that was made up.
    case stranger
    case quit
}
