// SPDX-License-Identifier: Apache-2.0

import FixtureFiles
import Foundation
import Runs
import Tables
import Testing
import WaterfallEngine

@Suite struct ThousandPeopleTests {
    /// `WEIR_WRITE=1` writes the file anew instead of comparing it.
    @Test func `the file of a thousand people is what it is made of`() throws {
        let people = try ThousandPeople()
        #expect(people.rows.count == 1_000)
        if ProcessInfo.processInfo.environment["WEIR_WRITE"] == "1" {
            let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures")
            try Data(people.text.utf8).write(to: root.appending(path: ThousandPeople.path))
        } else {
            #expect(FixtureFiles.text(ThousandPeople.path) == people.text, "run the tests with WEIR_WRITE=1")
        }
    }

    @Test func `each of a thousand rows comes to what it must`() throws {
        let people = try ThousandPeople()
        let file = try Scratch().open(people.text)
        #expect(file.mapping.entries.map(\.field) == ProspectField.allCases)
        let rows = try file.rows().all()
        #expect(rows.count == people.rows.count)
        for (row, expected) in zip(rows, people.rows) {
            var person: String?
            if case .prospect(let prospect) = row.content {
                person = "\(prospect.fullName ?? "-")|\(prospect.domain ?? prospect.companyName ?? "-")"
            }
            #expect(person == expected.person, "line \(row.line): \(row.rejection ?? "")")
            #expect(row.record.text == Array(expected.text.utf8))
        }
        let keys = rows.compactMap { row -> String? in
            guard case .prospect(let prospect) = row.content else { return nil }
            return prospect.keys.nameAtDomain
        }
        #expect(keys.count - Set(keys).count >= 60, "\(keys.count - Set(keys).count) rows name somebody again")
    }
}
