// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Bounces

@Suite struct BounceSourceTests {
    private static func bounce(_ name: String) -> String {
        """
        From: MAILER-DAEMON@example.org
        To: joe@example.com
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <\(name)@example.org>

        <\(name)@example.net>: 550 5.1.1 user unknown

        """
    }

    private func inFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-bounces-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try body(folder.path())
    }

    private func names(_ items: [BounceSource.Item]) -> [String] { items.map(\.name) }

    private func recipients(_ items: [BounceSource.Item]) -> [String?] {
        items.map { (try? $0.result.get())?.first?.recipient }
    }

    @Test func `a folder is read in the order of names, and what is no mail is left alone`() throws {
        let files = [
            "b.eml": Self.bounce("b"), "a.EML": Self.bounce("a"), "notes.txt": "x", ".c.eml": "x", "d.eml/x": "",
        ]
        try inFolder(files) { folder in
            let items = Array(BounceSource(path: folder))
            #expect(names(items) == ["a.EML", "b.eml"])
            #expect(recipients(items) == ["a@example.net", "b@example.net"])
            let single = Array(BounceSource(path: folder + "/b.eml"))
            #expect(single.map(\.result) == [items[1].result])
            #expect(names(single) == ["b.eml"])
        }
    }

    @Test func `a maildir is read: what is new, then what was seen`() throws {
        let files = ["new/2.M": Self.bounce("b"), "cur/1.M:2,S": Self.bounce("a"), "tmp/3.M": "x", "new/4": ""]
        try inFolder(files) { folder in
            let items = Array(BounceSource(path: folder))
            #expect(names(items) == ["new/2.M", "new/4", "cur/1.M:2,S"])
            #expect(recipients(items) == ["b@example.net", nil, "a@example.net"])
            #expect(items[1].result == .failure(.empty))
        }
    }

    @Test func `an mbox is read mail by mail`() throws {
        let line = "From MAILER-DAEMON Thu Nov 26 21:00:00 2026\n"
        let quoted = Self.bounce("b") + "\n>From here on\n>>From there\n\nFrom me to you\n"
        let text = line + Self.bounce("a") + "\n" + line + quoted + "\n" + line + Self.bounce("c")
        try inFolder(["box": text]) { folder in
            let items = Array(BounceSource(path: folder + "/box"))
            #expect(names(items) == ["box#1", "box#2", "box#3"])
            #expect(recipients(items) == ["a@example.net", "b@example.net", "c@example.net"])
        }
        let mails = MboxReader(ByteStream(bytes: Array(text.utf8)))
        _ = try mails.next()
        let second = try #require(try mails.next()).get()
        #expect(String(decoding: second, as: UTF8.self).contains("\nFrom here on\n>From there\n\nFrom me to you\n"))
    }

    @Test func `a mail that is too large is set aside, and the next is read`() throws {
        let line = "From MAILER-DAEMON Thu Nov 26 21:00:00 2026\n"
        let large = Self.bounce("b") + String(repeating: "x", count: BounceReader.maximumSize)
        try inFolder(["box.mbox": line + large + "\n\n" + line + Self.bounce("c"), "large.eml": large]) { folder in
            let items = Array(BounceSource(path: folder))
            #expect(names(items) == ["box.mbox#1", "box.mbox#2", "large.eml"])
            #expect(items[0].result == .failure(.tooLarge(maximum: 16_777_216)))
            #expect(items[2].result == .failure(.tooLarge(maximum: 16_777_216)))
            #expect(recipients(items)[1] == "c@example.net")
        }
        #expect(BounceReader.read(Array(large.utf8)).map(\.reason) == [.notABounce])
    }

    @Test func `events are read from files and from memory`() throws {
        let line = #"{"email":"a@b.example","event":"delivered","sg_event_id":"1"}"#
        let items = BounceSource.items(of: Array("\(line)\n\(line)\n".utf8), name: "-")
        #expect(names(items) == ["-#1", "-#2"])
        #expect(recipients(items) == ["a@b.example", "a@b.example"])
        try inFolder(["events.json": "[\(line)]", "x.json": "[{}]"]) { folder in
            let items = Array(BounceSource(path: folder))
            #expect(names(items) == ["events.json", "x.json"])
            #expect(items[1].result == .failure(.malformedEvent))
        }
    }

    @Test func `what isn't there is told`() {
        let items = Array(BounceSource(path: "/nonexistent/box"))
        #expect(items.map(\.result) == [.failure(.unreadable(code: 2))])
        #expect("\(BounceProblem.unreadable(code: 2))" == "can't be read (error 2)")
        #expect(BounceSource.items(of: [], name: "-").map(\.result) == [.failure(.empty)])
    }
}
