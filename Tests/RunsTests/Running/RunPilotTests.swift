// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Runs
import Testing
import WaterfallEngine

struct RunPilotTests {
    private static let refusal = Refusal(bound: .balance, wouldCost: Credits(9), left: Credits(1), renewsAt: nil)

    /// Begins as many rows as there is room for.
    private static func fill(_ pilot: inout RunPilot) {
        while pilot.hasRoom { pilot.began() }
    }

    @Test func `rows in flight grow while no limit makes work wait, up to the bound`() {
        var pilot = RunPilot(bound: 40)
        for row in Int64(1)...200 {
            Self.fill(&pilot)
            pilot.answered(row, .found, wait: .zero)
        }
        #expect(pilot.target == 40)
    }

    @Test func `a long wait for a limit makes them fewer, and never none`() {
        var pilot = RunPilot(bound: 64)
        for row in Int64(1)...500 {
            Self.fill(&pilot)
            pilot.answered(row, .found, wait: .seconds(5))
        }
        #expect(pilot.target == 1)
        #expect(pilot.hasRoom)
    }

    @Test func `a refused row waits for others, and stops the run where it is alone`() {
        var pilot = RunPilot(bound: 16)
        Self.fill(&pilot)
        #expect(pilot.inFlight == 16)
        let first = pilot.refused(Self.refusal)
        #expect(first)
        #expect(pilot.target == 7)
        #expect(!pilot.hasRoom)
        for row in Int64(1)...15 { pilot.answered(row, .found, wait: .zero) }
        pilot.beganAgain()
        let second = pilot.refused(Self.refusal)
        #expect(!second)
        #expect(pilot.stop == .refused(Self.refusal))
        #expect(!pilot.hasRoom)
    }

    @Test func `rows on end that nobody answers stop the run, and one answer begins the count anew`() {
        var pilot = RunPilot(bound: 4)
        for row in Int64(1)..<Int64(RunPilot.patience) {
            pilot.began()
            pilot.answered(row, .failed, wait: .zero)
        }
        #expect(pilot.stop == nil)
        pilot.began()
        pilot.answered(100, .notFound, wait: .zero)
        #expect(pilot.unanswered == [])
        for row in Int64(200)..<Int64(200 + RunPilot.patience) {
            pilot.began()
            pilot.answered(row, .failed, wait: .zero)
        }
        #expect(pilot.stop == .nobodyAnswers)
        #expect(pilot.unanswered.count == RunPilot.patience)
    }

    @Test func `a limit lets so many rows begin, and those that go on are not counted`() {
        var pilot = RunPilot(bound: 100, limit: 3)
        pilot.beganAgain()
        var begun = 0
        while pilot.hasRoom {
            pilot.began()
            begun += 1
        }
        #expect(begun == 3)
        #expect(pilot.stop == .limit)
    }

    @Test(arguments: [
        (Refusal.Bound.balance, true), (.suppression, false), (.cap("caps.prospect.credits"), false),
        (.cap("caps.run.credits"), true), (.cap("caps.user.credits_per_day"), true),
    ])
    func `what bounds one row ends no run`(bound: Refusal.Bound, ends: Bool) {
        #expect(Refusal(bound: bound, wouldCost: Credits(1), left: .zero, renewsAt: nil).endsRun == ends)
    }

    @Test(arguments: [(3, 10), (10, 10), (12, 10), (1, 1_000_000)] as [(Int64, Int64)])
    func `a sample takes as many rows as it is told to, the same for the same seed`(wanted: Int64, total: Int64) {
        func chosen(_ seed: UInt64) -> [Int64] {
            var sample = RowSample(wanted, of: total, seed: seed)
            return (0..<total).filter { _ in sample.takes() }
        }
        #expect(chosen(4).count == min(wanted, total))
        #expect(chosen(4) == chosen(4))
        if total > 100 { #expect(chosen(4) != chosen(5)) }
    }
}
