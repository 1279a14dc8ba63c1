// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import Bounces

/// The mails in `Resources/eml`, and what `expected.csv` says of each of their recipients.
enum BounceCorpus {
    struct Row {
        var file: String
        /// Which of the file's recipients, from 0: the rows stand in the mail's order.
        var index: Int
        var status: String
        var reason: String
        var isHard: Bool

        /// The mail system that wrote the file: "lhost-postfix".
        var system: String { BounceCorpus.system(of: file) }
    }

    static let folder = URL(filePath: Bundle.module.bundlePath + "/Resources")

    static let rows: [Row] = {
        let text = BounceCorpus.text("expected.csv")
        var counts: [Substring: Int] = [:]
        return text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            guard cells.count == 6 else { return nil }
            defer { counts[cells[0], default: 0] += 1 }
            return Row(
                file: String(cells[0]), index: counts[cells[0], default: 0], status: String(cells[2]),
                reason: String(cells[4]), isHard: cells[5] == "true")
        }
    }()

    static func text(_ file: String) -> String {
        (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
    }

    static let files = Array(Set(rows.map(\.file))).sorted()

    static func bytes(_ file: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: "eml/\(file)"))).map(Array.init) ?? []
    }

    static let reports: [String: [BounceReport]] = Dictionary(
        uniqueKeysWithValues: files.map { ($0, BounceReader.read(bytes($0))) })

    static func system(of file: String) -> String {
        file.replacing(/-\d+\.eml$/, with: "")
    }

    /// A fifth of the mail systems, whose mails were left out while the rules were written: the first by a hash
    /// (FNV-1a) of a fixed seed and the name.
    static let heldOut: Set<String> = {
        let systems = Set(files.map(system)).sorted { hash("20261126:\($0)") < hash("20261126:\($1)") }
        return Set(systems.prefix(systems.count / 5))
    }()

    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
