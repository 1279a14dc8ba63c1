// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// When a greylisting host is asked again: hosts let the same sender in after one to fifteen minutes.
struct GreylistWaits: Sendable {
    /// After the first refusal, the second, and so on.
    static let pauses: [Duration] = [.seconds(65), .seconds(245), .seconds(605)]
    /// What is added to the time that a host names.
    static let margin = Duration.seconds(2)

    /// What is left of the time that the caller gives; nil: none was given.
    private var left: Duration?
    private var count = 0

    /// - Parameter most: how long may be waited in all; nil: not at all.
    init(most: Duration?) { left = most }

    /// How long to wait now; nil where no time is left for it.
    ///
    /// - Parameter hint: the time that the host named.
    mutating func next(hint: Duration?) -> Duration? {
        guard let left, count < Self.pauses.count else { return nil }
        let pause = hint.map { $0 + Self.margin } ?? Self.pauses[count]
        guard pause <= left else { return nil }
        count += 1
        self.left = left - pause
        return pause
    }

    /// The time that a host's last 4xx names: `greylisted, try again in 300 seconds`. Nil where it names none, or more
    /// than an hour.
    static func hint(in steps: [SMTPStep]) -> Duration? {
        for case .received(let code, let lines) in steps.reversed() where (400..<500).contains(code) {
            return lines.lazy.compactMap { time(in: $0) }.first
        }
        return nil
    }

    private static func time(in line: String) -> Duration? {
        let words = line.lowercased().split { !$0.isLetter && !$0.isNumber }
        for (number, unit) in zip(words, words.dropFirst()) {
            guard let count = Int64(number), (1...3_600).contains(count) else { continue }
            let seconds: Int64
            switch unit {
            case "s", "sec", "secs", "second", "seconds": seconds = count
            case "m", "min", "mins", "minute", "minutes": seconds = count * 60
            default: continue
            }
            return seconds <= 3_600 ? .seconds(seconds) : nil
        }
        return nil
    }
}
