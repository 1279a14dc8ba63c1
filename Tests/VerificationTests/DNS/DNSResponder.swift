// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

@testable import Verification

/// A name server on 127.0.0.1, over UDP and TCP, that says what a test tells it to, byte for byte.
///
/// One thread for each transport, each with one connection at a time; both end with the object.
final class DNSResponder: Sendable {
    struct Question: Sendable {
        var id: UInt16
        var name: String
        var type: UInt16
        var isTCP: Bool
        /// How often this name and type was asked for before, over either transport.
        var before: Int

        /// A reply to it, without records.
        var reply: DNSWire {
            DNSWire(id: id, question: DNSRecordType(rawValue: type).map { (name, $0) })
        }

        func reply(_ code: UInt8 = 0, _ answers: [DNSWire.Record] = [], authority: [DNSWire.Record] = []) -> [[UInt8]] {
            var reply = reply
            (reply.code, reply.answers, reply.authority) = (code, answers, authority)
            return [reply.bytes]
        }
    }

    /// What is sent back, a datagram or a framed message each; nothing for silence. Nil closes a connection.
    typealias Answer = @Sendable (Question) -> [[UInt8]]?

    let port: UInt16
    private let answer: Answer
    private let counts = Mutex<[String: Int]>([:])
    private let asked = Mutex<[String]>([])
    private let stopping: (read: Int32, write: Int32)

    /// - Parameter port: 0 for any that is free.
    init(port: UInt16 = 0, _ answer: @escaping Answer) throws {
        self.answer = answer
        guard let sockets = Self.sockets(port) else { throw POSIXError(.EADDRINUSE) }
        self.port = sockets.port
        var pipes: [Int32] = [0, 0]
        guard unsafe pipe(&pipes) == 0 else { throw POSIXError(.EMFILE) }
        stopping = (pipes[0], pipes[1])
        let stop = pipes[0]
        // The threads hold the answers, not this object, so that its end ends them.
        let serve = { @Sendable [weak self] (bytes: [UInt8], isTCP: Bool) in self?.serve(bytes, isTCP: isTCP) }
        Thread.detachNewThread { Self.runUDP(sockets.udp, stop, serve) }
        Thread.detachNewThread { Self.runTCP(sockets.tcp, stop, serve) }
    }

    /// What was asked, in order: `udp mx d.example`.
    var questions: [String] { asked.withLock { $0 } }

    var server: DNSServer { DNSServer(.v4(0x7f00_0001), port: port) }

    /// Both threads see the end of the pipe. Its reading side stays open, for whoever looks later.
    deinit { close(stopping.write) }

    private func serve(_ bytes: [UInt8], isTCP: Bool) -> [[UInt8]]? {
        guard bytes.count > 12 else { return [] }
        var reader = DNSReader(bytes)
        reader.position = 12
        guard let name = try? reader.name(), let type: UInt16 = try? reader.number() else { return [] }
        let key = "\(DNSRecordType(rawValue: type).map { "\($0)" } ?? "\(type)") \(name)"
        let before = counts.withLock { counts in
            defer { counts[key, default: 0] += 1 }
            return counts[key, default: 0]
        }
        asked.withLock { $0.append((isTCP ? "tcp " : "udp ") + key) }
        let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        return answer(Question(id: id, name: name, type: type, isTCP: isTCP, before: before))
    }

    private typealias Serve = @Sendable ([UInt8], Bool) -> [[UInt8]]?

    private static func runUDP(_ socket: Int32, _ stop: Int32, _ serve: Serve) {
        defer { close(socket) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while waits(for: socket, or: stop) {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = unsafe withUnsafeMutablePointer(to: &peer) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe recvfrom(socket, &buffer, buffer.count, 0, generic, &length)
                }
            }
            guard count >= 0, let replies = serve(Array(buffer.prefix(count)), false) else { continue }
            for reply in replies {
                unsafe withUnsafePointer(to: peer) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                        unsafe _ = sendto(socket, reply, reply.count, 0, generic, length)
                    }
                }
            }
        }
    }

    private static func runTCP(_ socket: Int32, _ stop: Int32, _ serve: Serve) {
        defer { close(socket) }
        while waits(for: socket, or: stop) {
            let peer = accept(socket, nil, nil)
            guard peer >= 0 else { continue }
            converse(peer, stop, serve)
            close(peer)
        }
    }

    private static func converse(_ peer: Int32, _ stop: Int32, _ serve: Serve) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while waits(for: peer, or: stop) {
            let count = unsafe recv(peer, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            bytes += chunk.prefix(count)
            while bytes.count >= 2, bytes.count >= 2 + Int(bytes[0]) << 8 + Int(bytes[1]) {
                let end = 2 + Int(bytes[0]) << 8 + Int(bytes[1])
                guard let replies = serve(Array(bytes[2..<end]), true) else { return }
                bytes.removeFirst(end)
                for reply in replies {
                    let framed = DNSWire.number(UInt16(reply.count)) + reply
                    unsafe _ = send(peer, framed, framed.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    /// Waits until something can be read; false at the end.
    private static func waits(for descriptor: Int32, or stop: Int32) -> Bool {
        var polls = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        ]
        unsafe poll(&polls, 2, -1)
        return polls[1].revents == 0
    }

    /// A UDP and a listening TCP socket of the same port.
    private static func sockets(_ wanted: UInt16) -> (udp: Int32, tcp: Int32, port: UInt16)? {
        for _ in 0..<50 {
            guard let udp = bound(SOCK_DGRAM, wanted) else { continue }
            if let tcp = bound(SOCK_STREAM, udp.port) {
                if listen(tcp.descriptor, 64) == 0 { return (udp.descriptor, tcp.descriptor, udp.port) }
                close(tcp.descriptor)
            }
            close(udp.descriptor)
        }
        return nil
    }

    /// A socket on 127.0.0.1.
    static func bound(_ type: __socket_type, _ port: UInt16) -> (descriptor: Int32, port: UInt16)? {
        let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        if isBound { return (descriptor, UInt16(bigEndian: address.sin_port)) }
        close(descriptor)
        return nil
    }
}
