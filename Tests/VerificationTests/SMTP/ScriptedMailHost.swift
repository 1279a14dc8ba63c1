// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Foundation
import Glibc
import Identity
import Testing

@testable import Verification

/// A mail host on 127.0.0.1 that says what it is told to. One conversation, on a thread of its own.
struct ScriptedMailHost: Sendable {
    let port: Int

    /// - Parameters:
    ///   - pause: before each reply.
    ///   - answer: what it says to a command, and as its banner to none (an empty one), without the last line end; nil
    ///     where it falls silent.
    init(pause: Duration = .zero, answer: @escaping @Sendable (String) -> String?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(listener, generic, size) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let microseconds = UInt32(pause / .microseconds(1))
        Thread.detachNewThread {
            let connection = accept(listener, nil, nil)
            defer {
                close(connection)
                close(listener)
            }
            Self.converse(on: connection, pause: microseconds, answer)
        }
    }

    private static func converse(on connection: Int32, pause: UInt32, _ answer: (String) -> String?) {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        var command = ""
        while true {
            if let reply = answer(command) {
                if pause > 0 { usleep(pause) }
                let text = reply + "\r\n"
                guard unsafe send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
            }
            let count = unsafe recv(connection, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            command = String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }
}

extension ScriptedMailHost {
    /// Looks at a mailbox of a domain of which this is the mail host.
    func examine(
        _ text: String, replyTimeout: Duration = .seconds(60), clock: any EngineClock = TestSystemClock()
    ) async throws -> Examination {
        let address = try #require(EmailAddress(text))
        let resolver = ScriptedResolver([
            "mx \(address.domain)": .mx([10: "mx.\(address.domain)"]),
            "a mx.\(address.domain)": .addresses("127.0.0.1"),
        ])
        let settings = SMTPSettings(
            port: port, nameServers: [DNSServer(.v4(0x7f00_0001))], replyTimeout: replyTimeout, pausePerHost: .zero,
            allowsPrivateAddresses: true)
        return await MailboxExaminer(settings, resolver: resolver, clock: clock)
            .examine(address, within: .seconds(3_600))
    }
}
