// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import WaterfallEngine

/// Checking a whole ledger: every hash of the chain, every account, every rule.
///
/// `prospects` is the number of transfers, made first and not timed: a request holds, and a miss releases.
struct AuditBench {
    private let options: Options
    private let tally: Tally

    init(_ options: Options) {
        self.options = options
        tally = Tally(prospects: options.prospects / 2)
    }

    func run() async throws -> Report {
        let store =
            try options.database.map { path throws(JournalError) in try SQLiteStore(path: path) } ?? SQLiteStore()
        await withDiscardingTaskGroup { group in
            for _ in 0..<options.inFlight { group.addTask { await fill(store) } }
        }
        let start = ProcessUsage.now
        let report = try await store.verify()
        var figures = Report(
            prospects: report.transfers, errors: report.violations.count, usage: ProcessUsage.since(start))
        // Of the command that reports usage, beside it.
        let before = ProcessUsage.now
        figures.found = try await store.usage(of: "default", UsageQuery(by: [.day, .user, .kind, .provider])).rows.count
        figures.more["usage_seconds"] = ProcessUsage.since(before).wall
        store.close()
        return figures
    }

    private func fill(_ store: SQLiteStore) async {
        let now = Timestamp(seconds: 1_800_000_000)
        var random = SystemRandomNumberGenerator()
        let gate = CreditGate(prices: PriceList(), accept: AcceptPolicy())
        while let number = tally.takeNext() {
            let domain = "example\(number).com"
            let request = DataRequest(
                id: RequestID(at: now, using: &random),
                prospect: Prospect(
                    firstName: "Jane", lastName: "Doe", domain: domain,
                    keys: ProspectKeys(nameAtDomain: "jane doe|\(domain)")),
                origin: .csv, createdAt: now)
            let fingerprint = QueryFingerprint(request.prospect)
            _ = try? await store.open(
                RequestOpening(
                    request: request, gate: gate, plan: nil, caps: Caps(), holdsExpireAt: now + .days(1),
                    fingerprint: fingerprint, firstIntent: nil, rememberSince: now))
            _ = try? await store.settle(
                Settlement(
                    request: request, gate: gate, plan: nil, results: [.email(nil)], officePhones: nil, attempts: [],
                    fingerprint: fingerprint, outcome: .notFound, settledAt: now))
            tally.countProspect(calls: 0, isFound: false, errors: 0)
        }
    }
}
