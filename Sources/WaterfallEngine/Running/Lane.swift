// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// Where requests run: an executor with its transport and clock. A request stays on its lane, so that its exchanges
/// cost no hop between threads.
public struct Lane: Sendable {
    /// Nil runs on the global executor.
    public let executor: (any TaskExecutor)?
    public let transport: any HTTPTransport
    public let clock: any EngineClock

    public init(executor: (any TaskExecutor)?, transport: any HTTPTransport, clock: any EngineClock) {
        self.executor = executor
        self.transport = transport
        self.clock = clock
    }
}
