// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServersTesting
import Testing

/// The fuzzers' properties over their corpora; `make fuzz` goes on from there.
@Suite struct ParserPropertyTests {
    /// How many seeds each parser takes at least: what is refused at once tries nothing.
    private static let taken: [ParserProperty: Int] = [.syntax: 200, .smtp: 360, .dns: 35, .phones: 2_000]
    /// Inputs for each seed of the damage: the rules of the replies are many.
    private static let rounds: [ParserProperty: Int] = [.smtp: 60]

    @Test(arguments: ParserProperty.allCases)
    func `what holds of a parser holds of every seed`(property: ParserProperty) throws {
        var taken = 0
        for seed in ParserSeeds.seeds(of: property) where property.holds(of: seed, "a seed") { taken += 1 }
        #expect(taken >= Self.taken[property, default: 1])
    }

    @Test(arguments: ParserProperty.allCases, 1...3 as ClosedRange<UInt64>)
    func `what holds of a parser holds of damaged seeds`(property: ParserProperty, seed: UInt64) {
        let seeds = ParserSeeds.seeds(of: property)
        var damage = Damage(seed: seed)
        var taken = 0
        let rounds = Self.rounds[property, default: 2_000]
        for round in 0..<rounds where property.holds(of: damage.input(from: seeds), "seed \(seed), round \(round)") {
            taken += 1
        }
        #expect(taken > rounds / 20, "damage that leaves nothing to be read tries nothing")
    }

    @Test func `a property that doesn't hold is told`() {
        #expect(throws: BrokenProperty.self) { try mustHold(false, "words") }
        #expect("\(BrokenProperty(description: "words"))" == "words")
    }

    @Test func `damage is the same for the same seed`() {
        var (left, right, other) = (Damage(seed: 1), Damage(seed: 1), Damage(seed: 2))
        let inputs = [Array("jane@example.com".utf8), Array("joe@example.org".utf8)]
        let made = (0..<100).map { _ in left.input(from: inputs) }
        #expect(made == (0..<100).map { _ in right.input(from: inputs) })
        #expect(made != (0..<100).map { _ in other.input(from: inputs) })
    }

    @Test func `there are seeds of each parser, and no line of a corpus is lost`() throws {
        for property in ParserProperty.allCases {
            #expect(ParserSeeds.seeds(of: property).count >= 40)
            let file = URL(filePath: TestServers.resource("corpora/\(property.rawValue).txt"))
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            #expect(ParserSeeds.found(of: property).count == lines.count { !$0.hasPrefix("#") })
        }
    }

    /// Where the fuzzers shall find the seeds: a folder that has one for each parser, with its `seeds`.
    static let folder = ProcessInfo.processInfo.environment["WEIR_FUZZ_SEEDS"]

    @Test(.enabled(if: folder != nil, "only with WEIR_FUZZ_SEEDS=folder"), arguments: ParserProperty.allCases)
    func `the seeds are written for the fuzzers`(property: ParserProperty) throws {
        let folder = URL(filePath: try #require(Self.folder)).appending(path: "\(property.rawValue)/seeds")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, seed) in ParserSeeds.seeds(of: property).enumerated() {
            try Data(seed).write(to: folder.appending(path: "seed-\(number)"))
        }
    }
}

extension ParserProperty {
    /// Records an issue with the input where the property doesn't hold; returns true where the parser took the input.
    fileprivate func holds(of input: [UInt8], _ origin: String) -> Bool {
        do { return try check(input) } catch {
            Issue.record("\(self): \(error); \(origin): \(Data(input).base64EncodedString())")
            return false
        }
    }
}
