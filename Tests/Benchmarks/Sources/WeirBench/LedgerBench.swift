// SPDX-License-Identifier: Apache-2.0

import Enrichment
import SQLStore
import WaterfallEngine

/// The ledger without vendors: tasks that each open one request and then make row after row durable, waiting for each.
/// `prospects` is the number of rows; `inFlight` the number of tasks that wait.
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
        let now = Timestamp(seconds: 1_800_000_000)
        let requests = (0..<options.inFlight).map { request($0, at: now) }
        for request in requests { _ = try await store.open(opening(request)) }
        let start = ProcessUsage.now
        await withDiscardingTaskGroup { group in
            for request in requests {
                group.addTask { await intend(request, store) }
            }
        }
        let usage = ProcessUsage.since(start)
        store.close()
        return tally.report(usage)
    }

    private func intend(_ request: DataRequest, _ store: SQLiteStore) async {
        var random = SystemRandomNumberGenerator()
        while tally.takeNext() != nil {
            let intent = AttemptIntent(
                id: AttemptID(at: request.createdAt, using: &random), request: request.id, team: request.team,
                capability: .email, provider: "vendor_1", fingerprint: QueryFingerprint(request.prospect),
                largestCost: Amount(1, "vendor_credits"), startedAt: request.createdAt)
            let isAdmitted = (try? await store.intend(intent, after: [])) == .admitted
            tally.countProspect(calls: 1, isFound: false, errors: isAdmitted ? 0 : 1)
        }
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

    private func opening(_ request: DataRequest) -> RequestOpening {
        RequestOpening(
            request: request, gate: CreditGate(prices: PriceList(), accept: AcceptPolicy()), plan: nil, caps: Caps(),
            holdsExpireAt: request.createdAt + .days(1), fingerprint: QueryFingerprint(request.prospect),
            firstIntent: nil, rememberSince: request.createdAt)
    }
}
