// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

@testable import WeirCommand

/// Addresses of the user's, verified over HTTP: ZeroBounce as the sandbox plays it.
@Suite struct VerificationTests {
    private func verify(_ addresses: [String], on bench: Bench, isFresh: Bool = false) async throws
        -> [VerificationResult]
    {
        var configuration = ConfigurationOptions()
        configuration.path = bench.configuration
        var output = OutputOptions()
        (output.json, output.quiet, output.noColor) = (false, true, true)
        let surroundings = Surroundings(catalog: .builtIn, environment: [:], recorder: Console.Recorder())
        return try await Surroundings.$current.withValue(surroundings) { [configuration, output] in
            let session = try Session.load(configuration, output)
            let requests = try addresses.map { address in
                try Session.verification(of: address, user: "tester", isFresh: isFresh)
            }
            return try await session.verify(requests).results
        }
    }

    private static let table: [(String, EmailStatus, Credits)] = [
        ("jane.doe@example.com", .verified, Credits(1)), ("nobody@example.com", .invalid, Credits(1)),
        ("anybody@openhouse.example", .catchAll, .zero),
    ]

    @Test func `each is charged by its verdict, once while it holds`() async throws {
        try await Bench.run { bench in
            let addresses = Self.table.map(\.0)
            let first = try await verify(addresses, on: bench)
            #expect(first.map(\.address) == addresses)
            #expect(first.map { $0.verdict?.status } == Self.table.map(\.1))
            #expect(first.map(\.captured) == Self.table.map(\.2))
            #expect(first.allSatisfy { $0.verdict?.verifiedBy == "zerobounce" && $0.attempts.count == 1 })
            let before = await bench.requests()
            #expect(before["zerobounce"] == 3)
            let again = try await verify(addresses, on: bench)
            #expect(again.map { $0.verdict?.status } == Self.table.map(\.1))
            #expect(again.allSatisfy { $0.captured == .zero && $0.attempts.first?.isCached == true })
            #expect(await bench.requests() == before, "the second ask calls nobody")
            let fresh = try await verify([addresses[0]], on: bench, isFresh: true)
            #expect(fresh.first?.captured == .zero && fresh.first?.attempts.first?.isCached == false)
            await bench.expectSoundBooks()
            let id = try #require(first[0].contact?.id.description)
            let shown = Answer(await bench.command("contacts", "show", id, "--json"))
            #expect(shown.text("emails.0.status") == "user_managed")
            #expect(shown.text("emails.0.verdict.status") == "verified")
            #expect(shown.text("emails.0.verdict.verified_by") == "zerobounce")
            let told = await bench.command("contacts", "show", id)
            #expect(told.output.contains("verified (mailbox_exists) by zerobounce on "))
        }
    }

    @Test func `a verifier whose key is wrong costs nothing`() async throws {
        try await Bench.run(edits: [("api_key: sandbox-zerobounce-key", "api_key: wrong-key")]) { bench in
            let result = try #require(try await verify(["jane.doe@example.com"], on: bench).first)
            #expect(result.outcome == .failed && result.verdict?.reason == .verifierDown)
            #expect(result.captured == .zero && result.released == Credits(1))
            await bench.expectSoundBooks()
        }
    }

    @Test func `what is no address is a mistake of usage`() throws {
        #expect { try Session.verification(of: "jane at example.com", user: "tester") } throws: { error in
            (error as? CommandFailure)?.code == .usage
        }
    }
}
