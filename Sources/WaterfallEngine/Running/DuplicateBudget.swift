// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import Synchronization

/// What may be spent on asking again, after a crash, a vendor that bills every call and whose answer was lost
/// (`reliability.md`, B): a thousandth of the run's cost cap, in its unit; nothing without one.
public final class DuplicateBudget: Sendable {
    /// Of a run's cost cap, one part in so many.
    public static let share: Int64 = 1_000

    private let unit: String?
    private let left: Mutex<Int64>

    /// - Parameters:
    ///   - cap: the run's cost cap; nil allows nothing.
    ///   - spent: what was spent on repeats already, one entry a unit.
    public init(cap: Amount?, spent: [Amount] = []) {
        unit = cap?.unit
        let used = spent.reduce(0) { $1.unit == cap?.unit ? $0 + $1.micros : $0 }
        left = Mutex(max(0, (cap?.micros ?? 0) / Self.share - used))
    }

    /// Takes what a repeat may cost; false where it is not there. What costs nothing is always there.
    func take(_ cost: Amount) -> Bool {
        guard cost.micros > 0 else { return true }
        guard cost.unit == unit else { return false }
        return left.withLock { left in
            guard cost.micros <= left else { return false }
            left -= cost.micros
            return true
        }
    }
}
