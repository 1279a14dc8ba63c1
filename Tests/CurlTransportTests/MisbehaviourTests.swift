// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

extension CurlTransportTests {
    /// Every way of `Fixtures/misbehaviours.json` in which a vendor may go wrong ends in its outcome, in time.
    @Suite struct MisbehaviourTests {
        static let deadline = Duration.milliseconds(400)
        static let slack = Duration.milliseconds(250)

        static let ofPlainHTTP = MisbehaviourCase.all.filter { $0.layer == .http1 }

        @Test func `the list has at least 48, each once, and the server plays those of plain HTTP`() {
            #expect(MisbehaviourCase.all.count >= 48)
            #expect(Set(MisbehaviourCase.all.map(\.name)).count == MisbehaviourCase.all.count)
            #expect(Set(Self.ofPlainHTTP.map(\.name)) == Set(Misbehaviour.all.map(\.name)))
            let words = Set(ProviderError.Kind.allCases.map(\.rawValue) + ["no_match"])
            #expect(words.isSuperset(of: MisbehaviourCase.all.map(\.outcome)))
        }

        @Test(arguments: ofPlainHTTP)
        func `a misbehaviour ends in its outcome in time`(_ misbehaviour: MisbehaviourCase) async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            let start = loop.uptime
            let outcome = await Outcome.of(.get("/\(misbehaviour.name)", from: server), by: loop, Self.deadline)
            let elapsed = loop.uptime - start
            #expect(outcome == misbehaviour.outcome)
            #expect(elapsed <= Self.deadline + Self.slack)
            #expect(server.requests.count == 1)
        }

        @Test func `the control ends in no match`() async throws {
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test")
            defer { loop.stop() }
            #expect(await Outcome.of(.get("/ok", from: server), by: loop, .seconds(5)) == "no_match")
        }
    }
}

/// What a call that is billed again when repeated comes to, in the words of `MisbehaviourCase.outcome`.
enum Outcome {
    static func of(
        _ request: TransportRequest, by transport: some HTTPTransport, _ deadline: Duration
    ) async -> String {
        do throws(TransportError) {
            return reading(try await transport.send(request, deadline: deadline))
        } catch {
            return error.providerError(repeatable: false).kind.rawValue
        }
    }

    static func reading(_ reply: ProviderReply) -> String {
        if let failure = reply.failure { return failure.kind.rawValue }
        do throws(ProviderError) {
            let found = try reply.json { reader throws(ProviderError) in
                guard let found = reader["found"].bool else { throw ProviderError(.malformedReply) }
                return found
            }
            return found ? "found" : "no_match"
        } catch {
            return error.kind.rawValue
        }
    }
}
