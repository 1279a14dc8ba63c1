// SPDX-License-Identifier: Apache-2.0

import CCurl

/// The descriptors that libcurl has told of, and their registration with epoll.
///
/// libcurl lets go of a socket after each exchange and takes it again for the next. Leaving it registered and only
/// marking it idle saves two system calls an exchange, a third of its price. Two rules make that safe: a mark dies
/// with its socket, as the number may come back for another; and every registration carries a generation, so
/// that an event which was fetched before its socket closed is not taken for one of the next.
final class SocketTable {
    private struct Mark {
        /// The bits of `CURL_POLL_INOUT` that epoll watches for; 0 where it isn't registered.
        var interest: UInt8 = 0
        /// True where libcurl has let go and epoll hasn't.
        var isIdle = false
        /// True for a socket whose closing is told. The resolver's own are closed without a word, and may not
        /// be marked.
        var isOurs = false
        /// True for a connection whose frames name their exchange; what comes on it unasked is no danger.
        var isMultiplexed = false
        var pool: Int32 = 0
        var generation: UInt32 = 0
    }

    private let epoll: Int32
    private var marks: [Mark] = []

    init(epoll: Int32) { self.epoll = epoll }

    func opened(_ descriptor: Int32) {
        forget(descriptor)
        marks[Int(descriptor)].isOurs = true
    }

    /// To be called before the descriptor is closed: epoll drops it by itself then.
    func closed(_ descriptor: Int32) { forget(descriptor) }

    /// True where epoll watches a descriptor, as far as the table knows.
    func isWatched(_ descriptor: Int32) -> Bool {
        marks.indices.contains(Int(descriptor)) && marks[Int(descriptor)].interest != 0
    }

    /// libcurl has let go of a socket. One that may not be marked leaves epoll at once.
    ///
    /// - Parameter isMultiplexed: true where its last exchange is known to have been multiplexed. An exchange that was
    ///   stopped before it was answered says nothing; what an earlier one said of the connection stands.
    func release(_ descriptor: Int32, isMultiplexed: Bool) {
        grow(to: descriptor)
        let index = Int(descriptor)
        guard marks[index].isOurs else { return remove(descriptor) }
        marks[index].isIdle = true
        marks[index].isMultiplexed = marks[index].isMultiplexed || isMultiplexed
    }

    /// What libcurl wants to know of a socket: `CURL_POLL_IN`, `OUT` or `INOUT`.
    func watch(_ descriptor: Int32, _ what: Int32, pool: Int32) {
        grow(to: descriptor)
        let index = Int(descriptor)
        let interest = UInt8(what & CURL_POLL_INOUT)
        guard interest != 0 else { return remove(descriptor) }
        let known = marks[index].interest
        marks[index].isIdle = false
        marks[index].pool = pool
        if known == interest { return }
        var events: UInt32 = 0
        if what & CURL_POLL_IN != 0 { events |= EPOLLIN.rawValue }
        if what & CURL_POLL_OUT != 0 { events |= EPOLLOUT.rawValue }
        let data = UInt64(marks[index].generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        let first = known == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        let second = known == 0 ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
        if weir_epoll_control(epoll, first, descriptor, events, data) != 0 {
            _ = weir_epoll_control(epoll, second, descriptor, events, data)
        }
        marks[index].interest = interest
    }

    /// Returns whose an event is, and the bits for libcurl; nil where it is stale, or of a socket that lies idle.
    ///
    /// On an idle one the server has closed, or sent what nobody asked for. libcurl would take that for the
    /// answer to the next request, so over HTTP/1.1 the connection is spoilt: libcurl finds it dead when it
    /// next looks at it. (What comes along with the reply itself, libcurl sees and closes.)
    func ready(_ event: weir_event) -> (descriptor: Int32, pool: Int, bits: Int32)? {
        let descriptor = Int32(truncatingIfNeeded: event.data)
        let index = Int(descriptor)
        guard marks.indices.contains(index), marks[index].generation == UInt32(event.data >> 32) else { return nil }
        guard !marks[index].isIdle else {
            remove(descriptor)
            if !marks[index].isMultiplexed { weir_spoil(descriptor) }
            return nil
        }
        // Errors are found by reading and writing. CURL_CSELECT_ERR alone would end a transfer without its last
        // bytes.
        let broken = event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        var bits: Int32 = 0
        if broken || event.events & EPOLLIN.rawValue != 0 { bits |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 || broken && marks[index].interest & UInt8(CURL_POLL_OUT) != 0 {
            bits |= CURL_CSELECT_OUT
        }
        return (descriptor, Int(marks[index].pool), bits)
    }

    private func remove(_ descriptor: Int32) {
        if marks[Int(descriptor)].interest != 0 {
            _ = weir_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
        }
        marks[Int(descriptor)].interest = 0
        marks[Int(descriptor)].isIdle = false
    }

    private func forget(_ descriptor: Int32) {
        grow(to: descriptor)
        marks[Int(descriptor)] = Mark(generation: marks[Int(descriptor)].generation &+ 1)
    }

    /// The table is as long as the highest descriptor, which the process' limit on open files bounds.
    private func grow(to descriptor: Int32) {
        while marks.count <= Int(descriptor) { marks.append(Mark()) }
    }
}
