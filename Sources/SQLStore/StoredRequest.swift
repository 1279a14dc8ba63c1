// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A request as bytes: what makes two requests of one id the same, and what a restart reads.
enum StoredRequest {
    private static let version: UInt8 = 1
    /// The same with a run behind it.
    private static let versionWithRun: UInt8 = 2
    /// What stands for the request of a person who was erased.
    static let erased: [UInt8] = [0xFF]

    static func encode(_ request: DataRequest, _ fingerprint: QueryFingerprint) -> [UInt8] {
        var frame = FrameWriter()
        frame.write(request.run == nil ? version : versionWithRun)
        frame.write(request.access.reduce(UInt8(0)) { $0 | bit(of: $1) })
        frame.write(UInt8(request.isFresh ? 1 : 0))
        frame.write(request.createdAt.microseconds)
        frame.write(request.maximumCredits?.millis)
        frame.write(request.timeout?.microseconds)
        frame.write(fingerprint.high)
        frame.write(fingerprint.low)
        frame.write(request.team)
        frame.write(request.user)
        frame.write(request.origin.rawValue)
        write(request.prospect, to: &frame)
        if let run = request.run {
            frame.write(run.high)
            frame.write(run.low)
        }
        return frame.bytes
    }

    static func decode(
        _ bytes: [UInt8], id: RequestID
    ) throws(JournalError) -> (request: DataRequest, fingerprint: QueryFingerprint) {
        var frame = FrameReader(bytes)
        let form = try frame.byte()
        guard form == version || form == versionWithRun else { throw .damaged("a request is of an unknown form") }
        let access = try frame.byte()
        let isFresh = try frame.byte() == 1
        let createdAt = Timestamp(microseconds: try frame.int64())
        let maximumCredits = try frame.optionalInt64().map { Credits(millis: $0) }
        let timeout = try frame.optionalInt64().map { Duration.microseconds($0) }
        let fingerprint = QueryFingerprint(high: try frame.uint64(), low: try frame.uint64())
        let team = try frame.text()
        let user = try frame.text()
        let origin = try frame.text().flatMap { RequestOrigin(rawValue: $0) }
        let prospect = try readProspect(from: &frame)
        let run = form == version ? nil : RunID(high: try frame.uint64(), low: try frame.uint64())
        let data = Set(Datum.allCases.filter { access & bit(of: $0) != 0 })
        let isWhole = data == [.verification] ? prospect.email != nil : !data.isEmpty && !data.contains(.verification)
        guard isWhole, let team, let user, let origin else { throw .damaged("a request lacks a field") }
        let request = DataRequest(
            id: id, prospect: prospect, access: data, team: team, user: user, origin: origin, isFresh: isFresh,
            maximumCredits: maximumCredits, createdAt: createdAt, timeout: timeout, run: run)
        return (request, fingerprint)
    }

    private static func bit(of datum: Datum) -> UInt8 {
        switch datum {
        case .email: 1
        case .phone: 2
        case .verification: 4
        }
    }

    private static func write(_ prospect: Prospect, to frame: inout FrameWriter) {
        frame.write(prospect.firstName)
        frame.write(prospect.lastName)
        frame.write(prospect.fullName)
        frame.write(prospect.companyName)
        frame.write(prospect.domain)
        frame.write(prospect.linkedInURL)
        frame.write(prospect.email)
        frame.write(prospect.title)
        frame.write(prospect.country)
        frame.write(prospect.keys.linkedIn)
        frame.write(prospect.keys.email)
        frame.write(prospect.keys.nameAtDomain)
    }

    private static func readProspect(from frame: inout FrameReader) throws(JournalError) -> Prospect {
        var prospect = Prospect()
        prospect.firstName = try frame.text()
        prospect.lastName = try frame.text()
        prospect.fullName = try frame.text()
        prospect.companyName = try frame.text()
        prospect.domain = try frame.text()
        prospect.linkedInURL = try frame.text()
        prospect.email = try frame.text()
        prospect.title = try frame.text()
        prospect.country = try frame.text()
        prospect.keys.linkedIn = try frame.text()
        prospect.keys.email = try frame.text()
        prospect.keys.nameAtDomain = try frame.text()
        return prospect
    }
}
