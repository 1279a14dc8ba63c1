// SPDX-License-Identifier: Apache-2.0

/// The places among a provider's calls in flight, given out in the order in which they were asked for. Pure: it says
/// who may go, and the caller wakes them.
struct CallPlaces: Sendable {
    /// Calls that wait at most; one more is told that there is no place.
    static let maximumWaiting = 100_000

    /// One caller's claim on a place.
    typealias Ticket = Int

    /// What a caller is told.
    enum Entry: Sendable, Hashable {
        case entered
        case waits(Ticket)
        case full
    }

    private let capacity: Int
    private(set) var inFlight = 0
    private var waiting: [Ticket] = []
    /// The first of `waiting` that still waits: taking the first is cheap however many there are.
    private var head = 0
    private var left: Set<Ticket> = []
    private var nextTicket = 0

    init(capacity: Int) {
        precondition(capacity > 0, "a provider takes at least one call at once")
        self.capacity = capacity
    }

    /// Callers that wait.
    var waitingCount: Int { waiting.count - head - left.count }

    /// True where the next caller has to wait.
    var isFull: Bool { inFlight >= capacity || waitingCount > 0 }

    /// Takes a place, or a ticket for one. Nobody passes those who wait.
    mutating func enter() -> Entry {
        if !isFull {
            inFlight += 1
            return .entered
        }
        guard waitingCount < Self.maximumWaiting else { return .full }
        nextTicket += 1
        waiting.append(nextTicket)
        return .waits(nextTicket)
    }

    /// Gives a place back. Returns who gets it; nil where nobody waits.
    mutating func leave() -> Ticket? {
        while head < waiting.count {
            let ticket = waiting[head]
            head += 1
            compact()
            if left.remove(ticket) == nil { return ticket }
        }
        precondition(inFlight > 0, "a place was given back that nobody had")
        inFlight -= 1
        return nil
    }

    /// Gives a ticket back that was not called.
    mutating func giveUp(_ ticket: Ticket) { left.insert(ticket) }

    private mutating func compact() {
        guard head == waiting.count || head >= 1_024 else { return }
        waiting.removeFirst(head)
        head = 0
    }
}
