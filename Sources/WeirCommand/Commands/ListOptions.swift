// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment

/// How many lines a list has.
struct LimitOptions: ParsableArguments {
    @Option(help: "How many.")
    var limit = 50

    func checked() throws -> Int {
        guard (1...100_000).contains(limit) else {
            throw CommandFailure(.usage, "--limit takes a number from 1 to 100000")
        }
        return limit
    }
}

/// From when to when.
struct PeriodOptions: ParsableArguments {
    @Option(help: "From when: a day such as 2026-11-01 (UTC), or how long ago, such as 30d.")
    var since: String?

    @Option(help: "Until when, that day included.")
    var until: String?

    /// The first moment that counts, and the first that no longer does.
    func period(at now: Timestamp) throws -> (since: Timestamp?, until: Timestamp?) {
        let first = try since.map { try DayText.start($0, option: "--since", at: now) }
        let last = try until.map { try DayText.end($0, option: "--until", at: now) }
        if let first, let last, last <= first { throw CommandFailure(.usage, "--until is before --since") }
        return (first, last)
    }
}

/// Words of a closed list as values of options.
enum OptionWord {
    /// Reads one of the words of a type.
    static func read<Word: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Word {
        if let word = Word(rawValue: text) { return word }
        throw ValidationError("one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")) goes there")
    }
}
