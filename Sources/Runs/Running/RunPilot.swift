// SPDX-License-Identifier: Apache-2.0

public import WaterfallEngine

/// Decides how many rows are in flight, and when a run stops. Pure: it is told what happened.
///
/// The number grows by one for each row that ends while no limit made work wait for long, and shrinks by a quarter
/// where one did: so it settles where the vendors' limits are used, and no row waits its time out in a queue.
public struct RunPilot: Sendable, Hashable {
    /// Why no further row is begun.
    public enum Stop: Sendable, Hashable {
        /// A cap or the balance refuses a row though nothing else is under way.
        case refused(Refusal)
        /// So many rows on end got no answer from anybody.
        case nobodyAnswers
        case interrupted
        /// So many rows were asked for.
        case limit
    }

    /// Rows on end that nobody answers before the run stops.
    public static let patience = 20
    /// Rows in flight at first, and at least where limits allow.
    static let start = 16
    /// A wait that makes the number shrink.
    static let longWait = Duration.seconds(2)

    public private(set) var inFlight = 0
    public private(set) var target: Int
    public private(set) var stop: Stop?
    /// Rows that nobody answered since the last one that somebody did, oldest first.
    public private(set) var unanswered: [Int64] = []
    private let bound: Int
    private var rest: Int

    /// - Parameters:
    ///   - bound: rows in flight at most.
    ///   - limit: rows to begin at most; nil for all.
    public init(bound: Int, limit: Int? = nil) {
        self.bound = max(1, bound)
        target = min(Self.start, self.bound)
        rest = limit ?? .max
        if rest <= 0 { stop = .limit }
    }

    /// True where another row may begin.
    public var hasRoom: Bool { stop == nil && inFlight < target }

    public mutating func began() {
        inFlight += 1
        rest -= 1
        if rest <= 0 { stop = stop ?? .limit }
    }

    /// A row is begun once more, or goes on: it was counted.
    public mutating func beganAgain() { inFlight += 1 }

    /// A row has its answer.
    ///
    /// - Parameter wait: the longest that a limit made work wait since the last row ended.
    public mutating func answered(_ row: Int64, _ outcome: RowOutcome, wait: Duration) {
        inFlight -= 1
        if outcome == .failed {
            unanswered.append(row)
            if unanswered.count >= Self.patience { stop = stop ?? .nobodyAnswers }
        } else if outcome != .refused {
            unanswered = []
        }
        if wait >= Self.longWait {
            target = max(1, target * 3 / 4)
        } else if inFlight + 1 >= target, target < bound {
            target += 1
        }
    }

    /// A row was refused by a cap that others under way may leave room in, or by one that is passed for good.
    ///
    /// - Returns: true where the row may be tried once others have ended.
    public mutating func refused(_ refusal: Refusal) -> Bool {
        inFlight -= 1
        guard inFlight > 0 else {
            stop = stop ?? .refused(refusal)
            return false
        }
        target = max(1, inFlight / 2)
        return true
    }

    /// A row ended without an answer, and stays as it is.
    public mutating func left() { inFlight -= 1 }
}

extension Refusal {
    /// True where what was refused is the run's, the team's or the user's to spend, and not one row's.
    public var endsRun: Bool {
        switch bound {
        case .balance: true
        case .suppression: false
        case .cap(let key): !key.hasPrefix("caps.prospect.")
        }
    }
}
