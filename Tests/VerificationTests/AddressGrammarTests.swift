// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Identity
import Testing
import Verification

/// The `rfc` profile against the cases of isemail, and against what those don't have.
struct AddressGrammarTests {
    private static let cases = IsEmailCorpus.cases(of: "isemail-tests")
    private static let originalCases = IsEmailCorpus.cases(of: "isemail-tests-original")

    private func diagnosis(_ text: String) -> AddressDiagnosis? { AddressSyntax(text, profile: .rfc).diagnosis }

    @Test(arguments: cases + originalCases)
    func `isemail's diagnosis and ours are the same`(item: IsEmailCorpus.Case) throws {
        let expected = try #require(IsEmailCorpus.diagnoses[String(item.diagnosis.dropFirst("ISEMAIL_".count))])
        let ours = diagnosis(item.address)
        // The one case that the DNS decides: `io` had mail records, so that its only doubt was settled.
        let isSettled = item.diagnosis == "ISEMAIL_VALID" && ours?.isSettledByMailRecords == true
        #expect(ours == expected || isSettled)
    }

    @Test(arguments: cases)
    func `isemail's category and ours are the same`(item: IsEmailCorpus.Case) throws {
        let expected = try #require(IsEmailCorpus.categories[item.category])
        let ours = diagnosis(item.address)
        let isSettled = item.category == "ISEMAIL_VALID_CATEGORY" && ours?.isSettledByMailRecords == true
        #expect(ours?.category == expected || isSettled)
        #expect(AddressSyntax(item.address, profile: .rfc).isAccepted == (expected != .invalid))
    }

    @Test func `the cases are all there, and one alone waits for the DNS`() {
        #expect(Self.cases.count == 164)
        #expect(Self.originalCases.count == 279)
        let settled = (Self.cases + Self.originalCases).filter {
            $0.diagnosis == "ISEMAIL_VALID" && diagnosis($0.address) != nil
        }
        #expect(settled.map(\.address) == ["test@io"])
    }

    @Test(
        arguments: [
            // RFC 5322, appendix A.5 and A.6.3.
            ("pete(his account)@silly.test(his host)", .blankNearAt),
            ("jdoe@machine(comment).  example", .obsoleteBlank),
            // Obsolete forms (RFC 5322, 4.4).
            ("jane . doe@example.com", .obsoleteBlank), ("jane .doe@example.com", .obsoleteLocalPart),
            ("jane.\"doe\"@example.com", .obsoleteLocalPart), ("jane@example(c).(d)com", .obsoleteComment),
            ("jane@example. com", .obsoleteBlank), ("jane@example .com", .foldingBlank),
            // Quoted strings: a tab is folding, a blank is text; control characters are obsolete, NUL is nothing.
            ("\"a b\"@example.com", .quotedLocalPart), ("\"a\tb\"@example.com", .foldingBlank),
            ("\"a\r\n b\"@example.com", .foldingBlank), ("\"a\r\n\tb\r\n c\"@example.com", .foldingBlank),
            ("\"a\r\n \r\n c\"@example.com", .obsoleteBlank), ("\"\u{1F}\"@example.com", .controlInQuotes),
            ("\"\\\u{1F}\"@example.com", .controlInPair), ("\"\u{0}\"@example.com", .unexpectedInQuotes),
            ("\"\\\t\"@example.com", .foldingBlank),
            ("\"\\ \"@example.com", .quotedLocalPart), ("\"\\", .backslashAtEnd),
            ("\"a\" \"b\"@c", .unexpectedCharacter),
            ("\"a\"<@example.com", .textAfterQuotes), ("\"a\"b@example.com", .textAfterQuotes),
            // Comments.
            ("(a(b(c)))jane@example.com", .comment), ("jane@example.com(a b)", .foldingBlank),
            ("(\\))jane@example.com", .comment), ("(\\", .backslashAtEnd),
            ("(a\u{0})jane@example.com", .unexpectedInComment),
            ("(\u{C})jane@example.com", .controlInComment), ("(ü)jane@example.com", .comment),
            ("(a) (b)@example.com", .missingLocalPart), ("jane@(a)", .missingDomain),
            ("jane.(a)@example.com", .dotAtEnd),
            (")jane@example.com", .unexpectedCharacter), ("jane@example.com)", .unexpectedCharacter),
            // Domains.
            ("jane@a_b.example", .domainNotHostName), ("jane@example.1a", .numericTopLevel), ("jane@1a.example", nil),
            ("jane@-", .hyphenAtStart), ("jane@a-.b", .hyphenAtEnd), ("jane@a-(c).b", .hyphenAtEnd),
            ("jane@a(c)b.example", .textAfterBlank), ("jane@a [1.2.3.4]", .unexpectedCharacter),
            ("jane@a@b", .unexpectedCharacter), ("jane@exa\u{0}mple.com", .unexpectedCharacter),
            // Literals (RFC 5321, 4.1.3).
            ("jane@[0.0.0.0]", .addressLiteral), ("jane@[001.02.3.255]", .addressLiteral),
            ("jane@[1.2.3.0256]", .domainLiteral), ("jane@[1.2.3.4.]", .domainLiteral),
            ("jane@[1.2.3.0025]", .domainLiteral), ("jane@[1.2.3.4 ]", .foldingBlank),
            ("jane@[1.2.3.4].com", .textAfterLiteral),
            ("jane@[ipv6:::1]", .addressLiteral), ("jane@[IPv6:fe80::1%25eth0]", .ipv6Character),
            ("jane@[IPv6:::ffff:192.0.2.1]", .addressLiteral), ("jane@[IPv6:1:2:3:4:5:6:7::]", .obsoleteIPv6),
            ("jane@[IPv6:1:2:3:4:5:6:7:8::]", .ipv6TooManyGroups), ("jane@[IPv6:]", .ipv6GroupCount),
            ("jane@[IPv6:12345::]", .ipv6Character), ("jane@[IPv6:1.2.3.4]", .ipv6GroupCount),
            ("jane@[IPv6:1:2:3:4:5:6:7:8%]", .ipv6Character), ("jane@[x400:c=de]", .domainLiteral),
            ("jane@[]", .domainLiteral), ("jane@[a\u{1}]", .obsoleteLiteral), ("jane@[a\u{A}]", .unexpectedInLiteral),
            ("jane@[ü]", .domainLiteral), ("jane@[a", .unclosedLiteral),
            // Letters beyond ASCII (RFC 6531, 3.3; RFC 6532, 3.2).
            ("jürgen@example.com", .international), ("用户@例子.example", .international),
            ("\"jü rgen\"@example.com", .quotedLocalPart),
            ("jane@bücher.example", .international), ("\"\\ü\"@example.com", .unexpectedInPair),
            ("jane@\u{AD}.example", .invalidInternationalDomain), ("jane@a\u{300}-.example", .hyphenAtEnd),
            ("jane@-ü.example", .hyphenAtStart), ("jane@\u{300}a.example", .invalidInternationalDomain),
        ] as [(String, AddressDiagnosis?)])
    func `each production says what it found`(text: String, expected: AddressDiagnosis?) {
        #expect(diagnosis(text) == expected)
    }

    @Test(arguments: [
        ("(a) Jane . Doe (b)@ Example (c) .Com (d)", "Jane.Doe@example.com"),
        ("\"Jane\".\"Doe\"@example.com", "Jane.Doe@example.com"), ("\"Jane\"@example.com", "Jane@example.com"),
        ("\"Jane Doe\"@example.com", "\"Jane Doe\"@example.com"), ("\"J\\ane\"@example.com", "Jane@example.com"),
        ("\"\\\"\\\\\"@example.com", "\"\\\"\\\\\"@example.com"), ("\"a\r\n b\"@example.com", "\"a b\"@example.com"),
        ("\"a..b\"@example.com", "\"a..b\"@example.com"), ("\"\"@example.com", "\"\"@example.com"),
        ("jane@[IPV6:FE80::1]", "jane@[IPv6:fe80::1]"), ("jane@[ 192.0.2.1 ]", "jane@[192.0.2.1]"),
        ("jane@BÜCHER.example", "jane@xn--bcher-kva.example"), ("ju\u{308}rgen@example.com", "j\u{FC}rgen@example.com"),
        ("\"\u{1}\"@example.com", "\"\\\u{1}\"@example.com"),
    ])
    func `an address has one normal form`(text: String, normal: String) throws {
        let ours = try #require(AddressSyntax(text, profile: .rfc).normalised)
        #expect(ours.unicodeScalars.elementsEqual(normal.unicodeScalars))
        #expect(AddressSyntax(ours, profile: .rfc).normalised == ours)
    }

    @Test(arguments: [(64, nil), (65, AddressDiagnosis.localPartTooLong)])
    func `a local part has 64 octets`(length: Int, expected: AddressDiagnosis?) {
        #expect(diagnosis(String(repeating: "a", count: length) + "@example.com") == expected)
        let international = String(repeating: "é", count: length / 2) + String(repeating: "a", count: length % 2)
        #expect(diagnosis("\(international)@example.com") == expected ?? .international)
        #expect(diagnosis("b.\(String(repeating: "a", count: length - 2))@example.com") == expected)
        // Quotes, backslashes and blanks count, line ends don't.
        let quoted = "\"\\a\r\n \(String(repeating: "a", count: length - 5))\""
        #expect(diagnosis("\(quoted)@example.com") == expected ?? .foldingBlank)
    }

    @Test func `labels, domains and addresses have their octets`() {
        let label = String(repeating: "a", count: 63)
        #expect(diagnosis("a@\(label).com") == nil)
        #expect(diagnosis("a@\(label)a.com") == .labelTooLong)
        #expect(diagnosis("a@com.\(label)a") == .labelTooLong)
        let domain = "\(label).\(label).\(label)."
        #expect(diagnosis("a@\(domain)\(label.dropLast(3))") == nil)
        #expect(diagnosis("a@\(domain)\(label.dropLast(2))") == .addressTooLong)
        #expect(diagnosis("a@\(domain)\(label)") == .addressTooLong)
        #expect(diagnosis("a@\(domain)\(label.dropLast(1)).a") == .domainTooLong)
        #expect(diagnosis("(\(label)) a@\(domain)\(label.dropLast(3))") == .foldingBlank)
        // The form in ASCII is what has a length.
        #expect(diagnosis("a@\(String(repeating: "ü", count: 55)).com") == .international)
        #expect(diagnosis("a@\(String(repeating: "ü", count: 63)).com") == .invalidInternationalDomain)
    }

    @Test func `comments nest up to their maximum`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + String(repeating: ")", count: depth) + "jane@example.com"
        }
        #expect(diagnosis(nested(AddressSyntax.maximumCommentDepth)) == .comment)
        #expect(diagnosis(nested(AddressSyntax.maximumCommentDepth + 1)) == .nestedTooDeep)
        #expect(diagnosis(String(repeating: "(", count: 10_000)) == .nestedTooDeep)
    }

    @Test(arguments: ["(", "a", "a.", "\"", "\\", " ", "\r\n ", "()", "@", "[", ":", "é", "\"\".", "a@[IPv6:"])
    func `a long text is answered at once`(piece: String) {
        for count in [10_000, AddressSyntax.maximumInputLength, 1_000_000] {
            let text = String(repeating: piece, count: count / piece.utf8.count)
            for text in [text, "a@" + text, "\"" + text, "(" + text, "a@[" + text, "a@[IPv6:" + text] {
                let time = processorTime {
                    for profile in AddressSyntax.Profile.allCases { _ = AddressSyntax(text, profile: profile) }
                }
                #expect(time < .milliseconds(500))
            }
        }
        let long = String(repeating: "a", count: AddressSyntax.maximumInputLength + 1)
        #expect(AddressSyntax(long).diagnosis == .inputTooLong)
        #expect(diagnosis(long) == .inputTooLong)
    }

    @Test func `each diagnosis has a message of its own`() {
        let messages = AddressDiagnosis.allCases.map(\.message)
        #expect(Set(messages).count == messages.count)
        #expect(messages.allSatisfy { $0.contains(": ") })
        #expect(AddressDiagnosis.allCases.sorted() == AddressDiagnosis.allCases)
        let order = AddressDiagnosis.Category.allCases
        let categories = AddressDiagnosis.allCases.map { order.firstIndex(of: $0.category) ?? -1 }
        #expect(categories == categories.sorted(), "from the mildest to the worst")
    }
}
