// SPDX-License-Identifier: Apache-2.0

internal import WaterfallEngine

/// Lets the first row of a company go before the others of it: what it finds of the company (its office phone, or that
/// there is none) then serves them all, whatever is fast or slow, and is looked for once.
struct CompanyQueue: Sendable {
    /// What the others of a company wait for.
    enum Rule: Sendable, Hashable {
        /// The first row.
        case first
        /// Each for the one before: where what was found for one helps the next.
        case oneByOne
    }

    /// Companies that are remembered; one that was forgotten has a first row again.
    static let maximumKnown = 65_536
    /// Rows that wait, at most.
    static let maximumWaiting = 4_096

    private let rule: Rule
    private var known: Set<String> = []
    private var leaders: [String: [PendingRow]] = [:]
    private var company: [Int64: String] = [:]
    private(set) var waiting = 0

    init(_ rule: Rule) { self.rule = rule }

    var isFull: Bool { waiting >= Self.maximumWaiting }

    /// Takes a row on. Returns false where it has to wait for another; it is given out by `ended`.
    mutating func admit(_ row: PendingRow) -> Bool {
        guard let name = row.company else { return true }
        if leaders[name] != nil {
            leaders[name]?.append(row)
            waiting += 1
            return false
        }
        guard rule == .oneByOne || !known.contains(name) else { return true }
        leaders[name] = []
        company[row.number] = name
        return true
    }

    /// A row has ended. Returns those that waited for it, in their order.
    mutating func ended(_ number: Int64) -> [PendingRow] {
        guard let name = company.removeValue(forKey: number), var followers = leaders.removeValue(forKey: name) else {
            return []
        }
        if known.count >= Self.maximumKnown { known = [] }
        known.insert(name)
        guard rule == .oneByOne, followers.count > 0 else {
            waiting -= followers.count
            return followers
        }
        let next = followers.removeFirst()
        leaders[name] = followers
        company[next.number] = name
        waiting -= 1
        return [next]
    }
}

/// A row that waits for its answer.
struct PendingRow: Sendable {
    var number: Int64
    var prospect: Prospect
    var tries: Int64 = 0

    /// What tells its company.
    var company: String? { prospect.domain ?? prospect.companyName?.lowercased() }
}
