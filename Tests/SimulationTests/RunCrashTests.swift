// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Foundation
import HTTPTypes
import Runs
import SQLStore
import Testing
import WaterfallEngine

/// A process that dies at each call of the journal while it runs a file, and those that come after it: what is written
/// at the end is the same to the byte.
struct RunCrashTests {
    private static let classes: [RepeatClass] = [
        .recharges, .free, .freeWindow(.seconds(3_600)), .key(requestKey),
    ]
    private static let requestKey = HTTPField.Name("X-Request-Key") ?? .accept
    private static let names = ["recharges", "free", "free_window", "key"]
    /// `WEIR_SOAK=1` takes every call of every class.
    private static let isSoak = ProcessInfo.processInfo.environment["WEIR_SOAK"] != nil
    /// Calls that the rows below make, with room.
    private static let maximumCalls = 120

    /// A row that is found at once and one at its company, one that the second finder knows, one that nobody knows, one
    /// that is named again, and one that can't be used.
    private static let file = """
        name,domain
        Jane Doe,example.com
        Joan Roe,example.com
        Late Found,example.org
        No Body,example.net
        JANE DOE,www.example.com
        Lonely,

        """

    private static func settings(cap: Amount?) -> EngineSettings {
        var settings = EngineSettings.standard(office: ["offices"], caps: Caps(runCost: cap))
        for (id, capability) in [
            ("first", Capability.email), ("second", .email), ("phones", .mobile), ("offices", .officePhone),
            ("checker", .verifyEmail),
        ] as [(ProviderID, Capability)] {
            settings.providers[id] = ProviderSettings(prices: [capability: VendorPrice(.found, Amount(1, "USD"))])
        }
        return settings
    }

    private static let respond: World.Respond = { request, _ in
        let isKnown = !request.target.contains("Body")
        switch request.pool.provider {
        case "first" where request.target.contains("Late") || !isKnown: return Reply.miss
        case "first", "second":
            let name = request.target.contains("Jane") ? "jane" : request.target.contains("Joan") ? "joan" : "late"
            return isKnown ? Reply.email("\(name)@example.com") : Reply.miss
        case "checker": return Reply.verified
        case "offices": return request.target.contains("example.com") ? Reply.office() : Reply.miss
        default: return request.target.contains("Jane") ? Reply.phone() : Reply.miss
        }
    }

    /// A store with a file beside it.
    private struct Place {
        let folder: URL

        var store: String { folder.path + "/weir.db" }
        var file: String { folder.path + "/people.csv" }

        /// Opens the store. A program that another test is about to start has this process's locks until it runs.
        func open() async throws -> SQLiteStore {
            for _ in 0..<100_000 {
                do throws(JournalError) {
                    return try SQLiteStore(path: store)
                } catch {
                    guard error.kind == .locked else { throw error }
                }
                await Task.yield()
            }
            return try SQLiteStore(path: store)
        }

        static func with<T>(_ body: (Place) async throws -> T) async throws -> T {
            let folder = FileManager.default.temporaryDirectory.appending(path: "weir-run-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let place = Place(folder: folder)
            try RunCrashTests.file.write(toFile: place.file, atomically: true, encoding: .utf8)
            return try await body(place)
        }
    }

    /// How one process ended.
    private struct Ended {
        var lines: [String]
        var isDone: Bool
        var violations: [String]
        var asked: Int
    }

    /// Runs the file as one process would, as far as it comes, and writes what is on record.
    private static func run(
        _ place: Place, _ repeats: RepeatClass, cap: Amount?, crash: CrashPoint? = nil, process: UInt64 = 0
    ) async throws -> Ended {
        let store = try await place.open()
        defer { store.close() }
        let world = try World(
            settings(cap: cap), providers: .standard(repeats), store: store, seed: 11 + process,
            respond: respond)
        let path = place.file
        let ended = try await world.run(crash: crash) { engine -> RunDriver.End in
            try await world.loop.busy { try await begin(path, engine, store, world) }
            let file = try ProspectFile(opening: path)
            let sheet = try makeSheet(file)
            let epoch = try await world.loop.busy { try await store.takeUp(sheet.run) }
            let monitor = RunMonitor()
            let driver = RunDriver(
                engine, LoopRunStore(base: store, loop: world.loop), clock: world.clock, monitor: monitor,
                control: RunControl(), sheet: sheet, epoch: epoch,
                settings: RunDriver.Settings(bound: 3, costCap: cap))
            return await driver.run(file)
        }
        let file = try ProspectFile(opening: path)
        let sheet = try makeSheet(file)
        var bytes: [UInt8] = []
        var output = try RunOutput(
            file, store, sheet.run, RowWriter(file.layout), RejectWriter(file.layout), write: { bytes += $0 },
            writeRejected: nil)
        try await output.advance(isLast: true)
        return Ended(
            lines: String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init),
            isDone: !ended.leavesRows, violations: try await world.violations(),
            asked: world.transport.sent.count)
    }

    private static func makeSheet(_ file: ProspectFile) throws -> RowSheet {
        let digest = try #require(try file.identity().flatMap { FileDigest(hexadecimal: $0.sha256) })
        return RowSheet(
            run: RunID(over: digest, team: "default", ordinal: 1), team: "default", user: "default",
            access: [.email, .phone], isFresh: false)
    }

    /// Begins the run where no process has yet.
    private static func begin(
        _ path: String, _ engine: Engine, _ store: SQLiteStore, _ world: World
    ) async throws {
        let file = try ProspectFile(opening: path)
        let digest = try #require(try file.identity().flatMap { FileDigest(hexadecimal: $0.sha256) })
        guard try await store.runs(over: digest, team: "default").isEmpty else { return }
        let sheet = try makeSheet(file)
        var run = FileRun(
            id: sheet.run, team: "default", user: "default", file: digest, ordinal: 1, path: path, terms: [:],
            begunAt: world.clock.now)
        try await store.begin(run)
        let epoch = try await store.takeUp(run.id)
        var pass = FirstPass(engine, try SQLitePersonIndex(), sheet, contacts: nil)
        try await pass.read(file) { (rows) throws(JournalError) in
            try await store.note(rows, of: sheet.run, epoch: epoch)
        }
        #expect(pass.rows == 6 && pass.rejected == 1 && pass.duplicates == 1)
        run.state = .open
        try await store.update(run)
    }

    private static let cap = Amount(1_000_000, "USD")

    @Test(arguments: classes.indices, [true, false])
    func `wherever the process dies, the next one comes to the same`(index: Int, isDurable: Bool) async throws {
        let repeats = Self.classes[index]
        let expected = try await Place.with { try await Self.run($0, repeats, cap: Self.cap) }
        #expect(expected.isDone && expected.violations == [])
        #expect(expected.lines.contains { $0.contains("late@example.com") })
        for call in stride(from: 1 + index, through: Self.maximumCalls, by: Self.isSoak ? 1 : 5) {
            let note = Comment(rawValue: "\(Self.names[index]), call \(call), durable \(isDurable)")
            let crash = CrashPoint(atCall: call, isDurable: isDurable)
            try await Place.with { place in
                let dead = try? await Self.run(place, repeats, cap: Self.cap, crash: crash)
                let next = try await Self.run(place, repeats, cap: Self.cap, process: 1)
                for (line, other) in zip(next.lines, expected.lines) { #expect(line == other, note) }
                #expect(next.lines.count == expected.lines.count, note)
                #expect(next.isDone, note)
                #expect(next.violations == [], note)
                #expect((dead?.asked ?? 0) + next.asked >= expected.asked, note)
            }
            if !crash.hasCome { return }
        }
        Issue.record("more calls than were thought of")
    }

    @Test func `processes that die one after the other come to the same`() async throws {
        let seed = UInt64.random(in: 0...9_999_999)
        var random = SeededGenerator(seed: seed)
        let expected = try await Place.with { try await Self.run($0, .recharges, cap: Self.cap) }
        for round in 0..<(Self.isSoak ? 200 : 4) {
            let repeats = Self.classes[round % Self.classes.count]
            try await Place.with { place in
                var crashes: [Int] = []
                for process in 0..<6 {
                    let crash = CrashPoint(
                        atCall: .random(in: 1...14, using: &random), isDurable: .random(using: &random))
                    crashes.append(crash.call)
                    _ = try? await Self.run(
                        place, repeats, cap: Self.cap, crash: crash, process: UInt64(process))
                }
                let last = try await Self.run(place, repeats, cap: Self.cap, process: 6)
                #expect(last.lines == expected.lines, "seed \(seed), round \(round), calls \(crashes)")
                #expect(last.isDone && last.violations == [], "seed \(seed), round \(round)")
            }
        }
    }

    @Test func `without a cap on cost nothing is bought twice, and the row says that an answer was lost`() async throws
    {
        // unsettled 1, open 2 and so on of the first row: some call dies with an answer on its way.
        var losses = 0
        for call in stride(from: 3, to: 12, by: 2) {
            try await Place.with { place in
                let crash = CrashPoint(atCall: call, isDurable: true)
                _ = try? await Self.run(place, .recharges, cap: nil, crash: crash)
                let next = try await Self.run(place, .recharges, cap: nil, process: 1)
                #expect(next.isDone && next.violations == [])
                if next.lines.contains(where: { $0.contains("failed(answer_lost)") }) { losses += 1 }
            }
        }
        #expect(losses > 0)
    }
}

/// A store of runs that keeps the clock still while it works.
struct LoopRunStore: RunStore {
    let base: SQLiteStore
    let loop: SimulationLoop

    func runs(over file: FileDigest, team: String) async throws(JournalError) -> [FileRun] {
        try await loop.busy { () async throws(JournalError) in try await base.runs(over: file, team: team) }
    }

    func runs(at path: String, team: String) async throws(JournalError) -> [FileRun] {
        try await loop.busy { () async throws(JournalError) in try await base.runs(at: path, team: team) }
    }

    func begin(_ run: FileRun) async throws(JournalError) {
        try await loop.busy { () async throws(JournalError) in try await base.begin(run) }
    }

    func takeUp(_ run: RunID) async throws(JournalError) -> Int64 {
        try await loop.busy { () async throws(JournalError) in try await base.takeUp(run) }
    }

    func update(_ run: FileRun) async throws(JournalError) {
        try await loop.busy { () async throws(JournalError) in try await base.update(run) }
    }

    func forgetRows(of run: RunID) async throws(JournalError) {
        try await loop.busy { () async throws(JournalError) in try await base.forgetRows(of: run) }
    }

    func note(_ rows: [RunRow], of run: RunID, epoch: Int64) async throws(JournalError) {
        try await loop.busy { () async throws(JournalError) in try await base.note(rows, of: run, epoch: epoch) }
    }

    func rows(of run: RunID, in numbers: ClosedRange<Int64>) async throws(JournalError) -> [RunRow] {
        try await loop.busy { () async throws(JournalError) in try await base.rows(of: run, in: numbers) }
    }

    func openRequests(of run: RunID) async throws(JournalError) -> [OpenRequest] {
        try await loop.busy { () async throws(JournalError) in try await base.openRequests(of: run) }
    }

    func suspectedSpend(of run: RunID) async throws(JournalError) -> SuspectedSpend {
        try await loop.busy { () async throws(JournalError) in try await base.suspectedSpend(of: run) }
    }
}
