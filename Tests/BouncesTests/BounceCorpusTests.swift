// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Bounces

/// What is read of real mails, against what others have written down of them.
@Suite struct BounceCorpusTests {
    struct Score: CustomStringConvertible {
        var rows = 0
        var agreeing = 0
        var hard = 0
        var foundHard = 0
        var wrong: [String] = []

        init(_ rows: [BounceCorpus.Row]) {
            for row in rows {
                let reports = BounceCorpus.reports[row.file] ?? []
                let report = reports.indices.contains(row.index) ? reports[row.index] : nil
                let isHard = report?.bounceClass == .hard
                self.rows += 1
                hard += row.isHard ? 1 : 0
                foundHard += row.isHard && isHard ? 1 : 0
                // A recipient that is not read at all is no agreement.
                if report != nil, isHard == row.isHard {
                    agreeing += 1
                } else {
                    wrong.append("\(row.file)#\(row.index): \(row.reason), read as \(report?.reason.rawValue ?? "-")")
                }
            }
        }

        var share: Double { Double(agreeing) / Double(rows) }
        var recall: Double { Double(foundHard) / Double(hard) }

        var description: String {
            "\(agreeing) of \(rows) rows agree (\(Self.percent(share))), \(foundHard) of \(hard) hard ones found "
                + "(\(Self.percent(recall))); not: \(wrong)"
        }

        static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
    }

    @Test func `the corpus is whole`() {
        #expect(BounceCorpus.rows.count == 297)
        #expect(BounceCorpus.files.count == 278)
        #expect(BounceCorpus.heldOut.count == 12)
        #expect(BounceCorpus.files.allSatisfy { !BounceCorpus.bytes($0).isEmpty })
    }

    @Test func `hard or not is what others say, and hard ones are found`() {
        let score = Score(BounceCorpus.rows)
        tell("all rows: \(score)")
        #expect(score.share >= 0.97)
        #expect(score.recall >= 0.95)
    }

    @Test func `it holds of mail systems that the rules were not written from`() {
        let score = Score(BounceCorpus.rows.filter { BounceCorpus.heldOut.contains($0.system) })
        tell("held out: \(score)")
        #expect(score.rows > 297 / 10)
        #expect(score.share >= 0.93)
    }

    @Test func `the status is the one that stands in the mail`() {
        let rows = BounceCorpus.rows.filter { row in
            !row.status.isEmpty && Self.holds(BounceCorpus.bytes(row.file), row.status)
        }
        let right = rows.filter { row in
            let reports = BounceCorpus.reports[row.file] ?? []
            return reports.indices.contains(row.index) && reports[row.index].status == row.status
        }
        tell("status: \(right.count) of \(rows.count)")
        #expect(rows.count > 150)
        #expect(Double(right.count) / Double(rows.count) >= 0.95)
    }

    @Test func `what is no bounce gives none`() {
        let kinds: Set<String> = ["feedback", "vacation", "delivered"]
        let rows = BounceCorpus.rows.filter { kinds.contains($0.reason) }
        #expect(rows.count > 10)
        for row in rows {
            #expect(BounceCorpus.reports[row.file]?.allSatisfy { $0.bounceClass == .none } == true, "\(row.file)")
        }
    }

    @Test func `every report has a name, and the same one again`() {
        for file in BounceCorpus.files {
            let reports = BounceCorpus.reports[file] ?? []
            #expect(!reports.isEmpty && reports.allSatisfy { !$0.reportID.isEmpty })
            #expect(BounceReader.read(BounceCorpus.bytes(file)) == reports)
        }
    }

    private func tell(_ figure: String) { FileHandle.standardError.write(Data("\(figure)\n".utf8)) }

    /// True where a status stands in a mail, not as part of a longer number.
    private static func holds(_ bytes: [UInt8], _ status: String) -> Bool {
        var place = 0
        let isPart: (Int) -> Bool = { bytes.indices.contains($0) && (0x30...0x39).contains(bytes[$0]) }
        while let found = ByteSearch.first(status, in: bytes, from: place) {
            let end = found + status.utf8.count
            let isDotted =
                found > 0 && bytes[found - 1] == 0x2E
                || bytes.indices.contains(end) && bytes[end] == 0x2E && isPart(end + 1)
            if !isPart(found - 1), !isPart(end), !isDotted { return true }
            place = found + 1
        }
        return false
    }
}
