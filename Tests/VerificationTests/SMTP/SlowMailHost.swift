// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A mail host on 127.0.0.1 that takes every recipient, thinks about each reply, and falls silent at one command. One
/// conversation, on a thread of its own.
struct SlowMailHost: Sendable {
    let port: Int

    /// - Parameters:
    ///   - pause: before each reply.
    ///   - silence: how the command begins that gets no reply; nil where each gets one.
    init(pause: Duration, silence: String?) throws {
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
            Self.converse(on: connection, pause: microseconds, silence)
        }
    }

    private static func converse(on connection: Int32, pause: UInt32, _ silence: String?) {
        var command = [UInt8](repeating: 0, count: 1_024)
        var reply = "220 slow.example\r\n"
        while true {
            usleep(pause)
            guard unsafe send(connection, reply, reply.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
            repeat {
                let count = unsafe recv(connection, &command, command.count, 0)
                guard count > 0 else { return }
                let text = String(decoding: command.prefix(count), as: UTF8.self)
                reply = silence.map { text.hasPrefix($0) } == true ? "" : "250 2.0.0 Ok\r\n"
            } while reply.isEmpty
        }
    }
}
