// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// What came back for an attempt, one frame behind the other in one column.
enum StoredRecords {
    private static let reply: UInt8 = 1
    private static let ticket: UInt8 = 2
    private static let verdict: UInt8 = 3
    private static let markedTicket: UInt8 = 4

    static func encode(_ content: RecordedReply.Content) -> [UInt8] {
        switch content {
        case .reply(let reply):
            var frame = FrameWriter(reserving: reply.body.count + reply.headers.block.count + 16)
            frame.write(Self.reply)
            frame.write(UInt32(truncatingIfNeeded: reply.status))
            frame.write(reply.headers.block)
            frame.write(reply.body)
            return frame.bytes
        case .ticket(let ticket, let mark):
            var frame = FrameWriter()
            frame.write(mark == nil ? Self.ticket : Self.markedTicket)
            frame.write(ticket.rawValue)
            if let mark { frame.write(mark) }
            return frame.bytes
        case .verdict(let verdict):
            var frame = FrameWriter()
            frame.write(Self.verdict)
            frame.write(verdict.status.rawValue)
            frame.write(verdict.reason.rawValue)
            frame.write(verdict.suggestion)
            return frame.bytes
        }
    }

    static func decode(_ bytes: [UInt8]) throws(JournalError) -> [RecordedReply.Content] {
        var frame = FrameReader(bytes)
        var records: [RecordedReply.Content] = []
        while !frame.isAtEnd {
            switch try frame.byte() {
            case reply:
                let status = Int(try frame.uint32())
                let headers = ReplyHeaders(block: try frame.block())
                records.append(.reply(ProviderReply(status: status, headers: headers, body: try frame.block())))
            case ticket:
                records.append(.ticket(PollTicket(rawValue: try frame.text() ?? ""), keyMark: nil))
            case markedTicket:
                let ticket = PollTicket(rawValue: try frame.text() ?? "")
                records.append(.ticket(ticket, keyMark: try frame.text()))
            case verdict: records.append(.verdict(try readVerdict(from: &frame)))
            default: throw .damaged("a stored reply is of an unknown form")
            }
        }
        return records
    }

    private static func readVerdict(from frame: inout FrameReader) throws(JournalError) -> EmailVerdict {
        let status = try frame.text().flatMap { EmailStatus(rawValue: $0) }
        let reason = try frame.text().flatMap { VerdictReason(rawValue: $0) }
        let suggestion = try frame.text()
        guard let status, let reason, EmailVerdict.statuses.contains(status) else {
            throw .damaged("a stored verdict is of an unknown form")
        }
        return EmailVerdict(status, reason, suggestion: suggestion)
    }
}
