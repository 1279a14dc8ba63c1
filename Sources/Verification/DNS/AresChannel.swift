// SPDX-License-Identifier: Apache-2.0

internal import CAres
internal import Glibc

/// A channel of c-ares: its servers, its sockets, what it was asked. Of one thread only.
///
/// What c-ares 1.18 does by itself, and what is kept from doing:
///
/// - It drops SERVFAIL, REFUSED and NOTIMP, asks on, and says "connection refused" in the end. NOCHECKRESP lets the
///   replies through.
/// - An error of a TCP connection closes the server's UDP socket as well, and costs every question there a try: TCP has
///   channels of its own.
/// - The first server that doesn't know EDNS turns it off for all, and what was under way fails. It isn't used: replies
///   above 512 bytes come over TCP.
/// - It takes a question that comes back for a reply: the bytes are judged by `DNSMessage` alone.
@safe final class AresChannel {
    enum Transport: Hashable {
        case udp
        case tcp
    }

    /// What came of a question: c-ares' status, and the reply's bytes where there is one.
    typealias Outcome = (query: AresQuery, status: Int32, bytes: [UInt8]?)

    /// The sockets, and what poll(2) is to wait for on each.
    private(set) var sockets: [Int32: Int16] = [:]
    private(set) var underWay = 0
    private var outcomes: [Outcome] = []
    private var channel: ares_channel?

    /// Makes a channel; nil where memory is short.
    ///
    /// - Parameter servers: nil for the system's.
    init?(_ transport: Transport, servers: [DNSServer]?, options given: AresResolver.Options) {
        guard Self.library == ARES_SUCCESS else { return nil }
        var options = unsafe ares_options()
        let flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP
        unsafe options.flags = flags | (transport == .tcp ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC)
        unsafe options.timeout = Int32(
            clamping: given.timeout.components.seconds * 1_000
                + given.timeout.components.attoseconds / 1_000_000_000_000_000)
        // Over TCP a round is spent wherever a server closes the connection after an answer.
        unsafe options.tries = Int32(given.tries + (transport == .tcp ? 2 : 0))
        unsafe options.sock_state_cb = { context, descriptor, reads, writes in
            guard let context = unsafe context else { return }
            let channel = unsafe Unmanaged<AresChannel>.fromOpaque(context).takeUnretainedValue()
            channel.watch(descriptor, reads: reads != 0, writes: writes != 0)
        }
        // The channel is destroyed before this object goes.
        unsafe options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        let mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE
        guard unsafe ares_init_options(&channel, &options, mask) == ARES_SUCCESS else { return nil }
        guard let servers else { return }
        let list = servers.map(\.description).joined(separator: ",")
        guard unsafe ares_set_servers_ports_csv(channel, list) == ARES_SUCCESS else { return nil }
    }

    deinit { close() }

    /// The servers that it asks.
    var servers: [DNSServer] {
        var first: UnsafeMutablePointer<ares_addr_port_node>?
        guard unsafe ares_get_servers_ports(channel, &first) == ARES_SUCCESS else { return [] }
        defer { unsafe ares_free_data(first) }
        var servers: [DNSServer] = []
        var next = unsafe first
        while let node = unsafe next {
            var octets = [UInt8](repeating: 0, count: 16)
            let count = unsafe weir_ares_address(node, &octets)
            let port = unsafe UInt16(truncatingIfNeeded: node.pointee.udp_port)
            if let address = IPAddress(bytes: octets.prefix(Int(count))) {
                servers.append(DNSServer(address, port: port == 0 ? 53 : port))
            }
            unsafe next = node.pointee.next
        }
        return servers
    }

    /// Asks. The outcome is among `harvest()` later, or at once.
    func ask(_ query: AresQuery) {
        query.channel = self
        underWay += 1
        let context = unsafe Unmanaged.passRetained(query).toOpaque()
        unsafe ares_query(
            channel, query.name, 1, Int32(query.type.rawValue),
            { context, status, _, bytes, count in
                guard let context = unsafe context else { return }
                let query = unsafe Unmanaged<AresQuery>.fromOpaque(context).takeRetainedValue()
                let reply = unsafe bytes.map { bytes in
                    unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: Int(max(count, 0))))
                }
                query.channel?.end(query, status, reply)
            }, context)
    }

    /// Gives a socket its turn, by what poll(2) said of it.
    func process(_ descriptor: Int32, _ events: Int16) {
        let isBroken = Int32(events) & (POLLERR | POLLHUP | POLLNVAL) != 0
        let reads = isBroken || Int32(events) & POLLIN != 0
        let writes = isBroken || Int32(events) & POLLOUT != 0
        unsafe ares_process_fd(channel, reads ? descriptor : ARES_SOCKET_BAD, writes ? descriptor : ARES_SOCKET_BAD)
    }

    /// Asks again, or gives up, what has waited for long enough.
    func processTimeouts() { unsafe ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD) }

    /// Milliseconds until `processTimeouts` has something to do; nil where nothing is under way.
    var wait: Int32? {
        guard underWay > 0 else { return nil }
        let wait = unsafe weir_ares_wait(channel)
        return wait < 0 ? nil : wait
    }

    /// Takes what has ended since the last time.
    func harvest() -> [Outcome] {
        defer { outcomes.removeAll(keepingCapacity: true) }
        return outcomes
    }

    /// Ends all that is under way, without an outcome, and closes the sockets.
    func close() {
        unsafe ares_destroy(channel)
        unsafe channel = nil
        outcomes.removeAll()
    }

    private func end(_ query: AresQuery, _ status: Int32, _ bytes: [UInt8]?) {
        query.channel = nil
        underWay -= 1
        outcomes.append((query, status, bytes))
    }

    private func watch(_ descriptor: Int32, reads: Bool, writes: Bool) {
        let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
        sockets[descriptor] = events == 0 ? nil : Int16(events)
    }

    /// c-ares is set up once for the process.
    private static let library = ares_library_init(ARES_LIB_INIT_ALL)
}
