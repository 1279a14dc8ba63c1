// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A server that answers one client by a script, on loopback and on a thread of its own.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        /// Waits for a line, whatever it says.
        case read
        /// Waits for lines until one that is this.
        case readUntil(String)
        case say(String)
        /// Says so many bytes, without a line's end.
        case flood(Int)
        /// Says nothing more, until the client goes.
        case silence
        case hangUp
    }

    struct Unavailable: Error {}

    let port: Int

    init(_ steps: [Step]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(listener, generic, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else { throw Unavailable() }
        port = Int(in_port_t(bigEndian: address.sin_port))
        let thread = Thread {
            let client = accept(listener, nil, nil)
            close(listener)
            Self.serve(client, steps)
            close(client)
        }
        thread.start()
    }

    private static func serve(_ client: Int32, _ steps: [Step]) {
        for step in steps {
            switch step {
            case .read: if line(client) == nil { return }
            case .readUntil(let end):
                while let line = line(client), line != end {}
            case .say(let text): say(client, Array(text.utf8))
            case .flood(let count): say(client, [UInt8](repeating: UInt8(ascii: "x"), count: count))
            case .silence: while line(client) != nil {}
            case .hangUp: return
            }
        }
    }

    private static func say(_ client: Int32, _ bytes: [UInt8]) {
        unsafe _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func line(_ client: Int32) -> String? {
        var (line, byte): ([UInt8], UInt8) = ([], 0)
        while unsafe recv(client, &byte, 1, 0) == 1 {
            if byte == 10 { return String(decoding: line.filter { $0 != 13 }, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }
}
