// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Synchronization

/// Shows what was found of many addresses in the order in which they were given, each as soon as those before it are
/// shown, and counts.
final class VerificationReport: Sendable {
    private struct State {
        var waiting: [Int: VerificationLine] = [:]
        var shown = 0
        var counts: [EmailStatus: Int] = [:]
    }

    private let total: Int
    private let console: Console
    private let show: @Sendable (VerificationLine) -> Void
    private let state = Mutex(State())

    /// - Parameter show: called for one line after the other, never for two at once.
    init(of total: Int, on console: Console, show: @escaping @Sendable (VerificationLine) -> Void) {
        self.total = total
        self.console = console
        self.show = show
    }

    func take(_ line: VerificationLine, at index: Int) {
        state.withLock { state in
            state.waiting[index] = line
            if let status = line.status { state.counts[status, default: 0] += 1 }
            while let next = state.waiting.removeValue(forKey: state.shown) {
                console.progress("")
                show(next)
                state.shown += 1
            }
            let done = state.shown + state.waiting.count
            console.progress(done < total ? "\(done) of \(total): \(Self.words(state.counts))" : "")
        }
    }

    /// Says what it came to, where there was more than one.
    func finish() {
        let counts = state.withLock { $0.counts }
        console.progress("")
        if total > 1 { console.say("\(total) addresses: \(Self.words(counts))") }
    }

    private static func words(_ counts: [EmailStatus: Int]) -> String {
        let words = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
        return words.isEmpty ? "no verdict" : words.joined(separator: ", ")
    }
}
