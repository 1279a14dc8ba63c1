// SPDX-License-Identifier: Apache-2.0

/// Who is under way on a loop: the bookkeeping of beginning, finishing, cancelling and stopping, without any I/O.
///
/// A transfer may finish while its cancellation is on its way from another thread, and its slot may hold
/// another transfer by the time that arrives. So a ticket names a slot *and* its generation, and each ticket is
/// ended exactly once: by whichever of `finish`, `cancel` and `stop` comes first.
struct InFlight {
    /// One thing under way. Worth nothing once it has ended.
    struct Ticket: Hashable {
        let slot: Int
        let generation: UInt32
    }

    /// How many may be under way at a time.
    let limit: Int
    /// How many are under way.
    private(set) var count = 0
    private(set) var isStopped = false
    private var slots: [Slot] = []
    private var free: [Int] = []

    private struct Slot {
        var generation: UInt32 = 0
        var isOpen = false
    }

    init(limit: Int) { self.limit = limit }

    /// Opens a slot, the one freed last first; nil after `stop` and where `limit` are open.
    mutating func begin() -> Ticket? {
        guard !isStopped, count < limit else { return nil }
        count += 1
        if let slot = free.popLast() {
            slots[slot].isOpen = true
            return Ticket(slot: slot, generation: slots[slot].generation)
        }
        slots.append(Slot(isOpen: true))
        return Ticket(slot: slots.count - 1, generation: 0)
    }

    /// True where the ticket has not ended yet.
    func isOpen(_ ticket: Ticket) -> Bool {
        slots[ticket.slot].isOpen && slots[ticket.slot].generation == ticket.generation
    }

    /// Ends the ticket. False where it has ended already: then nothing may be done for it.
    mutating func finish(_ ticket: Ticket) -> Bool { end(ticket) }

    /// Ends the ticket. False where it has ended already: then nothing may be done for it.
    mutating func cancel(_ ticket: Ticket) -> Bool { end(ticket) }

    /// Ends every open ticket and gives them back; from now on nothing begins.
    mutating func stop() -> [Ticket] {
        isStopped = true
        let open = slots.indices.filter { slots[$0].isOpen }
            .map { Ticket(slot: $0, generation: slots[$0].generation) }
        for ticket in open { _ = end(ticket) }
        return open
    }

    private mutating func end(_ ticket: Ticket) -> Bool {
        guard isOpen(ticket) else { return false }
        slots[ticket.slot].isOpen = false
        slots[ticket.slot].generation &+= 1
        free.append(ticket.slot)
        count -= 1
        return true
    }
}
