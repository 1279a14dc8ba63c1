// SPDX-License-Identifier: Apache-2.0

import CCurl
import Enrichment
import Glibc

/// One multi handle of libcurl: the connections of one provider and credential, and the transfers to use them.
///
/// Apart from keeping credentials apart, this keeps the search for a connection short: libcurl looks through all
/// connections to a host one by one. Touched on the loop's thread alone.
@safe final class ConnectionPool {
    /// Whose connections. A connection to a private address is never there for a request that may not have one.
    struct Key: Hashable {
        var id: ConnectionPoolID
        var allowsPrivateAddresses: Bool
    }

    /// Idle connections that are kept at least; as many as were ever under way at once where that is more.
    static let minimumConnections = 64
    /// Exchanges that one connection of HTTP/2 carries at a time: 32. Servers are asked to allow 100 (RFC 9113 6.5.2),
    /// but what they do allow libcurl only reads once the first burst is on its way, and a stream too many is refused:
    /// libcurl would send it again, and does not say that it was never looked at.
    static let maximumStreams = 32
    /// Connections that a host gets over TLS before its first answer says whether they are shared: 8.
    static let firstConnections = 8
    /// Idle transfers that are kept.
    static let maximumIdleTransfers = 2_048

    let key: Key
    let multi: UnsafeMutableRawPointer
    let sockets: SocketTable
    /// When libcurl wants to be called though nothing happened; `.max` for never.
    private(set) var wakeUp = UInt64.max
    /// True where libcurl was called and may have messages.
    private(set) var wasDriven = false
    private let index: Int32
    private let authorities: String?
    private var idle: [Transfer] = []
    private var running = 0
    private var connections = ConnectionPool.minimumConnections
    /// What the first answer over TLS came by; once a connection turns out to be HTTP/2, that.
    private var dialect = Dialect.unknown
    /// Connections that libcurl may open to a host; 0 for any number.
    private var hostConnections = 0

    private enum Dialect {
        case unknown
        case http1
        case http2
    }

    /// Nil where memory is out.
    init?(key: Key, index: Int, sockets: SocketTable, authorities: String?) {
        guard let multi = unsafe curl_multi_init() else { return nil }
        self.key = key
        unsafe self.multi = multi
        self.sockets = sockets
        self.index = Int32(index)
        self.authorities = authorities
        let address = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe weir_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        unsafe weir_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, Self.maximumStreams)
        unsafe weir_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        unsafe weir_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, address)
        unsafe weir_multi_set_pointer(multi, CURLMOPT_TIMERDATA, address)
        unsafe weir_multi_set_socket(multi) { easy, descriptor, what, user, _ in
            guard let user = unsafe user else { return -1 }
            unsafe Unmanaged<ConnectionPool>.fromOpaque(user)._withUnsafeGuaranteedRef { pool in
                guard what == CURL_POLL_REMOVE else {
                    return pool.sockets.watch(descriptor, what, pool: pool.index)
                }
                var version = 0
                if let easy = unsafe easy { unsafe weir_get_long(easy, CURLINFO_HTTP_VERSION, &version) }
                if version >= CURL_HTTP_VERSION_2_0 { pool.dialect = .http2 }
                pool.sockets.release(descriptor, isMultiplexed: version >= CURL_HTTP_VERSION_2_0)
            }
            return 0
        }
        unsafe weir_multi_set_timer(multi) { _, milliseconds, user in
            guard let user = unsafe user else { return -1 }
            unsafe Unmanaged<ConnectionPool>.fromOpaque(user)._withUnsafeGuaranteedRef { pool in
                pool.wakeUp = milliseconds < 0 ? .max : MonotonicTime.now + UInt64(milliseconds) * 1_000_000
            }
            return 0
        }
    }

    /// Closes everything. Nothing may run, and nothing may be started after.
    func close() {
        idle.removeAll()
        unsafe _ = curl_multi_cleanup(multi)
    }

    /// Transfers that wait for use.
    var idleCount: Int { idle.count }

    /// An idle transfer, or a new one; nil where memory is out.
    func take() -> Transfer? { idle.popLast() ?? Transfer(pool: self, authorities: authorities) }

    /// Puts an ended transfer back.
    func give(_ transfer: Transfer) {
        if idle.count < Self.maximumIdleTransfers { idle.append(transfer) }
    }

    /// Starts a prepared transfer. False where libcurl will not have it.
    func start(_ transfer: Transfer) -> Bool {
        running += 1
        if running > connections {
            connections *= 2
            unsafe weir_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        }
        if transfer.usesTLS { limitConnections() }
        guard unsafe curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            running -= 1
            return false
        }
        return true
    }

    /// Where each connection of HTTP/2 carries all that it may, libcurl would open one for each further exchange. So it
    /// gets as many as are needed for those under way, and one for when one of them takes no more.
    private func limitConnections() {
        let needed =
            switch dialect {
            case .unknown: Self.firstConnections
            case .http1: 0
            case .http2: (running + Self.maximumStreams - 1) / Self.maximumStreams + 1
            }
        guard needed != hostConnections else { return }
        hostConnections = needed
        unsafe weir_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, needed)
    }

    private func learn(_ version: Int) {
        guard version > CURL_HTTP_VERSION_NONE else { return }
        dialect = version >= CURL_HTTP_VERSION_2_0 ? .http2 : .http1
    }

    /// Takes a transfer out of libcurl, running or done. A running one is really stopped: over HTTP/1.1 its
    /// connection closes, over HTTP/2 its stream is reset.
    func remove(_ transfer: Transfer) {
        unsafe _ = curl_multi_remove_handle(multi, transfer.easy)
        running -= 1
    }

    /// Tells libcurl what happened on a socket.
    func drive(_ descriptor: Int32, _ bits: Int32) {
        var count: Int32 = 0
        wasDriven = true
        unsafe _ = curl_multi_socket_action(multi, descriptor, bits, &count)
    }

    /// Tells libcurl that its time has come, where it has.
    func driveTimer(at now: UInt64) {
        guard wakeUp <= now else { return }
        wakeUp = .max
        drive(CURL_SOCKET_BAD, 0)
    }

    /// The next transfer that is done, taken out of libcurl.
    func nextDone() -> (Transfer, CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            let code = unsafe weir_message_result(message)
            var user: UnsafeMutableRawPointer?
            unsafe weir_get_pointer(easy, CURLINFO_PRIVATE, &user)
            guard let user = unsafe user else { continue }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
            if dialect == .unknown, transfer.usesTLS {
                var version = 0
                unsafe weir_get_long(easy, CURLINFO_HTTP_VERSION, &version)
                learn(version)
                limitConnections()
            }
            remove(transfer)
            return (transfer, code)
        }
        wasDriven = false
        return nil
    }
}
