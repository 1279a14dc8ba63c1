// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Runs
import Testing
import WaterfallEngine

struct RunChoiceTests {
    private static let terms = ["access": "email", "chains": "email: hunter"]

    private static func run(_ ordinal: Int64, _ state: FileRun.State, terms: [String: String] = terms) throws -> FileRun
    {
        let digest = try #require(FileDigest([UInt8](repeating: 7, count: 32)))
        var run = FileRun(
            id: RunID(over: digest, team: "default", ordinal: ordinal), team: "default", user: "jane", file: digest,
            ordinal: ordinal, path: "/people.csv", terms: terms, begunAt: Timestamp(seconds: 0))
        run.state = state
        return run
    }

    @Test func `a file without a run has its first begun`() {
        #expect(RunChoice(RunWish(), over: [], atPath: [], terms: Self.terms) == .begin(ordinal: 1, givesUp: nil))
    }

    @Test func `a file whose run has ended has another begun`() throws {
        let runs = [try Self.run(2, .ended), try Self.run(1, .givenUp)]
        #expect(RunChoice(RunWish(), over: runs, atPath: [], terms: Self.terms) == .begin(ordinal: 3, givesUp: nil))
    }

    @Test(arguments: [FileRun.State.reading, .open])
    func `an unfinished run is neither forgotten nor gone on with unasked`(state: FileRun.State) throws {
        let run = try Self.run(1, state)
        #expect(RunChoice(RunWish(), over: [run], atPath: [], terms: Self.terms) == .refused(.unfinished(run)))
        #expect(RunChoice(RunWish(resumes: true), over: [run], atPath: [], terms: Self.terms) == .goOn(run))
        #expect(
            RunChoice(RunWish(beginsAgain: true), over: [run], atPath: [], terms: Self.terms)
                == .begin(ordinal: 2, givesUp: run))
    }

    @Test func `a run that has ended is written again by resuming it`() throws {
        let run = try Self.run(1, .ended)
        #expect(RunChoice(RunWish(resumes: true), over: [run], atPath: [], terms: Self.terms) == .goOn(run))
    }

    @Test func `a file that has changed is refused, and so is one that was never begun`() throws {
        let run = try Self.run(1, .open)
        let wish = RunWish(resumes: true)
        #expect(RunChoice(wish, over: [], atPath: [run], terms: Self.terms) == .refused(.fileChanged(run)))
        #expect(RunChoice(wish, over: [], atPath: [], terms: Self.terms) == .refused(.nothingToResume))
        let ended = try Self.run(1, .ended)
        #expect(RunChoice(wish, over: [], atPath: [ended], terms: Self.terms) == .refused(.nothingToResume))
    }

    @Test func `other terms are refused by name, and those of the configuration can be allowed`() throws {
        let run = try Self.run(1, .open)
        let other = ["access": "email,phone", "chains": "email: prospeo"]
        let changed = ["access": "email", "chains": "email: prospeo"]
        func choice(_ terms: [String: String], allows: Bool) -> RunChoice {
            RunChoice(RunWish(resumes: true, allowsChanges: allows), over: [run], atPath: [], terms: terms)
        }
        #expect(choice(other, allows: false) == .refused(.otherTerms(run, names: ["access", "chains"])))
        #expect(choice(other, allows: true) == .refused(.otherTerms(run, names: ["access"])))
        #expect(choice(changed, allows: false) == .refused(.otherTerms(run, names: ["chains"])))
        var goesOn = run
        goesOn.terms = changed
        #expect(choice(changed, allows: true) == .goOn(goesOn))
    }

    @Test func `an order that was decided is kept, unless the chains are others`() throws {
        let decided: [Capability: DecidedOrder] = [
            .email: DecidedOrder(basis: .learned(answers: 90), order: ["prospeo", "hunter"], tooDear: ["hunter"]),
            .officePhone: DecidedOrder(basis: .written, order: ["account_store", "website"], tooDear: []),
        ]
        var terms = Self.terms
        RunTerms.keep(decided, in: &terms)
        #expect(terms["orders"] == "email: prospeo - hunter; office_phone: account_store website")
        let kept = try #require(RunTerms.keptOrders(in: terms))
        #expect(kept.mapValues(\.order) == decided.mapValues(\.order))
        #expect(kept.mapValues(\.tooDear) == decided.mapValues(\.tooDear))
        #expect(kept.values.allSatisfy { $0.basis == .kept })

        let run = try Self.run(1, .open, terms: terms)
        let wish = RunWish(resumes: true, allowsChanges: true)
        #expect(RunChoice(wish, over: [run], atPath: [], terms: Self.terms) == .goOn(run))
        var goesOn = run
        goesOn.terms = ["access": "email", "chains": "email: prospeo"]
        #expect(RunChoice(wish, over: [run], atPath: [], terms: goesOn.terms) == .goOn(goesOn))
        #expect(RunTerms.keptOrders(in: goesOn.terms) == nil)
    }

    @Test func `nothing is kept where every order is as written`() {
        var terms = Self.terms
        RunTerms.keep([:], in: &terms)
        #expect(terms == Self.terms)
    }
}
