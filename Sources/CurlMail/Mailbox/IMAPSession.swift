// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

/// A connection to an IMAP server, on the mail thread. libcurl opens it, secures it and logs in; the commands after
/// that are written here, over libcurl's connection: its own fetch marks a message as read, and its custom commands
/// take what stands in a message for the server's answer.
@safe final class IMAPSession {
    /// How long is waited before a cancellation is looked for: 100 ms.
    private static let glance: Int32 = 100
    private static let chunk = 16 << 10

    /// What is open, and how.
    struct Selection: Hashable {
        var isWritable: Bool
        var uidValidity: UInt32
        var uidNext: UInt32?
    }

    var selection: Selection?
    private let handle: MailHandle
    private let socket: Int32
    private let replyTimeout: Int
    private let timeout: Duration
    /// When the command under way has taken too long, however its answer comes.
    private var deadline = ContinuousClock.now
    private var tags = 0
    private var reader: IMAPResponseReader

    /// Connects and logs in.
    init(_ host: MailHost, maximumLiteral: Int, _ cancellation: MailCancellation) throws(MailFailure) {
        guard let handle = MailHandle(host, scheme: "imap", path: "", cancellation) else {
            throw MailFailure(.noConnection, "memory is out")
        }
        self.handle = handle
        replyTimeout = MailHandle.milliseconds(host.replyTimeout)
        timeout = host.timeout
        reader = IMAPResponseReader(maximumLiteral: maximumLiteral)
        unsafe weir_set_long(handle.easy, CURLOPT_CONNECT_ONLY, 1)
        // Else it would be closed before it is used.
        unsafe weir_set_long(handle.easy, CURLOPT_FORBID_REUSE, 0)
        let code = unsafe curl_easy_perform(handle.easy)
        guard code == CURLE_OK else { throw MailHandle.failure(code) }
        var descriptor = CURL_SOCKET_BAD
        unsafe weir_get_socket(handle.easy, &descriptor)
        guard descriptor != CURL_SOCKET_BAD else { throw MailFailure(.interrupted, "the connection is gone") }
        socket = descriptor
        // The job that opened the connection is not the last to use it.
        unsafe weir_set_long(handle.easy, CURLOPT_NOPROGRESS, 1)
        unsafe weir_set_progress(handle.easy, nil)
    }

    /// A farewell that nobody answers; after it libcurl finds the connection dead, and waits for nothing.
    deinit {
        let farewell = Array("z LOGOUT\r\n".utf8)
        var sent = 0
        unsafe _ = curl_easy_send(handle.easy, farewell, farewell.count, &sent)
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Sends a command and hands over the untagged responses until its own answer; throws where that isn't OK.
    func command(
        _ text: String, _ cancellation: MailCancellation, _ take: (IMAPResponse) -> Void = { _ in }
    ) throws(MailFailure) {
        tags += 1
        let tag = "w\(tags)"
        deadline = .now + timeout
        try send(Array("\(tag) \(text)\r\n".utf8), cancellation)
        while true {
            let response = try next(cancellation)
            guard response.tag == tag else {
                if response.tag == "*", response.status == "BYE" {
                    throw MailFailure(.interrupted, said: "the server ends: \(response.text)")
                }
                if response.tag == "*" { take(response) }
                continue
            }
            guard response.status == "OK" else { throw MailFailure(.refused, said: response.text) }
            return
        }
    }

    private func send(_ bytes: [UInt8], _ cancellation: MailCancellation) throws(MailFailure) {
        var done = 0
        while done < bytes.count {
            var sent = 0
            let code = unsafe bytes.withUnsafeBytes { buffer in
                unsafe curl_easy_send(
                    handle.easy, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done, &sent)
            }
            if code == CURLE_AGAIN {
                try wait(for: POLLOUT, cancellation)
            } else if code != CURLE_OK {
                throw MailFailure(.interrupted, "the connection broke")
            }
            done += sent
        }
    }

    private func next(_ cancellation: MailCancellation) throws(MailFailure) -> IMAPResponse {
        while true {
            if let response = reader.next() { return response }
            if let violation = reader.violation { throw MailFailure(.malformed, violation) }
            try goOn(cancellation)
            var buffer = [UInt8](repeating: 0, count: Self.chunk)
            var count = 0
            let code = unsafe curl_easy_recv(handle.easy, &buffer, buffer.count, &count)
            if code == CURLE_AGAIN {
                try wait(for: POLLIN, cancellation)
            } else if code != CURLE_OK || count == 0 {
                throw MailFailure(.interrupted, "the connection broke")
            } else {
                reader.append(buffer[..<count])
            }
        }
    }

    private func goOn(_ cancellation: MailCancellation) throws(MailFailure) {
        if cancellation.isCancelled { throw MailFailure(.cancelled, "it was cancelled") }
        if ContinuousClock.now >= deadline { throw MailFailure(.timedOut, "the answer took too long") }
    }

    private func wait(for event: Int32, _ cancellation: MailCancellation) throws(MailFailure) {
        var waited = 0
        while waited < replyTimeout {
            try goOn(cancellation)
            var entry = pollfd(fd: socket, events: Int16(event), revents: 0)
            if unsafe poll(&entry, 1, Self.glance) != 0 { return }
            waited += Int(Self.glance)
        }
        throw MailFailure(.timedOut, "an answer did not come in time")
    }
}
