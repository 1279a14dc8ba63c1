// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import WaterfallEngine

/// The ledger without vendors: tasks that open one request after the other and make six attempts of each durable,
/// waiting for every one. With its hold a request comes to eight rows.
///
/// `prospects` is the number of requests; `inFlight` the number of tasks that wait.
struct LedgerBench {
    private let options: Options
    private let tally: Tally

    init(_ options: Options) {
        self.options = options
        tally = Tally(prospects: options.prospects)
    }

    func run() async throws -> Report {
        let store =
            try options.database.map { path throws(JournalError) in try SQLiteStore(path: path) }
            ?? SQLiteStore()
        let start = ProcessUsage.now
        await withDiscardingTaskGroup { group in
            for _ in 0..<options.inFlight {
                group.addTask { await fill(store) }
            }
        }
        let usage = ProcessUsage.since(start)
        store.close()
        return tally.report(usage)
    }

    private static let attempts = 6

    private func fill(_ store: SQLiteStore) async {
        let now = Timestamp(seconds: 1_800_000_000)
        var random = SystemRandomNumberGenerator()
        while let number = tally.takeNext() {
            let request = request(number, at: now)
            let opened = try? await store.open(opening(request, firstIntent: intent(request, using: &random)))
            var admitted = opened?.firstIntentIsDurable == true ? 1 : 0
            for _ in 1..<Self.attempts {
                let intent = intent(request, using: &random)
                if (try? await store.intend(intent, after: [])) == .admitted { admitted += 1 }
            }
            tally.countProspect(calls: admitted, isFound: false, errors: Self.attempts - admitted)
        }
    }

    private func intent(_ request: DataRequest, using random: inout SystemRandomNumberGenerator) -> AttemptIntent {
        AttemptIntent(
            id: AttemptID(at: request.createdAt, using: &random), request: request.id, team: request.team,
            capability: .email, provider: "vendor_1", fingerprint: QueryFingerprint(request.prospect),
            largestCost: Amount(1, "vendor_credits"), startedAt: request.createdAt)
    }

    private func request(_ number: Int, at now: Timestamp) -> DataRequest {
        var random = SystemRandomNumberGenerator()
        let domain = "example\(number).com"
        return DataRequest(
            id: RequestID(at: now, using: &random),
            prospect: Prospect(
                firstName: "Jane", lastName: "Doe", domain: domain,
                keys: ProspectKeys(nameAtDomain: "jane doe|\(domain)")),
            origin: .csv, createdAt: now)
    }

    private func opening(_ request: DataRequest, firstIntent: AttemptIntent) -> RequestOpening {
        RequestOpening(
            request: request, gate: CreditGate(prices: PriceList(), accept: AcceptPolicy()), plan: nil, caps: Caps(),
            holdsExpireAt: request.createdAt + .days(1), fingerprint: QueryFingerprint(request.prospect),
            firstIntent: firstIntent, rememberSince: request.createdAt)
    }
}
