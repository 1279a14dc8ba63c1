// SPDX-License-Identifier: Apache-2.0

import Enrichment
import EnrichmentTesting
import HTTPTypes
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// Certificates are made by `openssl`, which serves them too; without the command the suite is skipped.
    @Suite(.enabled(if: OpenSSL.path != nil, "the openssl command is not installed"))
    struct TLSTests {
        /// Asks a server on 127.0.0.1 that is trusted by the test's authority alone.
        private func outcome(
            port: Int, _ tls: OpenSSL, trusting authority: String? = "authority.pem", _ deadline: Duration = .seconds(5)
        ) async -> Result<ProviderReply, TransportError> {
            let loop = CurlLoop(name: "test", certificateAuthorities: authority.map(tls.file))
            defer { loop.stop() }
            do throws(TransportError) {
                return .success(try await loop.send(.get("/", origin: "https://127.0.0.1:\(port)"), deadline: deadline))
            } catch { return .failure(error) }
        }

        @Test func `a certificate that is right is trusted`() async throws {
            let tls = try OpenSSL()
            try tls.certify("good")
            let reply = try await outcome(port: try tls.serve("good"), tls).get()
            #expect(reply.status == 200)
        }

        @Test(arguments: [
            "tls_expired", "tls_not_yet_valid", "tls_wrong_host", "tls_self_signed", "tls_unknown_authority",
        ])
        func `a certificate that is not right is refused before a byte leaves`(_ name: String) async throws {
            let tls = try OpenSSL()
            switch name {
            case "tls_expired": try tls.certify(name, days: -10 ... -1)
            case "tls_not_yet_valid": try tls.certify(name, days: 2...10)
            case "tls_wrong_host": try tls.certify(name, host: "DNS:example.com,IP:127.0.0.2")
            case "tls_self_signed":
                try tls.certify("good")
                try tls.certifyItself(name)
            default: try tls.certify(name)
            }
            // The system's own authorities never heard of the test's.
            let authority = name == "tls_unknown_authority" ? nil : "authority.pem"
            let outcome = await outcome(port: try tls.serve(name), tls, trusting: authority)
            let error = TransportError(.connectFailed, requestLeft: false, "the certificate is not trusted")
            #expect(outcome == .failure(error))
            #expect(error.providerError(repeatable: false).kind.rawValue == expected(name))
        }

        @Test func `TLS 1.1 is refused, and 1.2 is not`() async throws {
            let tls = try OpenSSL()
            try tls.certify("good")
            let old = try tls.serve("good", ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
            #expect(
                await outcome(port: old, tls)
                    == .failure(
                        TransportError(.connectFailed, requestLeft: false, "no agreement on TLS")))
            #expect(try await outcome(port: try tls.serve("good", ["-tls1_2"]), tls).get().status == 200)
        }

        @Test func `a server that is silent in the handshake times out, and nothing left`() async throws {
            let tls = try OpenSSL()
            try tls.certify("good")
            let server = try MisbehavingServer()
            defer { server.stop() }
            #expect(
                await outcome(port: server.port, tls, .milliseconds(300))
                    == .failure(
                        TransportError(.timedOut, requestLeft: false)))
        }

        /// The second waits for the first one's connection, to share it.
        @Test func `an exchange that waits for another's connection waits no longer than its own deadline`()
            async throws
        {
            let tls = try OpenSSL()
            try tls.certify("good")
            let server = try MisbehavingServer()
            defer { server.stop() }
            let loop = CurlLoop(name: "test", certificateAuthorities: tls.file("authority.pem"))
            defer { loop.stop() }
            let request = TransportRequest.get("/", origin: "https://127.0.0.1:\(server.port)")
            let first = Task(executorPreference: loop) { await Outcome.of(request, by: loop, .seconds(60)) }
            while server.connections == 0 { await Task.yield() }
            let moment = ContinuousClock.now
            await #expect(throws: TransportError(.timedOut, requestLeft: false)) {
                try await loop.send(request, deadline: .milliseconds(200))
            }
            #expect(ContinuousClock.now - moment < .seconds(5))
            first.cancel()
            #expect(await first.value == "cancelled")
        }

        /// It serves one connection after the other, and closes each after its answer.
        @Test func `many exchanges at once over HTTP 1 all come, though the first answer is waited for`() async throws {
            let tls = try OpenSSL()
            try tls.certify("good")
            let port = try tls.serve("good")
            let loop = CurlLoop(name: "test", certificateAuthorities: tls.file("authority.pem"))
            defer { loop.stop() }
            let request = TransportRequest.get("/", origin: "https://127.0.0.1:\(port)")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 * ConnectionPool.firstConnections {
                    group.addTask(executorPreference: loop) {
                        try await loop.send(request, deadline: .seconds(60)).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 3 * ConnectionPool.firstConnections))
        }

        /// Bytes of HTTP/2, sent as soon as the handshake is done: settings first, then what goes wrong.
        @Test(
            arguments: [
                ("h2_goaway", [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
                ("h2_not_frames", Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
                ("h2_silence", []),
            ] as [(String, [UInt8])])
        func `HTTP 2 that goes wrong loses the answer`(_ name: String, _ frames: [UInt8]) async throws {
            let tls = try OpenSSL()
            try tls.certify("good")
            let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            let port = try tls.serve("good", ["-alpn", "h2"], sending: settings + frames)
            let start = ContinuousClock.now
            let result = await outcome(port: port, tls, .milliseconds(500))
            #expect(ContinuousClock.now - start < .milliseconds(1_500))
            guard case .failure(let error) = result else {
                Issue.record("a reply came of nothing")
                return
            }
            #expect(error.providerError(repeatable: false).kind.rawValue == expected(name))
        }

        private func expected(_ name: String) -> String? {
            MisbehaviourCase.all.first { $0.name == name }?.outcome
        }
    }
}
