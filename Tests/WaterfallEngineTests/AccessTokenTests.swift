// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import Testing

@testable import WaterfallEngine

/// Access tokens: asked for once, kept while they hold, asked for again when they don't.
struct AccessTokenTests {
    private let clock = ManualClock()
    private let request = ProviderDescriptor.TokenRequest("/oauth/token")

    private func token() -> AccessToken {
        AccessToken(
            request,
            at: ProviderEndpoint(
                ProviderDescriptor(
                    id: "first", name: "First", baseURL: "https://api.example.com",
                    authentication: .clientCredentials(request), capabilities: [:]),
                ProviderSettings(keys: [Secret("id:secret")])))
    }

    private func lane(_ respond: @escaping @Sendable (Int) -> ScriptedTransport.Step) -> (Lane, ScriptedTransport) {
        let transport = ScriptedTransport(clock: clock) { _, count in respond(count) }
        return (Lane(executor: nil, transport: transport, clock: clock), transport)
    }

    @Test func `one token serves until a minute before its end`() async throws {
        let (lane, transport) = lane { .json(#"{"access_token":"t\#($0)","expires_in":600}"#) }
        let token = token()
        for _ in 0..<3 { #expect(try await token.token(on: lane, within: .seconds(5)) == Secret("t0")) }
        clock.advance(by: .seconds(539))
        #expect(try await token.token(on: lane, within: .seconds(5)) == Secret("t0"))
        clock.advance(by: .seconds(1))
        #expect(try await token.token(on: lane, within: .seconds(5)) == Secret("t1"))
        #expect(transport.sent.count == 2)
    }

    @Test func `a hundred who need one ask once`() async throws {
        let (lane, transport) = lane { _ in .json(#"{"access_token":"t","expires_in":"3600"}"#) }
        let token = token()
        try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<100 { group.addTask { try await token.token(on: lane, within: .seconds(5)) } }
            for try await each in group { #expect(each == Secret("t")) }
        }
        #expect(transport.sent.count == 1)
    }

    @Test func `who waits for another's answer waits no longer than there is time`() async throws {
        let clock = clock
        let (lane, _) = lane { _ in .json(#"{"access_token":"t"}"#).after(.seconds(9)) }
        let token = token()
        let first = Task { try await token.token(on: lane, within: .seconds(60)) }
        await clock.sleepers(atLeast: 1)
        let second = Task { try await token.token(on: lane, within: .seconds(2)) }
        await clock.sleepers(atLeast: 2)
        clock.advance(by: .seconds(2))
        await #expect(throws: ProviderError(.timedOut)) { try await second.value }
        clock.advance(by: .seconds(7))
        #expect(try await first.value == Secret("t"))
    }

    @Test func `one that was refused is forgotten, another that came meanwhile is not`() async throws {
        let (lane, transport) = lane { .json(#"{"access_token":"t\#($0)"}"#) }
        let token = token()
        let first = try await token.token(on: lane, within: .seconds(5))
        token.forget(first)
        #expect(try await token.token(on: lane, within: .seconds(5)) == Secret("t1"))
        token.forget(first)
        #expect(try await token.token(on: lane, within: .seconds(5)) == Secret("t1"))
        #expect(transport.sent.count == 2)
    }

    @Test(
        arguments: [
            (.json(#"{"error":"invalid_client"}"#, status: 400), .unauthorized), (.status(401), .unauthorized),
            (.status(503), .unavailable), (.status(429), .throttled), (.json(#"{"token":"t"}"#), .malformedReply),
            (.json("no"), .malformedReply), (.fails(.connectFailed, requestLeft: false), .unavailable),
        ] as [(ScriptedTransport.Step, ProviderError.Kind)])
    func `without a token it says why, and asks again the next time`(
        step: ScriptedTransport.Step, kind: ProviderError.Kind
    ) async throws {
        let (lane, _) = lane { $0 == 0 ? step : .json(#"{"access_token":"t"}"#) }
        let token = token()
        let error = await #expect(throws: ProviderError.self) { try await token.token(on: lane, within: .seconds(5)) }
        #expect(error?.kind == kind)
        #expect(try await token.token(on: lane, within: .seconds(5)) == Secret("t"))
    }
}
