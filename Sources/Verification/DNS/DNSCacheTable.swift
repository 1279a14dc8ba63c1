// SPDX-License-Identifier: Apache-2.0

/// Replies and when their time is up, the most recently used ones where there are too many. Pure: the time is given.
struct DNSCacheTable {
    struct Key: Sendable, Hashable {
        /// In normal form.
        var name: String
        var type: DNSRecordType
    }

    private struct Entry {
        var key: Key
        var reply: DNSReply
        /// When it may no longer be given out, in the clock's uptime.
        var end: Duration
        /// The neighbours in the order of use; nil at its ends.
        var newer: Int?
        var older: Int?
    }

    /// The longest time for which anything is kept: a day (RFC 2308, 5; RFC 8767, 4, allows for less than the TTL).
    static let longestTime = Duration.seconds(86_400)
    /// How long a server's failure is kept (RFC 9520, 3.2: at most 5 minutes).
    static let timeOfFailure = Duration.seconds(30)
    /// How long a silence is kept: the network may be back in a moment (RFC 9520, 3.2: at least 1 s).
    static let timeOfSilence = Duration.seconds(5)
    /// An answer with more records isn't kept, nor is one with more octets of text.
    static let maximumRecords = 64
    static let maximumText = 4_096

    private let maximumEntries: Int
    private var entries: [Entry] = []
    private var indexOfKey: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?

    init(maximumEntries: Int) { self.maximumEntries = maximumEntries }

    var count: Int { entries.count }

    /// Returns what is kept, with the time that is left of it; nil where nothing is, or its time is up.
    mutating func reply(for key: Key, at now: Duration) -> DNSReply? {
        guard let index = indexOfKey[key] else { return nil }
        let left = entries[index].end - now
        guard left > .zero else {
            remove(index)
            return nil
        }
        detach(index)
        attach(index)
        return entries[index].reply.with(timeToLive: left)
    }

    /// Keeps a reply for as long as it may be. Where the table is full, what wasn't used for the longest time goes.
    mutating func keep(_ reply: DNSReply, for key: Key, at now: Duration) {
        if let index = indexOfKey[key] { remove(index) }
        let time = Self.time(for: reply)
        guard time > .zero else { return }
        if entries.count >= maximumEntries, let oldest { remove(oldest) }
        entries.append(Entry(key: key, reply: reply, end: now + time))
        indexOfKey[key] = entries.count - 1
        attach(entries.count - 1)
    }

    /// How long a reply may be kept; zero: not at all.
    static func time(for reply: DNSReply) -> Duration {
        switch reply {
        case .records(let answer):
            let text = answer.records.reduce(0) { sum, record in
                guard case .text(let text) = record else { return sum }
                return sum + text.count
            }
            let isSmall = answer.records.count <= maximumRecords && text <= maximumText
            return isSmall ? min(answer.timeToLive, longestTime) : .zero
        case .noData(let time), .noSuchDomain(let time): return min(time, longestTime)
        case .failed(let failure):
            switch failure.kind {
            case .serverFailure, .refused, .otherCode, .malformed, .referral, .tooManyAliases: return timeOfFailure
            case .timedOut, .unreachable: return timeOfSilence
            case .tooManyHosts, .badName, .cancelled, .closed, .overloaded: return .zero
            }
        }
    }

    /// The last entry moves to the place that becomes free.
    private mutating func remove(_ index: Int) {
        detach(index)
        indexOfKey[entries[index].key] = nil
        let last = entries.removeLast()
        guard index < entries.count else { return }
        entries[index] = last
        indexOfKey[last.key] = index
        if let newer = last.newer { entries[newer].older = index } else { newest = index }
        if let older = last.older { entries[older].newer = index } else { oldest = index }
    }

    private mutating func detach(_ index: Int) {
        let (newer, older) = (entries[index].newer, entries[index].older)
        if let newer { entries[newer].older = older } else { newest = older }
        if let older { entries[older].newer = newer } else { oldest = newer }
        (entries[index].newer, entries[index].older) = (nil, nil)
    }

    private mutating func attach(_ index: Int) {
        (entries[index].newer, entries[index].older) = (nil, newest)
        if let newest { entries[newest].newer = index } else { oldest = index }
        newest = index
    }
}
