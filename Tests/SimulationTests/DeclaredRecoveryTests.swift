// SPDX-License-Identifier: Apache-2.0

import DeclarativeProvider
import Enrichment
import EnrichmentTesting
import Foundation
import SQLStore
import Testing
import WaterfallEngine

/// A process that dies while a job of a provider written in YAML runs, and the one that comes after it.
struct DeclaredRecoveryTests {
    private static func jobs() throws -> any Provider {
        try DeclarativeProvider(
            DeclarativeDefinition(
                id: "jobs", capabilities: [.email: VendorPrice(.found, Amount(1, "jobs_credits"))],
                request: .init(
                    url: "https://jobs.example.com/v1/jobs", body: .json(.object([("domain", .text("{domain}"))]))),
                poll: .init(
                    id: ".job", request: .init(url: "https://jobs.example.com/v1/jobs/{job}"),
                    pending: #".code == "in_progress""#),
                answer: [.email: ".email", .status: #""verified""#])
        ).definition.makeProvider()
    }

    /// Its reply is kept in any case, its ticket where the process dies after it was written.
    @Test(arguments: [true, false])
    func `it asks for the job, and submits none`(isTicketOnRecord: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-declared-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/weir.db"
        let settings = EngineSettings.standard(email: ["jobs"])
        let providers: [any Provider] = .standard() + [try Self.jobs()]
        do {
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let world = try World(
                settings, providers: providers, store: store, ["jobs": [.json(#"{"job": "j-1"}"#)]])
            let request = world.request()
            // unsettled 1, open 2, record of the reply and the ticket 3.
            await #expect(throws: EngineError.self) {
                _ = try await world.run(crash: CrashPoint(atCall: 3, isDurable: isTicketOnRecord)) {
                    try await $0.enrich(request)
                }
            }
            #expect(world.transport.sent.map(\.request.target) == ["/v1/jobs"])
        }
        let store = try SQLiteStore(path: path)
        defer { store.close() }
        let world = try World(
            settings, providers: providers, store: store,
            [
                "jobs": [
                    .json(#"{"code": "in_progress"}"#, status: 400),
                    .json(#"{"job": "j-1", "email": "jane.doe@example.com"}"#),
                ]
            ])
        try await world.run { _ in }
        #expect(world.transport.sent.map(\.request.target) == Array(repeating: "/v1/jobs/j-1", count: 2))
        let again = try await world.enrich(world.request())
        #expect(again.words() == ["jobs matched cached"])
        #expect(try await world.violations() == [])
    }
}
