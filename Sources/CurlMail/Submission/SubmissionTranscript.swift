// SPDX-License-Identifier: Apache-2.0

/// What was said so far in a submission, as far as its outcome depends on it. No password and no line of the message is
/// looked at or kept.
struct SubmissionTranscript {
    /// A reply's lines beyond this are not looked at.
    private static let maximumLines = 256

    private(set) var step = SubmissionStep.connection
    /// The last whole reply before QUIT.
    private(set) var reply: SubmissionReply?
    /// True where the server offered a way to log in that is known here.
    private(set) var offersLogin = false
    /// True once a login succeeded.
    private(set) var isLoggedIn = false
    private(set) var hasQuit = false
    private var lines: [String] = []

    /// Takes what the client sent. Apart from the commands known here it is passed over; it may be a password.
    mutating func sent(_ text: some Sequence<UInt8>) {
        let command = Array(text.prefix(10))
        if step == .login, !isLoggedIn, reply == nil { return }
        guard let next = Self.commands.first(where: { command.starts(with: $0.name.utf8) })?.step else {
            if command.starts(with: "QUIT\r\n".utf8) { hasQuit = true }
            return
        }
        step = next
        reply = nil
        lines = []
        if step == .hello { offersLogin = false }
    }

    /// Notes that the message is being sent.
    mutating func beganMessage() {
        step = .message
        reply = nil
        lines = []
    }

    /// Takes a line of the server's.
    mutating func received(_ line: some Sequence<UInt8>) {
        guard !hasQuit else { return }
        var bytes = Array(line)
        while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
        guard bytes.count >= 3, bytes.prefix(3).allSatisfy({ (0x30...0x39).contains($0) }) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        if lines.count < Self.maximumLines { lines.append(text) }
        if step == .hello { offersLogin = offersLogin || Self.offersLogin(text) }
        guard bytes.count == 3 || bytes[3] != UInt8(ascii: "-") else { return }
        let whole = SubmissionReply(lines: lines)
        lines = []
        // The server's half of a login is not its outcome.
        if step == .login, whole.code == 334 { return }
        if step == .login, whole.code == 235 { isLoggedIn = true }
        reply = whole
    }

    private static let commands: [(name: String, step: SubmissionStep)] = [
        ("EHLO ", .hello), ("HELO ", .hello), ("STARTTLS\r\n", .startTLS), ("AUTH ", .login), ("MAIL FROM:", .sender),
        ("RCPT TO:", .recipient), ("DATA\r\n", .data),
    ]

    private static func offersLogin(_ line: String) -> Bool {
        let words = line.dropFirst(4).uppercased().split { $0 == " " || $0 == "=" }
        return words.first == "AUTH" && (words.contains("PLAIN") || words.contains("LOGIN"))
    }
}
