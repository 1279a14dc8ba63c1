// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// When a provider may be called next: several windows at once, a pause that the vendor asked for, and what the vendor
/// itself says is left (`semantics.md`, 7.5). Pure: moments and replies' facts in, decisions out.
///
/// A reply that says "n are left" was written when its own call was counted; other calls on the way then may be counted
/// in it or not, and are taken for uncounted. So a reply fixes how many calls may have gone before the reset. Replies
/// overtake each other: of one window the lowest number is the latest, and who told a higher one was counted before.
struct CallSchedule: Sendable {
    /// How long a number of a window holds whose reset nobody names: 5 minutes. The window may have been opened long
    /// ago, so the vendor is asked again from time to time, which costs nothing.
    static let longestGuess: Duration = .seconds(300)

    /// What a call is told.
    enum Turn: Sendable, Hashable {
        /// It goes now, and is counted as gone.
        case goes
        /// It asks again at the moment, by `depart`.
        case waits(until: Duration)
    }

    private struct Quota: Sendable {
        let name: String
        /// The lowest number that was told.
        var remaining: Int
        /// How many of the calls that have gone are counted in it for certain.
        var counted: Int
        /// What `ended` is, at least, when a call is sent after the number was heard.
        var heard: Int
        /// When the window starts anew at the latest.
        var end: Duration
        /// Until when the number holds.
        var resetsAt: Duration

        /// How many calls may have gone before the reset.
        var ceiling: Int {
            let (sum, overflow) = counted.addingReportingOverflow(remaining)
            return overflow ? .max : sum
        }
    }

    private var windows: [SlidingWindow]
    private var quotas: [Quota] = []
    /// When the pause that the vendor asked for ends; past where there is none.
    private(set) var pausedUntil: Duration = .zero
    /// Calls that have gone so far.
    private(set) var gone = 0
    /// Those of them that have ended.
    private(set) var ended = 0

    init(_ limits: [RateLimit]) { windows = limits.map(SlidingWindow.init) }

    /// The earliest moment, not before `now`, at which another call may go.
    func earliest(from now: Duration) -> Duration {
        windows.reduce(max(now, heldUntil)) { max($0, $1.earliest(from: $0)) }
    }

    /// True where the next call can't go at once. Takes nothing.
    func isFull(at now: Duration) -> Bool { earliest(from: now) > now }

    /// How many more calls may go by what the vendor itself said; without a word of it, as many as one likes.
    func left(at now: Duration) -> Int {
        quotas.filter { $0.resetsAt > now }.map { max(0, $0.ceiling - gone) }.min() ?? .max
    }

    /// Reserves the next call where it can go before `deadline`; nil where it can't.
    mutating func reserve(at now: Duration, before deadline: Duration) -> Turn? {
        let moment = earliest(from: now)
        guard moment < deadline else { return nil }
        for index in windows.indices { windows[index].count(at: moment) }
        guard moment <= now else { return .waits(until: moment) }
        gone += 1
        return .goes
    }

    /// Lets a call go for which `moment` was reserved, unless the vendor has said something since: then another moment
    /// is reserved, or none is left.
    mutating func depart(_ moment: Duration, at now: Duration, before deadline: Duration) -> Turn? {
        guard now >= moment else { return .waits(until: moment) }
        guard heldUntil <= now else { return reserve(at: now, before: deadline) }
        gone += 1
        return .goes
    }

    /// A call that had gone has ended, whatever came of it.
    mutating func end() {
        precondition(ended < gone, "a call ended that had not gone")
        ended += 1
    }

    /// Counts a call of an earlier process.
    mutating func replay(at moment: Duration) {
        for index in windows.indices { windows[index].count(at: moment) }
    }

    /// Nothing goes before the moment: the vendor said so.
    mutating func pause(until moment: Duration) { pausedUntil = max(pausedUntil, moment) }

    /// Believes what a reply says of one window. To be told before its call has ended.
    ///
    /// - Parameter mark: what `ended` was when the call was sent: those that had ended are counted in the reply.
    mutating func believe(_ window: QuotaWindow, mark: Int, at now: Duration) {
        quotas.removeAll { $0.resetsAt <= now }
        let fresh = Quota(
            name: window.name, remaining: window.remaining, counted: mark + 1, heard: ended + 1,
            end: now + window.longestTime, resetsAt: now + window.holdingTime)
        guard let index = quotas.firstIndex(where: { $0.name == window.name }) else {
            if quotas.count < QuotaHeaders.maximumWindows { quotas.append(fresh) }
            return
        }
        let known = quotas[index]
        let isLater = mark >= known.heard
        let isLower = window.remaining <= known.remaining
        guard isLower || !isLater else {
            // More is left than a call sent before was told: a new window.
            quotas[index] = fresh
            return
        }
        quotas[index].counted = max(known.counted + 1, fresh.counted)
        if isLower {
            quotas[index].remaining = window.remaining
            quotas[index].heard = fresh.heard
        }
        // A reply that was slow makes its reset seem later than it is. The newest word holds all the same.
        switch window.reset {
        case .after: quotas[index].resetsAt = isLater ? fresh.resetsAt : min(known.resetsAt, fresh.resetsAt)
        case .within: quotas[index].resetsAt = min(known.end, fresh.resetsAt)
        }
    }

    /// When the pause and every quota that is used up are over.
    private var heldUntil: Duration {
        quotas.reduce(pausedUntil) { gone >= $1.ceiling ? max($0, $1.resetsAt) : $0 }
    }
}

extension QuotaWindow {
    /// How long it may be until the window starts anew.
    fileprivate var longestTime: Duration {
        switch reset {
        case .after(let time), .within(let time): time
        }
    }

    /// How long what it says holds, unless another reply comes.
    fileprivate var holdingTime: Duration {
        switch reset {
        case .after(let time): time
        case .within(let time): min(time, CallSchedule.longestGuess)
        }
    }
}
