// SPDX-License-Identifier: Apache-2.0

/// Hands messages in at a server (RFC 6409), one connection each.
public struct MailSubmission: Sendable {
    public var host: MailHost
    /// What the client calls itself to the server; the domain of the envelope's sender where it is nil.
    public var clientName: String?
    private let thread: MailThread

    /// - Parameter thread: where it happens; others' jobs are waited for.
    public init(_ host: MailHost, clientName: String? = nil, on thread: MailThread) {
        self.host = host
        self.clientName = clientName
        self.thread = thread
    }

    /// Hands in one message for one recipient, at most once: nothing is tried again.
    ///
    /// A cancelled task ends it within a second or so. The outcome says whether the message may be on its way.
    ///
    /// - Parameters:
    ///   - message: as `MailMessage.bytes()` makes it: lines that end with CRLF. Leading dots are doubled on the way.
    ///   - sender: where bounces go, without angle brackets; empty for nowhere. ASCII.
    ///   - recipient: ASCII.
    public func send(_ message: [UInt8], from sender: String, to recipient: String) async -> SubmissionOutcome {
        let (host, name) = (host, clientName ?? sender.split(separator: "@").last.map(String.init) ?? "localhost")
        if let objection = objection(to: message, sender, recipient, name) {
            return .failed(MailFailure(.invalid, objection), at: .connection)
        }
        return await thread.run { cancellation in
            guard !cancellation.isCancelled else {
                return .failed(MailFailure(.cancelled, "it was cancelled before it began"), at: .connection)
            }
            let transfer = SubmissionTransfer(host, clientName: name, message, cancellation)
            return transfer?.perform(from: sender, to: recipient)
                ?? .failed(MailFailure(.noConnection, "memory is out"), at: .connection)
        }
    }

    private func objection(
        to message: [UInt8], _ sender: String, _ recipient: String, _ name: String
    ) -> StaticString? {
        if let objection = host.objection { return objection }
        if !MailSyntax.isHost(name) { return "the client's name is not a host's" }
        if !sender.isEmpty, !MailSyntax.isAddress(sender) { return "the envelope's sender is not an address" }
        if !MailSyntax.isAddress(recipient) { return "the recipient is not an address" }
        if let objection = Self.objection(toLines: message) { return objection }
        return message.suffix(2) == [13, 10] ? nil : "the message does not end with a line's end"
    }

    /// A lone CR or LF is read as a line's end by some servers and not by others, so that a message could end early and
    /// what follows be taken for commands.
    private static func objection(toLines message: [UInt8]) -> StaticString? {
        var (previous, length) = (UInt8(0), 0)
        for byte in message {
            if (byte == 10) != (previous == 13) { return "the message has a line's end that is not CRLF" }
            if byte == 0 { return "the message has a NUL" }
            length = byte == 10 ? 0 : length + 1
            // The CR is counted.
            if length > HeaderText.longestLine + 1 { return "the message has a line of over 998 bytes" }
            previous = byte
        }
        return nil
    }
}
