// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import Enrichment
import EnrichmentTesting
import Foundation
import Testing

extension CurlTransportTests {
    /// Long runs, by `WEIR_SOAK=1`.
    @Suite(.enabled(if: ProcessInfo.processInfo.environment["WEIR_SOAK"] == "1", "only with WEIR_SOAK=1"))
    struct SoakTests {
        /// Those that need no deadline and no megabytes to end.
        static let slow: Set<String> = [
            "silence", "silence_after_head", "silence_mid_body", "trickled_head", "trickled_body", "endless_chunks",
            "endless_body", "endless_headers", "endless_interim_replies", "body_over_limit", "json_huge", "gzip_bomb",
            "gzip_bomb_in_chunks", "reset_mid_head", "reset_after_head", "reset_mid_body",
        ]

        static let quick = MisbehaviourCase.all.filter { $0.layer == .http1 && !slow.contains($0.name) }

        @Test func `memory after ten thousand rounds is that after one thousand`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "soak")
            defer { loop.stop() }
            var early = 0
            for round in 1...10_000 {
                await Self.play(on: loop, server)
                if round == 1_000 { early = ProcessFigures.residentMemory }
                if round % 1_000 == 0 {
                    let now = ProcessFigures.residentMemory
                    FileHandle.standardError.write(Data("round \(round): \(now >> 10) KiB\n".utf8))
                }
            }
            let late = ProcessFigures.residentMemory
            #expect(Double(late) <= Double(early) * 1.05, "\(early >> 10) KiB, then \(late >> 10) KiB")
        }

        private static func play(on loop: CurlLoop, _ server: MisbehavingServer) async {
            await withTaskGroup(of: Void.self) { group in
                for (index, misbehaviour) in quick.enumerated() {
                    group.addTask(executorPreference: loop) {
                        // A pool each: where one's server closes after its reply, another's request, sent at that
                        // very moment over the same connection, would be lost.
                        let pool = ConnectionPoolID(provider: "example", credential: index)
                        let request = TransportRequest.get("/\(misbehaviour.name)", from: server, pool: pool)
                        let outcome = await Outcome.of(request, by: loop, .seconds(30))
                        // A server may close after its reply just as the next round asks: that is a lost answer too.
                        let isExpected = [misbehaviour.outcome, "answer_lost"].contains(outcome)
                        #expect(isExpected, "\(misbehaviour.name): \(outcome)")
                    }
                }
            }
        }
    }
}
