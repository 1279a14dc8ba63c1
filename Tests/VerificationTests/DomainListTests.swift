// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing
import Verification

struct DomainListTests {
    private static let builtIn = [DomainList.disposable, .freeMail]

    private func lines(of list: DomainList) -> [String] {
        String(decoding: list.contents, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func list(_ text: String) throws -> DomainList { try DomainList(parsing: Array(text.utf8)) }

    @Test(arguments: [
        ("mailinator.com", true, false), ("a.b.mailinator.com", true, false), ("gmail.com", false, true),
        ("yahoo.co.uk", false, true), ("example.com", false, false), ("xmailinator.com", false, false),
        ("com", false, false), ("", false, false), (".", false, false), ("mailinator.com.", false, false),
        ("mailinator", false, false), ("0-mail.com", true, false), ("zzz.zzz.zzz", false, false),
    ])
    func `disposable and free mail domains are known, with their subdomains`(
        domain: String, isDisposable: Bool, isFree: Bool
    ) {
        #expect(DomainList.disposable.contains(domain) == isDisposable)
        #expect(DomainList.freeMail.contains(domain) == isFree)
    }

    @Test func `every domain of a built-in list is found, and no neighbour of it`() {
        for list in Self.builtIn {
            let lines = lines(of: list)
            let names = Set(lines)
            #expect(lines.count == list.count)
            #expect(lines.allSatisfy(list.contains))
            #expect(lines.allSatisfy { list.contains("mail.\($0)") || PublicSuffixes.holds($0) })
            for line in lines where !names.contains("\(line)a") {
                #expect(!list.contains("\(line)a"))
                #expect(!list.contains("\(line.dropLast())") || names.contains("\(line.dropLast())"))
            }
        }
        #expect(DomainList.disposable.count == 8_334)
        #expect(DomainList.freeMail.count == 5_020)
    }

    @Test func `a built-in list is what reading it gives`() throws {
        for list in Self.builtIn {
            let again = try DomainList(parsing: list.contents)
            let isSame = again.contents == list.contents
            #expect(isSame)
            #expect(again.rejected.count == 0)
        }
        #expect(lines(of: .freeMail).filter(DomainList.disposable.contains) == [])
    }

    @Test func `a public suffix on a list stands for itself alone`() {
        // Names of shops and people are registered under it.
        #expect(DomainList.freeMail.contains("za.com"))
        #expect(!DomainList.freeMail.contains("acme.za.com"))
    }

    @Test func `a file is read with what people write in one`() throws {
        let list = try list(
            """
            # Domains
            Mailinator.COM\r
              bücher.example

            [
              "b.example",
              'a.example',
            ]
            a.example
            not a domain
            co.uk
            jane@example.com
            https://example.com/
            nodot
            \u{0}
            uk.com
            """)
        #expect(lines(of: list) == ["a.example", "b.example", "mailinator.com", "uk.com", "xn--bcher-kva.example"])
        #expect(list.rejected.count == 5)
        #expect(list.rejected.numbers == [10, 11, 12, 13, 14])
        #expect(list.contains("x.mailinator.com"))
        #expect(!list.contains("x.uk.com"))
        #expect(try DomainList(parsing: list.contents).contents == list.contents)
    }

    @Test func `so many bad lines are named, and all counted`() throws {
        let list = try list("example.com\n" + String(repeating: "no\n", count: 1_000))
        #expect(list.rejected.count == 1_000)
        #expect(list.rejected.numbers == Array(2...(RejectedLines.maximumNamed + 1)))
    }

    @Test(arguments: [("", DomainListError.noDomains), ("\n#a.example\n", .noDomains), ("<html>\n<body>", .noDomains)])
    func `a file without a domain is no list`(text: String, expected: DomainListError) {
        #expect(throws: expected) { try list(text) }
    }

    @Test func `a file that is too large is not read`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: DomainList.maximumSize + 1)
        #expect(throws: DomainListError.tooLarge) { try DomainList(parsing: bytes) }
    }

    @Test func `a list of one domain and one of none that fits are searched to their ends`() throws {
        let one = try list("b.example")
        for (domain, isThere) in [("b.example", true), ("a.example", false), ("c.example", false)] {
            #expect(one.contains(domain) == isThere)
        }
    }

    /// Names of a list that are public suffixes themselves.
    private enum PublicSuffixes {
        static func holds(_ name: String) -> Bool { Domain(name)?.registrable == nil }
    }
}
