// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Runs
internal import WaterfallEngine

/// Says how far a run is: on a terminal in one line that is written again and again, else in a line now and then.
struct RunTicker: Sendable {
    private static let onTerminal = Duration.milliseconds(500)
    private static let inLog = Duration.seconds(15)

    let run: FileRun
    let monitor: RunMonitor
    let console: Console

    /// Says it for as long as the work takes.
    func ticking<T: Sendable>(_ work: @escaping @Sendable () async -> T) async -> T {
        await withTaskGroup(of: T?.self) { group in
            group.addTask { await work() }
            group.addTask {
                await tick()
                return nil
            }
            var result: T?
            while result == nil, let ended = await group.next() { result = ended }
            group.cancelAll()
            guard let result else { preconditionFailure("the work is one of the tasks") }
            return result
        }
    }

    private func tick() async {
        let clock = SystemClock()
        let start = clock.uptime
        var last = (moment: start, ended: Int64(0))
        var rate = 0.0
        while !Task.isCancelled {
            await clock.sleep(for: console.showsProgress ? Self.onTerminal : Self.inLog)
            guard !Task.isCancelled else { break }
            let (progress, now) = (monitor.progress, clock.uptime)
            let current =
                Double(progress.ended - last.ended) / max(0.001, Double((now - last.moment).microseconds) / 1_000_000)
            rate = rate == 0 ? current : rate * 0.8 + current * 0.2
            last = (now, progress.ended)
            let line = Self.line(progress, of: run, rate: rate)
            if console.showsProgress { console.progress(line) } else { console.say(line) }
        }
        console.progress("")
    }

    /// `1204 of 5000 rows · 84.2/s · 45 s left · hunter 512, prospeo 210 · 702 credits · 23.1 USD · 3 timed_out`.
    static func line(_ progress: RunProgress, of run: FileRun, rate: Double) -> String {
        let total = run.rows - run.rejected - run.duplicates
        var parts = ["\(progress.ended) of \(total) rows", "\(Int((rate * 10).rounded()) / 10)/s"]
        if rate > 0.01, progress.ended < total {
            parts.append("\(EstimateText.text(.seconds(Double(total - progress.ended) / rate))) left")
        }
        let hits = progress.hits.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4)
        if !hits.isEmpty { parts.append(hits.map { "\($0.key) \($0.value)" }.joined(separator: ", ")) }
        parts.append(progress.credits.phrase)
        if !progress.cost.isEmpty { parts.append(progress.cost.prefix(3).map(\.description).joined(separator: " + ")) }
        let errors = progress.errors.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.prefix(3)
        if !errors.isEmpty { parts.append(errors.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")) }
        return parts.joined(separator: " · ")
    }
}
