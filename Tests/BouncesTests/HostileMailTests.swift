// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing

@testable import Bounces

/// Whatever the bytes are, something is said of them, within bounds.
@Suite struct HostileMailTests {
    private static let head = "From: MAILER-DAEMON@example.org\nSubject: Undelivered\nMIME-Version: 1.0\n"

    /// A multipart in a multipart, so many times.
    private static func nested(_ depth: Int) -> String {
        let parts = (0..<depth).map { "Content-Type: multipart/mixed; boundary=\"b\($0)\"\n\n--b\($0)\n" }
        return head + parts.joined() + "Content-Type: text/plain\n\n<jane@example.net>: 550 5.1.1 user unknown\n"
    }

    @Test func `parts within parts are followed to a depth, and refused beyond`() {
        #expect(BounceReader.read(Array(Self.nested(90).utf8)).map(\.reason) == [.userUnknown])
        for depth in [100, 399] { #expect(BounceReader.read(Array(Self.nested(depth).utf8)).count == 1) }
        #expect(throws: BounceProblem.tooDeep) { try BounceReader.reports(in: Array(Self.nested(20_000).utf8)) }
        let spaced = (0..<20_000).map { "Content-Type:\tMultipart/mixed;\tboundary\t=b\($0)\n\n--b\($0)\n" }
        #expect(throws: BounceProblem.tooDeep) { try BounceReader.reports(in: Array(spaced.joined().utf8)) }
        let messages = String(repeating: "Content-Type: message/rfc822\n\n", count: 20_000)
        #expect(throws: BounceProblem.tooDeep) { try BounceReader.reports(in: Array(messages.utf8)) }
    }

    @Test(arguments: [
        ("550 <a@b.c>", 900_000), ("@", 10_000_000), ("\"@", 1_000_000), ("\0", 1_000_000), ("a@b.c\n", 500_000),
        ("\u{FEFF}\r\r\r\n\n\0@\0", 1),
    ])
    func `long lines and odd bytes are read`(unit: String, count: Int) {
        let text = String(repeating: unit, count: count)
        for type in ["text/plain", "text/html", "message/delivery-status", "text/plain; charset=x-none"] {
            let mail = Self.head + "Content-Type: \(type)\n\n" + text
            #expect(BounceReader.read(Array(mail.utf8)).count <= DeliveryStatus.maximumRecipients)
        }
        #expect(BounceReader.read(Array(text.utf8)).count >= 1)
    }

    @Test func `many recipients are read up to a number`() {
        let group = { (number: Int) in
            "Final-Recipient: rfc822; a\(number)@b.example\nAction: failed\nStatus: 5.1.1\n\n"
        }
        let type = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        let status = "Content-Type: message/delivery-status\n\n" + (0..<2_000).map(group).joined()
        let reports = BounceReader.read(Array((Self.head + type + status).utf8))
        #expect(reports.count == DeliveryStatus.maximumRecipients)
        #expect(reports.allSatisfy { $0.reason == .userUnknown })
    }

    @Test(arguments: ["iso-2022-jp", "utf-16", "utf-7", "x-unknown", "", "\"", "us-ascii"])
    func `a wrong charset loses signs, not the mail`(charset: String) {
        let mail =
            Self.head + "Content-Type: text/plain; charset=\(charset)\n\n<jane@example.net>: 550 5.1.1 user unknown\n"
        let reports = BounceReader.read(Array(mail.utf8) + [0xFF, 0xC0, 0x1B, 0x24])
        #expect(reports.count == 1)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `damaged mails are read, always in the same way`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let files = BounceCorpus.files
        for _ in 0..<150 {
            var bytes = BounceCorpus.bytes(files[Int.random(in: 0..<files.count, using: &generator)])
            for _ in 0..<Int.random(in: 1...6, using: &generator) { damage(&bytes, files, &generator) }
            let reports = BounceReader.read(bytes)
            #expect(!reports.isEmpty && reports.count <= DeliveryStatus.maximumRecipients)
            #expect(BounceReader.read(bytes) == reports)
            for report in reports {
                #expect(!report.reportID.isEmpty)
                #expect(report.status.map { $0.utf8.count <= 9 && "245".contains($0.first ?? "0") } ?? true)
                #expect(report.code.map { (200...599).contains($0) } ?? true)
                #expect(report.recipient.map { $0.contains("@") } ?? true)
            }
            _ = WebhookReader.read(bytes)
            _ = BounceSource.items(of: bytes, name: "-")
        }
    }

    private func damage(_ bytes: inout [UInt8], _ files: [String], _ generator: inout SeededGenerator) {
        let start = Int.random(in: 0...bytes.count, using: &generator)
        let end = min(bytes.count, start + Int.random(in: 0...200, using: &generator))
        switch Int.random(in: 0...5, using: &generator) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        case 2: bytes.insert(contentsOf: [0, 0xFF, 0x0A, 0x0A, 0x2D, 0x2D, 0x40], at: start)
        case 3: bytes.removeSubrange(start...)
        case 4 where start < bytes.count: bytes[start] = UInt8.random(in: 0...255, using: &generator)
        default:
            let other = BounceCorpus.bytes(files[Int.random(in: 0..<files.count, using: &generator)])
            bytes.replaceSubrange(start..., with: other.suffix(Int.random(in: 0...other.count, using: &generator)))
        }
    }
}
