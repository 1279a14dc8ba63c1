// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import CurlTransport

extension CurlTransportTests {
    /// The marks alone, without epoll behind them.
    @Suite struct SocketTableTests {
        private static let (input, output): (Int32, Int32) = (1, 2)
        private let table = SocketTable(epoll: -1)

        @Test func `a socket that is let go stays watched, so that the next exchange need not ask`() {
            table.opened(7)
            table.watch(7, Self.input, pool: 0)
            table.release(7, isMultiplexed: false)
            #expect(table.isWatched(7))
        }

        @Test func `a mark dies with its socket`() {
            table.opened(7)
            table.watch(7, Self.input, pool: 0)
            table.release(7, isMultiplexed: false)
            table.closed(7)
            #expect(!table.isWatched(7))
            table.opened(7)
            #expect(!table.isWatched(7))
            table.watch(7, Self.output, pool: 1)
            #expect(table.isWatched(7))
        }

        /// The resolver's sockets close without a word, so no mark may stay.
        @Test func `a socket that libcurl opened by itself is not marked`() {
            table.watch(9, Self.input, pool: 0)
            #expect(table.isWatched(9))
            table.release(9, isMultiplexed: false)
            #expect(!table.isWatched(9))
        }
    }
}
