// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Reads a mailbox by IMAP (RFC 3501), and changes nothing in it unless asked to: it is opened read-only, and no
/// message is marked as read by being fetched.
///
/// It connects when it is first used, keeps the connection, and connects again after a failure. One message is in
/// memory at a time.
public final class MailboxReader: Sendable {
    /// The longest message that is fetched: 16 MiB.
    public static let maximumSize = 16 << 20

    public let host: MailHost
    /// By its name on the server: `INBOX`, in ASCII (RFC 3501 5.1.3 for other characters).
    public let mailbox: String
    private let thread: MailThread
    /// Locked on the thread alone.
    private let session = Mutex<IMAPSession?>(nil)

    /// - Parameter thread: where it happens; others' jobs are waited for.
    public init(_ host: MailHost, mailbox: String = "INBOX", on thread: MailThread) {
        self.host = host
        self.mailbox = mailbox
        self.thread = thread
    }

    /// The messages after a place, from the first one on where it is nil or void.
    ///
    /// - Parameter limit: how many at most, at least 1.
    public func messages(
        after position: MailboxPosition?, limit: Int = 10_000
    ) async throws(MailFailure) -> MailboxListing {
        precondition(limit > 0, "a listing of nothing")
        return try await run { [mailbox] session, cancellation throws(MailFailure) in
            let selection = try session.select(mailbox, writable: false, again: true, cancellation)
            let isValid = position?.uidValidity == selection.uidValidity
            let last = isValid ? position?.uid ?? 0 : 0
            var found = LowestEntries(limit: limit, after: last, uidValidity: selection.uidValidity)
            if last < UInt32.max, selection.uidNext.map({ $0 > last + 1 }) ?? true {
                try session.command("UID FETCH \(last + 1):* (UID RFC822.SIZE)", cancellation) { found.take($0) }
                found.finish()
            }
            return MailboxListing(
                uidValidity: selection.uidValidity, isRenumbered: position != nil && !isValid, entries: found.entries,
                hasMore: found.hasMore)
        }
    }

    /// One message's bytes.
    ///
    /// - Parameter maximumSize: in bytes; what is longer is not fetched.
    /// - Throws: `.renumbered` where the place is void.
    public func message(
        at position: MailboxPosition, maximumSize: Int = MailboxReader.maximumSize
    ) async throws(MailFailure) -> MailboxMessage {
        let limit = min(maximumSize, Self.maximumSize)
        return try await run { [mailbox] session, cancellation throws(MailFailure) in
            try session.select(mailbox, writable: false, at: position, cancellation)
            let uid = position.uid
            var (size, bytes): (Int?, [UInt8]?) = (nil, nil)
            try session.command("UID FETCH \(uid) (UID RFC822.SIZE)", cancellation) { response in
                if let entry = response.entry, entry.uid == uid { size = entry.size }
            }
            guard let size else { return .gone }
            guard size <= limit else { return .oversize(size) }
            // One byte more than is allowed shows that there is more, where the size was not exact.
            let command = "UID FETCH \(uid) (UID BODY.PEEK[]<0.\(limit + 1)>)"
            try session.command(command, cancellation) { response in
                if let body = response.body, body.uid == uid { bytes = body.bytes }
            }
            guard let bytes else { return .gone }
            return bytes.count <= limit ? .whole(bytes) : .oversize(max(size, bytes.count))
        }
    }

    /// Marks a message as read.
    ///
    /// - Throws: `.renumbered` where the place is void.
    public func markSeen(_ position: MailboxPosition) async throws(MailFailure) {
        try await run { [mailbox] session, cancellation throws(MailFailure) in
            try session.select(mailbox, writable: true, at: position, cancellation)
            try session.command("UID STORE \(position.uid) +FLAGS.SILENT (\\Seen)", cancellation)
        }
    }

    /// Moves a message into another mailbox, which must exist, by the command MOVE (RFC 6851).
    ///
    /// - Throws: `.refused` where the server has no such mailbox or command, `.renumbered` where the place is void.
    public func move(_ position: MailboxPosition, to target: String) async throws(MailFailure) {
        guard let name = Self.quoted(target) else { throw MailFailure(.invalid, "the mailbox's name is not one") }
        try await run { [mailbox] session, cancellation throws(MailFailure) in
            try session.select(mailbox, writable: true, at: position, cancellation)
            try session.command("UID MOVE \(position.uid) \(name)", cancellation)
        }
    }

    /// Ends the connection; the next use opens one.
    public func close() async {
        await thread.run { [self] _ in session.withLock { $0 = nil } }
    }

    /// A name as a quoted string; nil where it can't be one.
    static func quoted(_ name: String) -> String? {
        guard !name.isEmpty, MailSyntax.isPrintable(name) else { return nil }
        return "\"" + name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable (IMAPSession, MailCancellation) throws(MailFailure) -> Value
    ) async throws(MailFailure) -> Value {
        if let objection = host.objection { throw MailFailure(.invalid, objection) }
        guard Self.quoted(mailbox) != nil else { throw MailFailure(.invalid, "the mailbox's name is not one") }
        let result: Result<Value, MailFailure> = await thread.run { [self] cancellation in
            session.withLock { kept in
                do throws(MailFailure) {
                    if cancellation.isCancelled { throw MailFailure(.cancelled, "it was cancelled before it began") }
                    let session: IMAPSession
                    if let kept {
                        session = kept
                    } else {
                        session = try IMAPSession(host, maximumLiteral: Self.maximumSize + 1, cancellation)
                    }
                    kept = session
                    return .success(try body(session, cancellation))
                } catch {
                    // After a no the connection is as good as before.
                    if error.kind != .refused && error.kind != .renumbered { kept = nil }
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }
}

extension IMAPSession {
    /// Opens a mailbox where it isn't open as wanted, or again, which says what is new in it.
    @discardableResult
    fileprivate func select(
        _ mailbox: String, writable: Bool, again: Bool = false, _ cancellation: MailCancellation
    ) throws(MailFailure) -> Selection {
        if let selection, !again, selection.isWritable == writable { return selection }
        var (validity, next): (UInt32?, UInt32?) = (nil, nil)
        selection = nil
        let name = MailboxReader.quoted(mailbox) ?? ""
        try command("\(writable ? "SELECT" : "EXAMINE") \(name)", cancellation) { response in
            validity = response.code("UIDVALIDITY") ?? validity
            next = response.code("UIDNEXT") ?? next
        }
        guard let validity else { throw MailFailure(.malformed, "the server does not number its messages") }
        let made = Selection(isWritable: writable, uidValidity: validity, uidNext: next)
        selection = made
        return made
    }

    /// The same for a message that was found before.
    fileprivate func select(
        _ mailbox: String, writable: Bool, at position: MailboxPosition, _ cancellation: MailCancellation
    ) throws(MailFailure) {
        guard try select(mailbox, writable: writable, cancellation).uidValidity == position.uidValidity else {
            throw MailFailure(.renumbered, "the mailbox's messages were numbered anew")
        }
    }
}
