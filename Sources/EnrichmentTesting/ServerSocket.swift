// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One side of a connection in a test server: blocking reads and writes on a descriptor that someone else closes.
struct ServerSocket {
    let descriptor: Int32

    /// The most that is read of one request: 16 MiB.
    private static let maximumRequest = 16 << 20

    /// Listens on 127.0.0.1; gives the descriptor and the port.
    static func listen(port: Int, backlog: Int32) -> (descriptor: Int32, port: Int)? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var one: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && Glibc.listen(descriptor, backlog) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard result else {
            close(descriptor)
            return nil
        }
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    /// Sends all of it; false where the peer is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends one byte each `milliseconds`; false where the peer is gone.
    func trickle(_ bytes: [UInt8], every milliseconds: Int32) -> Bool {
        for byte in bytes {
            guard send([byte]), waitForPeer(milliseconds) else { return false }
        }
        return true
    }

    /// Says and hears nothing until the peer closes.
    func staySilent() {
        while waitForPeer(1_000) {}
    }

    /// Ends the connection with a reset, which throws away what the peer has not read yet.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Waits, reading what comes; false once the peer has closed.
    func waitForPeer(_ milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, milliseconds) > 0 else { return true }
        var scratch = [UInt8](repeating: 0, count: 4_096)
        return unsafe recv(descriptor, &scratch, scratch.count, 0) > 0
    }

    /// Reads a request: `bytes` are what was read after the one before. Nil where the peer closed.
    func readRequest(
        after bytes: [UInt8], connection: Int, number: Int
    ) -> (request: MisbehavingServer.Request, rest: [UInt8])? {
        var bytes = bytes
        while true {
            if let found = Self.parse(bytes, connection: connection, number: number) { return found }
            guard bytes.count < Self.maximumRequest else { return nil }
            var chunk = [UInt8](repeating: 0, count: 16_384)
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private static func parse(
        _ bytes: [UInt8], connection: Int, number: Int
    ) -> (request: MisbehavingServer.Request, rest: [UInt8])? {
        var end = 0
        while true {
            guard let next = bytes[end...].firstIndex(of: 13) else { return nil }
            guard next + 3 < bytes.count else { return nil }
            if bytes[next...(next + 3)].elementsEqual([13, 10, 13, 10]) {
                end = next
                break
            }
            end = next + 1
        }
        var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        guard !lines.isEmpty else { return nil }
        let words = lines.removeFirst().split(separator: " ").map(String.init)
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) } ?? 0
        let start = end + 4
        guard words.count >= 2, bytes.count >= start + length else { return nil }
        let request = MisbehavingServer.Request(
            connection: connection, number: number, method: words[0], target: words[1], headers: lines,
            body: Array(bytes[start..<(start + length)]))
        return (request, Array(bytes[(start + length)...]))
    }
}

/// The text of HTTP/1.1 messages.
enum HTTP1 {
    /// A whole reply in JSON, well formed.
    static func reply(_ status: Int, headers: [String] = [], body: String = #"{"found":false}"#) -> [UInt8] {
        reply(status, headers: ["Content-Type: application/json"] + headers, bytes: Array(body.utf8))
    }

    /// A whole reply of bytes, well framed.
    static func reply(_ status: Int, headers: [String], bytes: [UInt8]) -> [UInt8] {
        head(status, headers: headers + ["Content-Length: \(bytes.count)"]) + bytes
    }

    /// A status line and headers, ended by an empty line.
    static func head(_ status: Int, headers: [String]) -> [UInt8] {
        Array((["HTTP/1.1 \(status) Status"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
    }
}
