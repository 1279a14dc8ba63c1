// SPDX-License-Identifier: Apache-2.0

/// How often a vendor answered what, and what it charged.
struct Counters: Sendable {
    var requests = 0
    var hits = 0
    var misses = 0
    var pending = 0
    var refused = 0
    var throttled = 0
    var outOfCredits = 0
    var rejected = 0
    var failed = 0
    /// Requests that met a fault that was asked for by the settings.
    var faults = 0
    var chargedMilliunits = 0

    mutating func count(_ outcome: Reply.Outcome) {
        switch outcome {
        case .hit: hits += 1
        case .miss: misses += 1
        case .pending: pending += 1
        case .account: break
        case .refused: refused += 1
        case .throttled: throttled += 1
        case .outOfCredits: outOfCredits += 1
        case .rejected: rejected += 1
        case .failed: failed += 1
        }
    }

    var errors: Int { refused + throttled + outOfCredits + rejected + failed + faults }

    var members: [JSON.Member] {
        [
            .init(name: "requests", value: .integer(requests)),
            .init(name: "hits", value: .integer(hits)),
            .init(name: "misses", value: .integer(misses)),
            .init(name: "pending", value: .integer(pending)),
            .init(name: "errors", value: .integer(errors)),
            .init(name: "refused", value: .integer(refused)),
            .init(name: "throttled", value: .integer(throttled)),
            .init(name: "out_of_credits", value: .integer(outOfCredits)),
            .init(name: "rejected", value: .integer(rejected)),
            .init(name: "failed", value: .integer(failed)),
            .init(name: "faults", value: .integer(faults)),
            .init(name: "charged", value: Desk.json(milliunits: chargedMilliunits)),
        ]
    }
}
