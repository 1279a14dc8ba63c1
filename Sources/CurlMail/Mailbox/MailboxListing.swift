// SPDX-License-Identifier: Apache-2.0

/// A place in a mailbox: everything up to it has been seen.
public struct MailboxPosition: Sendable, Hashable {
    /// UIDs mean something under this number alone (RFC 3501 2.3.1.1).
    public var uidValidity: UInt32
    /// The last UID that was seen; 0 for none.
    public var uid: UInt32

    public init(uidValidity: UInt32, uid: UInt32) {
        self.uidValidity = uidValidity
        self.uid = uid
    }
}

/// Messages of a mailbox that came after a place.
public struct MailboxListing: Sendable, Hashable {
    /// One message.
    public struct Entry: Sendable, Hashable {
        public var position: MailboxPosition
        /// Bytes, as the server says; they need not be exact.
        public var size: Int

        public init(position: MailboxPosition, size: Int) {
            self.position = position
            self.size = size
        }
    }

    /// The number under which these UIDs hold.
    public var uidValidity: UInt32
    /// True where the messages were numbered anew since the given place, so that these are from the first one on.
    public var isRenumbered: Bool
    /// By ascending UID.
    public var entries: [Entry]
    /// True where the limit left some off: they come after the last of these.
    public var hasMore: Bool

    public init(uidValidity: UInt32, isRenumbered: Bool, entries: [Entry], hasMore: Bool) {
        self.uidValidity = uidValidity
        self.isRenumbered = isRenumbered
        self.entries = entries
        self.hasMore = hasMore
    }
}

/// One message of a mailbox.
public enum MailboxMessage: Sendable, Hashable {
    /// Its bytes, as they were received.
    case whole([UInt8])
    /// It is longer than what was allowed, and was not fetched; by its size in bytes.
    case oversize(Int)
    /// It is no longer there.
    case gone
}
