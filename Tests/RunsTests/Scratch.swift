// SPDX-License-Identifier: Apache-2.0

import Foundation
import Runs
import Tables
import WaterfallEngine

/// A folder for the files of one test, gone with it.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-runs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Writes a file, and returns its path.
    func file(_ bytes: [UInt8], _ name: String = "people.csv") throws -> String {
        let url = folder.appending(path: name)
        try Data(bytes).write(to: url)
        return url.path
    }

    func file(_ text: String, _ name: String = "people.csv") throws -> String { try file(Array(text.utf8), name) }

    /// A file of this text, opened.
    func open(
        _ text: String, _ name: String = "people.csv", _ options: ProspectFileOptions = ProspectFileOptions()
    ) throws -> ProspectFile {
        try ProspectFile(opening: try file(text, name), options)
    }
}

extension ProspectRows {
    /// All rows to the end.
    func all() throws(TableError) -> [ProspectRow] {
        var rows: [ProspectRow] = []
        while let row = try next() { rows.append(row) }
        return rows
    }
}

extension ProspectRow {
    /// The reason for which it is set aside.
    var rejection: String? {
        if case .rejected(let rejection) = content { rejection.reason } else { nil }
    }

    /// Whom it names, in short.
    var person: String? {
        guard case .prospect(let prospect) = content else { return nil }
        return [prospect.fullName, prospect.domain ?? prospect.companyName, prospect.linkedInURL, prospect.email]
            .map { $0 ?? "-" }.joined(separator: "|")
    }
}
