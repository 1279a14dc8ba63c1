// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What the vendors charged, in order: the newest ``countMax`` charges.
final class ChargeLog: Sendable {
    /// How many charges are kept.
    static let countMax = 100_000

    /// One charge.
    struct Charge: Sendable {
        /// Counts from 1, over all vendors, since the start or the last reset.
        var number: Int
        var vendor: String
        /// The path that was asked, without ids.
        var endpoint: String
        /// The email, or the name and domain, that was charged for.
        var subject: String
        /// In thousandths of the vendor's credit.
        var milliunits: Int

        var json: JSON {
            [
                "number": .integer(number), "vendor": .text(vendor), "endpoint": .text(endpoint),
                "subject": .text(subject), "units": Desk.json(milliunits: milliunits),
            ]
        }
    }

    private struct State {
        var charges: [Charge] = []
        var oldest = 0
        var count = 0
    }

    private let state = Mutex(State())

    func append(vendor: String, endpoint: String, subject: String, milliunits: Int) {
        state.withLock { state in
            state.count += 1
            let charge = Charge(
                number: state.count, vendor: vendor, endpoint: endpoint, subject: subject,
                milliunits: milliunits)
            guard state.charges.count == Self.countMax else {
                state.charges.append(charge)
                return
            }
            state.charges[state.oldest] = charge
            state.oldest = (state.oldest + 1) % Self.countMax
        }
    }

    func removeAll() {
        state.withLock { $0 = State() }
    }

    /// Returns the newest charges, the oldest of them first, and how many there were in all.
    func newest(_ count: Int) -> (charges: [Charge], total: Int) {
        state.withLock { state in
            let ordered = state.charges[state.oldest...] + state.charges[..<state.oldest]
            return (Array(ordered.suffix(count)), state.count)
        }
    }
}
