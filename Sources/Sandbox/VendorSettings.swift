// SPDX-License-Identifier: Apache-2.0

/// How one vendor behaves: how slow, how broken, how strict, how rich.
///
/// Rates are shares of requests from 0 to 1. They are drawn one after the other, so their sum is at most 1.
public struct VendorSettings: Sendable, Hashable {
    /// The time before an answer, in milliseconds.
    public var latencyMilliseconds = 0
    /// The largest time added to it at random, in milliseconds.
    public var jitterMilliseconds = 0
    /// The share answered by a 5xx; nothing is charged.
    public var errorRate = 0.0
    /// The share whose connection is closed before anything is done; nothing is charged.
    public var resetRate = 0.0
    /// The share that is done and charged, and whose connection is closed instead of an answer.
    public var lostRate = 0.0
    /// The share that is done and charged, and answered by a body that breaks off half way.
    public var malformedRate = 0.0
    /// The share that is done and charged, and never answered.
    public var hangRate = 0.0
    /// How long a request that is never answered is held before its connection is closed, in milliseconds.
    public var hangMilliseconds = 60_000
    /// The requests admitted per second; `nil` is without limit.
    public var requestsPerSecond: Int?
    /// The credits on the account, in the vendor's own unit.
    public var credits = 1_000_000
    /// The verification credits, where the vendor keeps them apart (Findymail alone).
    public var verifierCredits = 1_000_000
    /// How many polls of a job are answered "not yet", at least.
    public var pendingPolls = 0
    /// How long a job is answered "not yet", at least, in milliseconds.
    public var pendingMilliseconds = 0

    /// The settings of a vendor that answers at once and never fails.
    public init() {}

    /// The largest value that a number of milliseconds can have.
    static let millisecondsMax = 600_000
    /// The largest balance that can be set.
    static let creditsMax = 1_000_000_000_000
}

// MARK: - JSON

extension VendorSettings {
    var json: JSON {
        [
            "latency_ms": .integer(latencyMilliseconds), "jitter_ms": .integer(jitterMilliseconds),
            "error_rate": .number(errorRate), "reset_rate": .number(resetRate),
            "lost_rate": .number(lostRate), "malformed_rate": .number(malformedRate),
            "hang_rate": .number(hangRate), "hang_ms": .integer(hangMilliseconds),
            "requests_per_second": requestsPerSecond.map { .integer($0) } ?? .null,
            "credits": .integer(credits), "verifier_credits": .integer(verifierCredits),
            "pending_polls": .integer(pendingPolls), "pending_ms": .integer(pendingMilliseconds),
        ]
    }

    /// Takes over one member of a JSON object; returns what is wrong with it, or `nil`.
    mutating func set(_ name: String, to value: JSON) -> String? {
        switch name {
        case "latency_ms": Self.set(&latencyMilliseconds, to: value, max: Self.millisecondsMax)
        case "jitter_ms": Self.set(&jitterMilliseconds, to: value, max: Self.millisecondsMax)
        case "hang_ms": Self.set(&hangMilliseconds, to: value, max: Self.millisecondsMax)
        case "pending_ms": Self.set(&pendingMilliseconds, to: value, max: Self.millisecondsMax)
        case "pending_polls": Self.set(&pendingPolls, to: value, max: 1_000)
        case "credits": Self.set(&credits, to: value, max: Self.creditsMax)
        case "verifier_credits": Self.set(&verifierCredits, to: value, max: Self.creditsMax)
        case "error_rate": Self.set(&errorRate, to: value)
        case "reset_rate": Self.set(&resetRate, to: value)
        case "lost_rate": Self.set(&lostRate, to: value)
        case "malformed_rate": Self.set(&malformedRate, to: value)
        case "hang_rate": Self.set(&hangRate, to: value)
        case "requests_per_second": setRequestsPerSecond(to: value)
        default:
            "there is no such setting; there are "
                + (json.members ?? []).map(\.name).joined(separator: ", ")
        }
    }

    private mutating func setRequestsPerSecond(to value: JSON) -> String? {
        guard value != .null else {
            requestsPerSecond = nil
            return nil
        }
        var rate = 0
        let problem = Self.set(&rate, to: value, max: 1_000_000)
        if problem == nil { requestsPerSecond = rate }
        return problem
    }

    private static func set(_ target: inout Int, to value: JSON, max: Int) -> String? {
        guard let integer = value.integer, (0...max).contains(integer) else {
            return "must be a whole number from 0 to \(max)"
        }
        target = integer
        return nil
    }

    private static func set(_ target: inout Double, to value: JSON) -> String? {
        guard let double = value.double, (0...1).contains(double) else {
            return "must be a number from 0 to 1"
        }
        target = double
        return nil
    }
}
