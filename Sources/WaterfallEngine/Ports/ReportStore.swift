// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// What the requests of a period came to, for `weir report`.
public protocol ReportStore: Sendable {
    /// Reads the requests that the query means, with their attempts and charges, once through, whatever their number.
    func figures(of team: String, _ query: ReportQuery) async throws(JournalError) -> ReportFigures
}

/// Which requests a report is about. The moment of a request decides, not that of a charge or a refund that came of
/// it: what was asked, found, billed and sent back in a report belongs together.
public struct ReportQuery: Sendable, Hashable {
    public var since: Timestamp?
    /// The first moment that no longer counts.
    public var until: Timestamp?
    public var user: String?
    public var origin: RequestOrigin?
    public var run: RunID?
    /// The name of a list of contacts.
    public var list: String?

    public init(
        since: Timestamp? = nil, until: Timestamp? = nil, user: String? = nil, origin: RequestOrigin? = nil,
        run: RunID? = nil, list: String? = nil
    ) {
        self.since = since
        self.until = until
        self.user = user
        self.origin = origin
        self.run = run
        self.list = list
    }
}
