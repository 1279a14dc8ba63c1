// SPDX-License-Identifier: Apache-2.0

import CrashRunner
import Enrichment
import EnrichmentTesting
import Foundation
import Sandbox
import Testing
import WaterfallEngine

/// `kill -9` again and again (`reliability.md`, C: F1): whatever was under way, nothing is lost and nothing is charged
/// twice, and every call that a vendor billed is on record.
@Suite(.serialized) struct CrashTests {
    @Test(.timeLimit(.minutes(3)))
    func `fifty kills lose no request, charge nobody twice and leave no call without a record`() async throws {
        let run = CrashRun(count: 2_000, concurrency: 16, kills: 50, journal: "on-time")
        let (store, vendors) = try await run.carryOut()
        run.expectEverySettled(store)
        expectSoundBooks(store, people: run.people)
        expectAuditedCalls(store, vendors, run)
        let unknown = store.attempts.filter(\.isUnknown)
        #expect(!unknown.isEmpty, "no kill met a call: the test tests nothing (\(run))")
    }

    @Test(.timeLimit(.minutes(2)))
    func `without intents before the calls, vendors bill what nobody has on record`() async throws {
        let run = CrashRun(count: 400, concurrency: 16, kills: 12, journal: "late")
        let (store, vendors) = try await run.carryOut()
        #expect(run.unaudited(store, vendors).isEmpty == false, "\(run)")
    }

    // MARK: What must hold

    private func expectSoundBooks(_ store: StoreRecord, people: Int) {
        #expect(store.report.violations == [])
        #expect(store.openRequests == 0)
        #expect(store.balance.held == .zero)
        #expect(store.contacts == people, "two requests for one person are one contact")
        #expect(store.chargedTwice == 0)
        let (emails, phones) = (store.charges["email"] ?? 0, store.charges["phone"] ?? 0)
        #expect(emails > 0 && phones > 0)
        #expect(store.charged == Int64(emails * 1_000 + phones * 8_000))
        #expect(store.captured == store.charged)
        #expect(store.balance.available == Credits(millis: 10_000_000 - store.captured))
    }

    private func expectAuditedCalls(_ store: StoreRecord, _ vendors: VendorRecord, _ run: CrashRun) {
        #expect(vendors.total == vendors.charges.count)
        let unaudited = run.unaudited(store, vendors)
        #expect(unaudited == [], "\(run)")
        let unknown = store.attempts.filter(\.isUnknown)
        #expect(store.attempts.allSatisfy { $0.outcome != nil })
        let unsuspected = unknown.filter { !$0.isSuspected && !$0.isFree }
        #expect(unsuspected.isEmpty, "\(unsuspected.map { "\($0.provider) \($0.capability)" })")
        let billed = Dictionary(grouping: vendors.charges) { "\($0.vendor)\($0.endpoint) \($0.subject)" }
        let duplicates = billed.values.reduce(0) { $0 + $1.count - 1 }
        #expect(duplicates <= unknown.count, "\(duplicates) duplicates, \(unknown.count) unknown attempts (\(run))")
        #expect(unknown.count <= run.kills * run.concurrency)
    }
}

extension StoreRecord.Attempt {
    /// Pages that nobody bills.
    var isFree: Bool { ["website", "account_store"].contains(provider) }
}

/// One run over a list of people, with its kills.
struct CrashRun: CustomStringConvertible {
    let count: Int
    let concurrency: Int
    let kills: Int
    let journal: String
    let seed: UInt64

    init(count: Int, concurrency: Int, kills: Int, journal: String) {
        self.count = count
        self.concurrency = concurrency
        self.kills = kills
        self.journal = journal
        seed = ProcessInfo.processInfo.environment["WEIR_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)
    }

    /// Names the seed, with which the kills fall alike.
    var description: String { "WEIR_SEED=\(seed)" }

    var people: Int { Set((0..<count).map(CrashPeople.person)).count }

    func carryOut() async throws -> (StoreRecord, VendorRecord) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-crash-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("weir.db").path
        var settings = SandboxSettings(seed: seed)
        try settings.set("jitter_ms=6")
        let vendors = try await Sandbox(settings: settings).withRunning { port in
            try await kill(path, port)
            return try await VendorRecord.read(port: port)
        }
        return (try await StoreRecord.read(path), vendors)
    }

    private func kill(_ path: String, _ port: Int) async throws {
        var random = SeededGenerator(seed: seed)
        // Enough is left for every kill to meet work, whatever the dice say.
        let longest = 2 * count * 3 / 4 / kills
        var left = count * 3 / 4
        for number in 0..<kills {
            try Task.checkCancellation()
            let runner = try start(path, port)
            var lines = min(left, Int.random(in: 0...longest, using: &random))
            while lines > 0, let line = await runner.line() {
                #expect(line != "end", "the run ended before kill \(number) (\(self))")
                lines -= 1
                left -= 1
            }
            runner.kill()
            while await runner.line() != nil { left = max(0, left - 1) }
            #expect(await runner.end() == SIGKILL)
        }
        let runner = try start(path, port)
        var last: String?
        while let line = await runner.line() { last = line }
        #expect(await runner.end() == 0, "\(self)")
        #expect(last == "end")
    }

    private func start(_ path: String, _ port: Int) throws -> RunnerProcess {
        try RunnerProcess([path, "\(port)", "\(count)", "\(concurrency)", journal])
    }

    /// Every request has a settled row, or its person has one by a request that was in flight with it.
    func expectEverySettled(_ store: StoreRecord) {
        let people = Set(store.settled.map(CrashPeople.person))
        let lost = (0..<count).filter { !store.settled.contains($0) && !people.contains(CrashPeople.person($0)) }
        #expect(lost == [], "\(self)")
        #expect(store.settled.count > count * 3 / 4)
    }

    /// What a vendor charged and no attempt stands for.
    func unaudited(_ store: StoreRecord, _ vendors: VendorRecord) -> [String] {
        var people: [String: Set<QueryFingerprint>] = [:]
        for index in 0..<count {
            guard let request = try? CrashPeople.request(index, at: Timestamp(seconds: 0)) else { continue }
            let mailbox = CrashPeople.mailbox(CrashPeople.person(index))
            people[mailbox, default: []].insert(QueryFingerprint(request.prospect))
        }
        let attempts = Dictionary(grouping: store.attempts) { Key(provider: $0.provider, fingerprint: $0.fingerprint) }
        let charges = Dictionary(grouping: vendors.charges) { "\($0.vendor) \($0.subject)" }
        return charges.compactMap { name, charges in
            let charge = charges[0]
            var fingerprints = people[CrashPeople.mailbox(ofAddress: charge.subject)] ?? []
            if charge.vendor == "zerobounce" {
                fingerprints = [QueryFingerprint(.email(EmailCandidate(charge.subject, grade: .unverified)))]
            }
            let known = fingerprints.flatMap { attempts[Key(provider: charge.vendor, fingerprint: $0)] ?? [] }
            // A call that was sent again after a crash stands under the attempt that it belongs to.
            let repeats = known.count(where: \.isUnknown) + known.count
            guard known.isEmpty || charges.count > repeats else { return nil }
            return "\(charges.count) x \(name), \(known.count) on record"
        }.sorted()
    }

    private struct Key: Hashable {
        var provider: String
        var fingerprint: QueryFingerprint
    }
}
