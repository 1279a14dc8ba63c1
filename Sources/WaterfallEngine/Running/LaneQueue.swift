// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Starts work on a lane: each piece is a task of its own that prefers the lane's executor.
struct LaneQueue: Sendable {
    typealias Work = @Sendable () async -> Void

    /// Pieces of work that wait to be started, at most; they start at once while the lane runs.
    static let maximumWaiting = 65_536

    let lane: Lane
    private let stream: AsyncStream<Work>
    private let continuation: AsyncStream<Work>.Continuation

    init(_ lane: Lane) {
        self.lane = lane
        (stream, continuation) = AsyncStream.makeStream(
            of: Work.self, bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
    }

    /// Returns false where the lane has stopped taking work, or has too much.
    func add(_ work: @escaping Work) -> Bool {
        if case .enqueued = continuation.yield(work) { return true }
        return false
    }

    func stop() { continuation.finish() }

    /// Runs until it is stopped and all work is done.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await work in stream {
                group.addTask(executorPreference: lane.executor) { await work() }
            }
        }
    }
}
