// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Identity
import SQLStore
import WaterfallEngine

/// A book of saved people, one request each: how long it takes to find one by each key, by words, and to go through
/// all.
///
/// `prospects` is the number of people, made first and not timed.
struct ContactsBench {
    private static let looks = 1_000

    private let options: Options
    private let tally: Tally

    init(_ options: Options) {
        self.options = options
        tally = Tally(prospects: options.prospects)
    }

    func run() async throws -> Report {
        let store =
            try options.database.map { path throws(JournalError) in try SQLiteStore(path: path) } ?? SQLiteStore()
        await withDiscardingTaskGroup { group in
            for _ in 0..<options.inFlight { group.addTask { await fill(store) } }
        }
        let start = ProcessUsage.now
        var report = tally.report(ProcessUsage())
        for key in Key.allCases { report.more["find_\(key.rawValue)_ms"] = try await find(by: key, in: store) }
        let searched = ProcessUsage.now
        let last = options.prospects - 1
        let named = try await store.cards(
            of: "default", where: ContactFilter(query: "doe example\(last).com"), after: nil, limit: 10)
        report.more["search_seconds"] = ProcessUsage.since(searched).wall
        let listed = ProcessUsage.now
        report.found = try await pages(of: store)
        report.more["list_seconds"] = ProcessUsage.since(listed).wall
        if named.isEmpty || report.found != options.prospects { report.errors += 1 }
        report.usage = ProcessUsage.since(start)
        store.close()
        return report
    }

    private enum Key: String, CaseIterable {
        case profile
        case mailbox
        case name
    }

    /// The median time of finding a person, in milliseconds.
    private func find(by key: Key, in store: SQLiteStore) async throws -> Double {
        var times: [Double] = []
        for look in 0..<Self.looks {
            let all = keys(look * 7_919 % options.prospects)
            let keys =
                switch key {
                case .profile: ProspectKeys(linkedIn: all.linkedIn)
                case .mailbox: ProspectKeys(email: all.email)
                case .name: ProspectKeys(nameAtDomain: all.nameAtDomain)
                }
            let start = ProcessUsage.now
            let found = try await store.known(Prospect(keys: keys), team: "default").0
            times.append(ProcessUsage.since(start).wall * 1_000)
            if found == nil { return .infinity }
        }
        return times.sorted()[times.count / 2]
    }

    private func pages(of store: SQLiteStore) async throws -> Int {
        var (rows, last) = (0, nil as ContactID?)
        while true {
            let page = try await store.cards(of: "default", where: ContactFilter(), after: last, limit: 256)
            rows += page.count
            guard page.count == 256 else { return rows }
            last = page.last?.contact.id
        }
    }

    private func keys(_ number: Int) -> ProspectKeys {
        ProspectKeys(
            linkedIn: "https://www.linkedin.com/in/jane-doe-\(number)", email: "jane.doe\(number)@example\(number).com",
            nameAtDomain: "jane doe|example\(number).com")
    }

    private func fill(_ store: SQLiteStore) async {
        let now = Timestamp(seconds: 1_800_000_000)
        var random = SystemRandomNumberGenerator()
        let gate = CreditGate(prices: PriceList(), accept: AcceptPolicy())
        while let number = tally.takeNext() {
            let keys = keys(number)
            let request = DataRequest(
                id: RequestID(at: now, using: &random),
                prospect: Prospect(
                    firstName: "Jane", lastName: "Doe", fullName: "Jane Doe", domain: "example\(number).com",
                    linkedInURL: keys.linkedIn, keys: keys),
                origin: .csv, createdAt: now)
            let fingerprint = QueryFingerprint(request.prospect)
            let cost = Amount(1, "vendor_credits")
            let intent = AttemptIntent(
                id: AttemptID(at: now, using: &random), request: request.id, team: request.team, capability: .email,
                provider: "vendor_1", fingerprint: fingerprint, largestCost: cost, startedAt: now)
            let finding = EmailFinding(
                address: keys.email ?? "", status: .verified, reason: .mailboxExists, provider: "vendor_1")
            do {
                _ = try await store.open(
                    RequestOpening(
                        request: request, gate: gate, plan: nil, caps: Caps(), holdsExpireAt: now + .days(1),
                        fingerprint: fingerprint, firstIntent: intent, rememberSince: now))
                _ = try await store.settle(
                    Settlement(
                        request: request, gate: gate, plan: nil, results: [.email(finding)],
                        attempts: [
                            Attempt(
                                id: intent.id, capability: .email, provider: "vendor_1", outcome: .matched,
                                httpStatus: 200, tries: 1, cost: AttemptCost(cost), startedAt: now)
                        ],
                        fingerprint: fingerprint, outcome: .found, settledAt: now))
                tally.countProspect(calls: 1, isFound: true, errors: 0)
            } catch {
                tally.countProspect(calls: 0, isFound: false, errors: 1)
            }
        }
    }
}
