// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import Enrichment
import HTTPTypes

/// The transport alone: the same calls as the bare client makes, and the same look at the answer, in plain async code.
struct TransportBench {
    private static let vendors = 3
    private static let mark = Array("\"verified\":true".utf8)

    private let options: Options
    private let tally: Tally

    init(_ options: Options) {
        self.options = options
        tally = Tally(prospects: options.prospects)
    }

    func run() async -> Report {
        let start = ProcessUsage.now
        let loops = (0..<options.lanes).map { CurlLoop(name: "bench-\($0)") }
        await withDiscardingTaskGroup { group in
            for number in 0..<options.inFlight {
                let loop = loops[number % loops.count]
                group.addTask(executorPreference: loop) { await ask(on: loop) }
            }
        }
        for loop in loops { loop.stop() }
        return tally.report(ProcessUsage.since(start))
    }

    private func ask(on loop: CurlLoop) async {
        while let number = tally.takeNext() {
            var (calls, isFound, errors) = (0, false, 0)
            while calls < Self.vendors, !isFound {
                calls += 1
                let request = TransportRequest(
                    method: .get, origin: options.origin,
                    target: "/p\(calls)/find?first=Jane&last=Doe&domain=example\(number).com",
                    pool: Self.pools[calls - 1], allowsPrivateAddresses: true)
                do {
                    let reply = try await loop.send(request, deadline: .seconds(30))
                    if reply.status != 200 { errors += 1 }
                    isFound = Self.isHit(reply.body)
                } catch {
                    errors += 1
                }
            }
            tally.countProspect(calls: calls, isFound: isFound, errors: errors)
        }
    }

    /// As the engine does it: the connections of each vendor are its own.
    private static let pools = (1...vendors).map { ConnectionPoolID(provider: ProviderID(rawValue: "vendor_\($0)")) }

    private static func isHit(_ body: [UInt8]) -> Bool {
        unsafe body.withUnsafeBufferPointer { body in
            let last = body.count - mark.count
            var start = 0
            while start <= last {
                if unsafe body[start] == mark[0], unsafe mark.elementsEqual(body[start..<start + mark.count]) {
                    return true
                }
                start += 1
            }
            return false
        }
    }
}
