// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// The ledger in plain words: what the store must come to, without rows, accounts, transactions or a chain. Amounts are
/// whole credits; an email costs 1, a phone 8.
struct ReferenceLedger {
    struct Lot {
        var grant: Identifier<CreditGrant>?
        var priority: Int
        var effectiveAt: Timestamp
        var expiresAt: Timestamp?
        var free: Int64
        var isClosed = false
    }

    /// What is held for one datum: how much of which lot; nil where nothing limits.
    typealias Parts = [(lot: Int?, amount: Int64)]

    struct Open {
        var request: DataRequest
        var holds: [Datum: Parts]
        var expiresAt: Timestamp
        var settled: Set<Datum> = []
        var captured: Int64 = 0
    }

    struct Sold {
        var address: String
        var requestCreatedAt: Timestamp
        var amount: Int64
        /// The ends of the lots that paid; nil where one of them has none.
        var ends: [Timestamp?]
        var isRefunded = false
    }

    struct Person {
        var emails: [String: EmailStatus] = [:]
        var sold: [Sold] = []
        var hasPhone = false

        var hasEmail: Bool { emails.values.contains(.verified) }
        var isEmailPaid: Bool { sold.contains { !$0.isRefunded } }
    }

    struct Message {
        var message: OutgoingMessage
        var person: String
    }

    let plan: CreditPlan?
    private(set) var lots: [Lot] = []
    private(set) var open: [Open] = []
    private(set) var people: [String: Person] = [:]
    private(set) var messages: [Message] = []
    private var bounced: Set<String> = []
    private var due: [(cycle: Int, amount: Int64, ends: [Timestamp?])] = []
    private var captures: [(at: Timestamp, amount: Int64)] = []
    private var cycle: (number: Int, start: Timestamp, end: Timestamp)?

    init(plan: CreditPlan?) { self.plan = plan }

    private var isLimited: Bool { plan != nil || !lots.isEmpty }

    // MARK: What the balance says

    func available(at now: Timestamp) -> Int64? {
        guard isLimited else { return nil }
        return usable(at: now).reduce(0) { $0 + lots[$1].free }
    }

    var held: Int64 { open.flatMap(\.holds.values).joined().reduce(0) { $0 + $1.amount } }
    var refundDue: Int64 { due.reduce(0) { $0 + $1.amount } }

    var spent: Int64 {
        let start = plan == nil ? Timestamp(microseconds: .min) : cycle?.start ?? Timestamp(microseconds: .min)
        return captures.reduce(0) { $1.at >= start ? $0 + $1.amount : $0 }
    }

    private func usable(at now: Timestamp) -> [Int] {
        lots.indices.filter { index in
            let lot = lots[index]
            return !lot.isClosed && lot.effectiveAt <= now && lot.expiresAt.map { now < $0 } ?? true
        }.sorted { left, right in
            let (a, b) = (lots[left], lots[right])
            if a.priority != b.priority { return a.priority < b.priority }
            let never = Timestamp(microseconds: .max)
            if a.expiresAt != b.expiresAt { return a.expiresAt ?? never < b.expiresAt ?? never }
            return a.effectiveAt != b.effectiveAt ? a.effectiveAt < b.effectiveAt : left < right
        }
    }

    // MARK: Time

    mutating func advance(to now: Timestamp) {
        let calendar = plan ?? CreditPlan(grant: .zero)
        if cycle == nil {
            let bounds = BillingCycle(containing: now, of: calendar)
            cycle = (1, bounds.startsAt, bounds.endsAt)
            grantPlan()
        }
        while let current = cycle, current.end <= now {
            close(until: current.end)
            let end = BillingCycle(containing: current.end, of: calendar).endsAt
            cycle = (current.number + 1, current.end, end)
            grantPlan()
            for refund in due where refund.cycle <= current.number + 1 {
                let isEndless = refund.ends.contains { $0 == nil }
                let last = refund.ends.compactMap(\.self).reduce(end, max)
                lots.append(
                    Lot(
                        priority: 100, effectiveAt: current.end, expiresAt: isEndless ? nil : last,
                        free: refund.amount))
            }
            due.removeAll { $0.cycle <= current.number + 1 }
        }
        close(until: now)
    }

    private mutating func grantPlan() {
        guard let plan, let cycle else { return }
        lots.append(
            Lot(
                priority: 100, effectiveAt: cycle.start, expiresAt: plan.rollover ? nil : cycle.end,
                free: plan.grant.millis / 1_000))
    }

    private mutating func close(until now: Timestamp) {
        for index in lots.indices where !lots[index].isClosed && lots[index].expiresAt.map({ $0 <= now }) ?? false {
            lots[index].isClosed = true
            lots[index].free = 0
        }
    }

    mutating func expireHolds(at now: Timestamp) {
        for index in open.indices where open[index].expiresAt <= now {
            for parts in open[index].holds.values { giveBack(parts) }
            open[index].holds = [:]
        }
    }

    private mutating func giveBack(_ parts: Parts) {
        for (lot, amount) in parts {
            if let lot, !lots[lot].isClosed { lots[lot].free += amount }
        }
    }

    // MARK: Operations

    mutating func grant(_ grant: CreditGrant) {
        advance(to: grant.grantedAt)
        lots.append(
            Lot(
                grant: grant.id, priority: grant.priority, effectiveAt: grant.effectiveAt, expiresAt: grant.expiresAt,
                free: grant.credits.millis / 1_000))
    }

    mutating func void(_ grant: Identifier<CreditGrant>, at now: Timestamp) {
        advance(to: now)
        guard let index = lots.firstIndex(where: { $0.grant == grant }) else { return }
        lots[index].isClosed = true
        lots[index].free = 0
    }

    /// Returns what is held; nil for a refusal.
    mutating func admit(_ request: DataRequest, holdsFor: Duration) -> Int64? {
        let now = request.createdAt
        advance(to: now)
        expireHolds(at: now)
        let person = people[name(request), default: Person()]
        let missing = request.access.filter { !isHad($0, person) }.sorted()
        let cost = missing.reduce(0) { $0 + Self.price($1) }
        if let available = available(at: now), available < cost { return nil }
        var holds: [Datum: Parts] = [:]
        for datum in missing { holds[datum] = take(Self.price(datum), at: now) }
        open.append(Open(request: request, holds: holds, expiresAt: now + holdsFor))
        return cost
    }

    private func isHad(_ datum: Datum, _ person: Person) -> Bool {
        datum == .email ? person.hasEmail || person.isEmailPaid : person.hasPhone
    }

    private mutating func take(_ amount: Int64, at now: Timestamp) -> Parts {
        guard isLimited else { return [(nil, amount)] }
        var (rest, parts) = (amount, [] as Parts)
        for index in usable(at: now) where rest > 0 && lots[index].free > 0 {
            let part = min(rest, lots[index].free)
            lots[index].free -= part
            rest -= part
            parts.append((index, part))
        }
        return parts
    }

    /// Settles the email of an open request. Returns what is charged; nil where nothing is, or it is withheld.
    mutating func settleEmail(_ address: String?, isVerified: Bool, of index: Int, at now: Timestamp) -> Int64? {
        advance(to: now)
        let name = name(open[index].request)
        var person = people[name, default: Person()]
        defer { people[name] = person }
        let isOld = address.map { person.emails[$0] == .bounced } ?? false
        let isNew = !person.hasEmail && !person.isEmailPaid
        let isSold = address != nil && isVerified && !isOld && isNew
        let parts = resolve(.email, isSold: isSold, of: index, at: now)
        guard let address, !isOld else { return nil }
        guard isSold else {
            let known = person.emails[address]
            if isVerified {
                if known != nil || !person.hasEmail { person.emails[address] = .verified }
            } else if known == nil || known == .locked {
                person.emails[address] = .unverified
            }
            return nil
        }
        guard let parts else {
            person.emails[address] = .locked
            return nil
        }
        person.emails[address] = .verified
        person.sold.append(
            Sold(
                address: address, requestCreatedAt: open[index].request.createdAt, amount: Self.price(.email),
                ends: parts.map { $0.lot.flatMap { lots[$0].expiresAt } }))
        return Self.price(.email)
    }

    mutating func settlePhone(isUsable: Bool, of index: Int, at now: Timestamp) -> Int64? {
        advance(to: now)
        let name = name(open[index].request)
        let isSold = isUsable && !people[name, default: Person()].hasPhone
        guard resolve(.phone, isSold: isSold, of: index, at: now) != nil else { return nil }
        people[name, default: Person()].hasPhone = true
        return Self.price(.phone)
    }

    /// Captures or gives back what is held for a datum. Returns what paid; nil where nothing did.
    private mutating func resolve(_ datum: Datum, isSold: Bool, of index: Int, at now: Timestamp) -> Parts? {
        open[index].settled.insert(datum)
        let held = open[index].holds.removeValue(forKey: datum) ?? []
        guard isSold else {
            giveBack(held)
            return nil
        }
        let price = Self.price(datum)
        var parts = held
        if held.isEmpty {
            if let available = available(at: now), available < price { return nil }
            parts = take(price, at: now)
        }
        captures.append((now, price))
        open[index].captured += price
        return parts
    }

    mutating func close(_ index: Int) {
        for parts in open[index].holds.values { giveBack(parts) }
        open.remove(at: index)
    }

    /// Returns false where the address has bounced.
    mutating func register(_ message: OutgoingMessage, of person: String) -> Bool {
        if message.source == .weir, bounced.contains(message.address) { return false }
        messages.append(Message(message: message, person: person))
        return true
    }

    mutating func report(_ bounce: BounceNotice, of message: Message) -> RefundClaim.Reason {
        advance(to: bounce.receivedAt)
        let address = message.message.address
        var person = people[message.person, default: Person()]
        defer { people[message.person] = person }
        let sold = person.sold.firstIndex { $0.address == address }
        if bounce.class == .hard {
            bounced.insert(address)
            if let status = person.emails[address], status != .locked { person.emails[address] = .bounced }
        }
        guard bounce.class == .hard else { return .softBounce }
        guard message.message.source == .weir else { return .external }
        guard let sold else { return .notCharged }
        guard !person.sold[sold].isRefunded else { return .alreadyRefunded }
        guard message.message.sentAt >= person.sold[sold].requestCreatedAt else { return .tooEarly }
        guard message.message.sentAt <= person.sold[sold].requestCreatedAt + .days(30) else { return .tooLate }
        person.sold[sold].isRefunded = true
        due.append(((cycle?.number ?? 0) + 1, person.sold[sold].amount, person.sold[sold].ends))
        return .hardBounce
    }

    func name(_ request: DataRequest) -> String { request.prospect.fullName ?? "" }

    static func price(_ datum: Datum) -> Int64 { datum == .email ? 1 : 8 }
}
