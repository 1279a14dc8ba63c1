// SPDX-License-Identifier: Apache-2.0

/// Of all messages that a server lists, those with the lowest UIDs after one, as many as are wanted.
struct LowestEntries {
    let limit: Int
    /// The server lists the last message even where it is not after this.
    let after: UInt32
    let uidValidity: UInt32
    private(set) var hasMore = false
    private var sizes: [(uid: UInt32, size: Int)] = []

    init(limit: Int, after: UInt32, uidValidity: UInt32) {
        self.limit = limit
        self.after = after
        self.uidValidity = uidValidity
    }

    mutating func take(_ response: IMAPResponse) {
        guard let entry = response.entry, entry.uid > after else { return }
        sizes.append(entry)
        // Twice as many are held before the higher half goes.
        if sizes.count / 2 >= limit { trim() }
    }

    var entries: [MailboxListing.Entry] {
        sizes.sorted { $0.uid < $1.uid }.prefix(limit).map { entry in
            let position = MailboxPosition(uidValidity: uidValidity, uid: entry.uid)
            return MailboxListing.Entry(position: position, size: entry.size)
        }
    }

    /// To be called once, after the last response.
    mutating func finish() { if sizes.count > limit { trim() } }

    private mutating func trim() {
        sizes = Array(sizes.sorted { $0.uid < $1.uid }.prefix(limit))
        hasMore = true
    }
}

extension IMAPResponse {
    /// UID and size, where it tells both.
    var entry: (uid: UInt32, size: Int)? {
        guard let attributes, case .atom(let uid) = attributes["UID"], case .atom(let size) = attributes["RFC822.SIZE"],
            let uid = UInt32(uid), let size = Int(size), size >= 0
        else { return nil }
        return (uid, size)
    }

    /// UID and bytes, where it tells both. A server may call all of a message `BODY[]` or `BODY[]<0>`.
    var body: (uid: UInt32, bytes: [UInt8])? {
        guard let attributes, case .atom(let uid) = attributes["UID"], let uid = UInt32(uid),
            case .bytes(let bytes) = attributes["BODY[]<0>"] ?? attributes["BODY[]"]
        else { return nil }
        return (uid, bytes)
    }
}
