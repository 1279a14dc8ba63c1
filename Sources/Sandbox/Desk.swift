// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The state of one vendor: its settings, balance, counters and jobs; and the world that it looks into.
///
/// Every mutable thing is behind one lock, which is never held across a suspension.
final class Desk: Sendable {
    let vendor: SandboxVendor
    let world: World

    private let initial: VendorSettings
    private let seed: UInt64
    private let log: ChargeLog
    private let state: Mutex<State>

    /// How many repeats, polls and jobs are remembered; then all are forgotten.
    private static let memoryMax = 1_000_000

    private struct State {
        var settings: VendorSettings
        var balance: Int
        var verifierBalance: Int
        var counters = Counters()
        var tokens = 0.0
        var refilled: ContinuousClock.Instant?
        var paid: Set<UInt64> = []
        var draws: [UInt64: UInt64] = [:]
        var jobs: [String: Job] = [:]
        var jobCount: UInt64 = 0

        init(_ settings: VendorSettings) {
            self.settings = settings
            balance = settings.credits * 1000
            verifierBalance = settings.verifierCredits * 1000
        }
    }

    private struct Job {
        var reply: Reply
        var polls = 0
        var submitted: ContinuousClock.Instant
        var refund: Int
    }

    init(vendor: SandboxVendor, settings: VendorSettings, seed: UInt64, world: World, log: ChargeLog) {
        self.vendor = vendor
        self.world = world
        self.log = log
        self.seed = Dice.hash(vendor.id, from: Dice.mix(seed))
        initial = settings
        state = Mutex(State(settings))
    }

    // MARK: - Settings

    var settings: VendorSettings { state.withLock { $0.settings } }

    /// Changes settings; a balance that is set starts anew, one that isn't goes on.
    func apply(_ settings: VendorSettings, setsCredits: Bool, setsVerifierCredits: Bool) {
        state.withLock { state in
            state.settings = settings
            state.tokens = Double(settings.requestsPerSecond ?? 0)
            state.refilled = nil
            if setsCredits { state.balance = settings.credits * 1000 }
            if setsVerifierCredits { state.verifierBalance = settings.verifierCredits * 1000 }
        }
    }

    /// Goes back to how the sandbox was started.
    func reset() {
        state.withLock { $0 = State(initial) }
    }

    // MARK: - What happens to a request

    /// What a request meets beside its answer.
    enum Fault: Sendable {
        case none, error, reset, lost, malformed, hang
    }

    /// Draws the latency, in milliseconds, and the fault of a request.
    ///
    /// The draw depends on what is asked and how often it was asked, not on the order of requests, so that a
    /// run with many at once meets the same faults each time, and a retry has a draw of its own.
    func draw(for identity: UInt64) -> (milliseconds: Int, fault: Fault) {
        state.withLock { state in
            state.counters.requests += 1
            let settings = state.settings
            let shares: [(Fault, Double)] = [
                (.error, settings.errorRate), (.reset, settings.resetRate), (.lost, settings.lostRate),
                (.malformed, settings.malformedRate), (.hang, settings.hangRate),
            ]
            guard settings.jitterMilliseconds > 0 || shares.contains(where: { $0.1 > 0 }) else {
                return (settings.latencyMilliseconds, .none)
            }
            if state.draws.count >= Self.memoryMax { state.draws.removeAll() }
            let ordinal = state.draws[identity, default: 0]
            state.draws[identity] = ordinal + 1
            let roll = Dice.mix(identity ^ Dice.mix(seed &+ ordinal))
            let jitter = Dice.pick(Dice.mix(roll &+ 1), of: settings.jitterMilliseconds + 1)
            var unit = Dice.unit(roll)
            for (fault, share) in shares {
                if unit < share { return (settings.latencyMilliseconds + jitter, fault) }
                unit -= share
            }
            return (settings.latencyMilliseconds + jitter, .none)
        }
    }

    /// Takes one request out of the rate; `false` where the rate is used up.
    func admits() -> Bool {
        state.withLock { state in
            guard let rate = state.settings.requestsPerSecond else { return true }
            let now = ContinuousClock.now
            if let refilled = state.refilled {
                let seconds = (now - refilled) / .seconds(1)
                state.tokens = min(Double(rate), state.tokens + seconds * Double(rate))
            } else {
                state.tokens = Double(rate)
            }
            state.refilled = now
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            return true
        }
    }

    /// The requests that the rate still admits at once, and the rate; `nil` where there is no limit.
    var allowance: (left: Int, rate: Int)? {
        state.withLock { state in
            state.settings.requestsPerSecond.map { (Int(state.tokens), $0) }
        }
    }

    func count(_ outcome: Reply.Outcome) {
        state.withLock { $0.counters.count(outcome) }
    }

    func countFault() {
        state.withLock { $0.counters.faults += 1 }
    }

    // MARK: - Credits

    /// The pools of credits that a vendor keeps.
    enum Pool: Sendable { case credits, verifications }

    /// Whether a balance covers a charge, in thousandths of a credit.
    func affords(_ milliunits: Int, from pool: Pool = .credits) -> Bool {
        balance(of: pool) >= milliunits
    }

    /// The balance, in thousandths of a credit.
    func balance(of pool: Pool = .credits) -> Int {
        state.withLock { pool == .credits ? $0.balance : $0.verifierBalance }
    }

    /// What was charged so far, in thousandths of a credit.
    var charged: Int { state.withLock { $0.counters.chargedMilliunits } }

    /// Charges and logs; `false`, and nothing happens, where the balance does not cover it.
    func charge(
        _ milliunits: Int, for subject: String, at endpoint: String, from pool: Pool = .credits
    ) -> Bool {
        guard milliunits > 0 else { return true }
        let isCharged = state.withLock { state in
            guard (pool == .credits ? state.balance : state.verifierBalance) >= milliunits else {
                return false
            }
            if pool == .credits { state.balance -= milliunits } else { state.verifierBalance -= milliunits }
            state.counters.chargedMilliunits += milliunits
            return true
        }
        if isCharged {
            log.append(vendor: vendor.id, endpoint: endpoint, subject: subject, milliunits: milliunits)
        }
        return isCharged
    }

    /// Takes credits off the balance that are not charged yet; `false` where it does not cover them.
    func hold(_ milliunits: Int) -> Bool {
        state.withLock { state in
            guard state.balance >= milliunits else { return false }
            state.balance -= milliunits
            return true
        }
    }

    /// Puts credits that were taken off by ``hold(_:)`` back on the balance.
    func release(_ milliunits: Int) {
        state.withLock { $0.balance += milliunits }
    }

    /// Turns credits that were taken off by ``hold(_:)`` into a charge.
    func capture(_ milliunits: Int, for subject: String, at endpoint: String) {
        state.withLock { $0.counters.chargedMilliunits += milliunits }
        log.append(vendor: vendor.id, endpoint: endpoint, subject: subject, milliunits: milliunits)
    }

    /// Remembers that something was paid for; `true` where it had been already.
    func wasPaid(_ thing: String) -> Bool {
        let hash = Dice.hash(thing)
        return state.withLock { state in
            if state.paid.count >= Self.memoryMax { state.paid.removeAll() }
            return !state.paid.insert(hash).inserted
        }
    }

    /// Whether something was paid for, without remembering it.
    func isPaid(_ thing: String) -> Bool {
        state.withLock { $0.paid.contains(Dice.hash(thing)) }
    }

    // MARK: - Jobs

    /// What a poll of a job finds.
    enum Poll: Sendable { case unknown, pending, ready(Reply) }

    /// Stores the answer of a job and returns the job's id, made by `makeID` from a number.
    ///
    /// `refund` milliunits go back to the balance when the job is first seen ready.
    func submit(_ reply: Reply, refund: Int = 0, makeID: (UInt64) -> String) -> String {
        state.withLock { state in
            if state.jobs.count >= Self.memoryMax { state.jobs.removeAll() }
            state.jobCount += 1
            let id = makeID(Dice.mix(seed &+ state.jobCount))
            state.jobs[id] = Job(reply: reply, submitted: .now, refund: refund)
            return id
        }
    }

    /// Whether a question that is asked again until it is answered has to be asked again; counts as a poll.
    ///
    /// Always `false` where no polls and no time are set to wait for.
    func isPending(_ identity: UInt64) -> Bool {
        let settings = settings
        guard settings.pendingPolls > 0 || settings.pendingMilliseconds > 0 else { return false }
        let id = String(identity)
        state.withLock { state in
            if state.jobs.count >= Self.memoryMax { state.jobs.removeAll() }
            if state.jobs[id] == nil {
                state.jobs[id] = Job(reply: Reply(202, .pending, [:]), submitted: .now, refund: 0)
            }
        }
        if case .ready = poll(id) { return false }
        return true
    }

    /// Polls a job once.
    func poll(_ id: String) -> Poll {
        state.withLock { state in
            guard var job = state.jobs[id] else { return .unknown }
            let settings = state.settings
            let age = ContinuousClock.now - job.submitted
            job.polls += 1
            let isReady =
                job.polls > settings.pendingPolls && age >= .milliseconds(settings.pendingMilliseconds)
            if isReady {
                state.balance += job.refund
                job.refund = 0
            }
            state.jobs[id] = job
            return isReady ? .ready(job.reply) : .pending
        }
    }

    // MARK: - For the state page

    var json: JSON {
        let (settings, balance, verifierBalance, counters) = state.withLock {
            ($0.settings, $0.balance, $0.verifierBalance, $0.counters)
        }
        var members: [JSON.Member] = [
            .init(name: "id", value: .text(vendor.id)),
            .init(name: "key", value: JSON(vendor.key)),
            .init(name: "credits_left", value: Self.json(milliunits: balance)),
        ]
        if vendor.id == "findymail" {
            members.append(
                .init(name: "verifier_credits_left", value: Self.json(milliunits: verifierBalance)))
        }
        members += counters.members
        members.append(.init(name: "settings", value: settings.json))
        return .object(members)
    }

    /// Thousandths as a number of credits: 500 is `0.5`.
    static func json(milliunits: Int) -> JSON {
        milliunits.isMultiple(of: 1000) ? .integer(milliunits / 1000) : .number(Double(milliunits) / 1000)
    }
}
