// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing
import Verification

/// The `deliverable` profile: what one would send mail to.
struct AddressSyntaxTests {
    @Test(arguments: [
        ("Jane.Doe@Example.COM", "Jane.Doe@example.com", "jane.doe@example.com"),
        (" <jane@example.com> ", "jane@example.com", "jane@example.com"),
        ("mailto:jane@example.com", "jane@example.com", "jane@example.com"),
        ("jane@example.com.", "jane@example.com", "jane@example.com"),
        ("\"jane\"@example.com", "jane@example.com", "jane@example.com"),
        ("\"jane doe\"@example.com", "\"jane doe\"@example.com", "\"jane doe\"@example.com"),
        ("\"j\\a\\\"ne\"@example.com", "\"ja\\\"ne\"@example.com", "\"ja\\\"ne\"@example.com"),
        ("Jane.Doe+x@gmail.com", "Jane.Doe+x@gmail.com", "janedoe@gmail.com"),
        ("jane@bücher.example", "jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"),
        ("jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"),
        ("ju\u{308}rgen@example.com", "j\u{FC}rgen@example.com", "j\u{FC}rgen@example.com"),
        ("用户@例子.example", "用户@xn--fsqu00a.example", "用户@xn--fsqu00a.example"),
        (
            "o'brien!#$%&*/=?^`{|}~@example.com", "o'brien!#$%&*/=?^`{|}~@example.com",
            "o'brien!#$%&*/=?^`{|}~@example.com"
        ), ("jane@uk.com", "jane@uk.com", "jane@uk.com"),
        ("jane@example.co.uk", "jane@example.co.uk", "jane@example.co.uk"),
        ("jane@a.b.c.example.com", "jane@a.b.c.example.com", "jane@a.b.c.example.com"),
    ])
    func `an address is taken in its normal forms`(text: String, normal: String, identity: String) throws {
        let syntax = AddressSyntax(text)
        #expect(syntax.isAccepted)
        let ours = try #require(syntax.normalised)
        #expect(ours.unicodeScalars.elementsEqual(normal.unicodeScalars))
        #expect(syntax.identity == identity)
        #expect(syntax.address == EmailAddress(text), "one reader")
        #expect(syntax.needsSMTPUTF8 == normal.contains { !$0.isASCII })
    }

    @Test(
        arguments: [
            ("", .missingDomain), ("jane", .missingDomain), ("@example.com", .missingLocalPart),
            ("jane@", .missingDomain), ("jane doe@example.com", .textAfterBlank),
            ("jane@example.com, joe@example.com", .unexpectedCharacter),
            ("Jane Doe <jane@example.com>", .textAfterBlank), ("jane(work)@example.com", .blankNearAt),
            ("(work)jane@example.com", .comment), ("jane@example.com (work)", .foldingBlank),
            ("ja\r\n ne@example.com", .textAfterBlank), ("jane@\r\n example.com", .blankNearAt),
            ("\"jane\tdoe\"@example.com", .foldingBlank), ("\"\u{7}\"@example.com", .controlInQuotes),
            ("jane\u{7}@example.com", .unexpectedCharacter), ("jane\u{85}@example.com", .unusualCharacter),
            ("\"jane\".doe@example.com", .obsoleteLocalPart), ("\"\"@example.com", .emptyQuotes),
            ("jane@[192.0.2.1]", .addressLiteral), ("jane@[IPv6:::1]", .addressLiteral),
            ("jane@192.0.2.1", .numericTopLevel), ("jane@example.0x1", .numericTopLevel),
            ("jane@localhost", .singleLabelDomain), ("jané@localhost", .singleLabelDomain),
            ("jane@co.uk", .publicSuffix), ("jane@foo.ck", .publicSuffix), ("jane@москва.рф", nil),
            ("jane@exa_mple.com", .domainNotHostName), ("jane@-example.com", .hyphenAtStart),
            ("jane@xn--a.example", .invalidInternationalDomain), ("jane@☃🚀.example", .invalidInternationalDomain),
            ("jane@bü_cher.example", .invalidInternationalDomain), ("jane🚀@example.com", .unusualCharacter),
            ("ja\u{200B}ne@example.com", .unusualCharacter), ("jane™@example.com", .unusualCharacter),
            ("\"jä ne\"@example.com", .unusualCharacter), ("a\u{37E}b@example.com", .unexpectedCharacter),
            ("jane@example.com..", .dotAtEnd), ("mailto:", .missingDomain),
        ] as [(String, AddressDiagnosis?)])
    func `what nobody's mailbox has is refused with its reason`(text: String, diagnosis: AddressDiagnosis?) {
        let syntax = AddressSyntax(text)
        #expect(syntax.isAccepted == (diagnosis == nil))
        #expect(diagnosis == nil || syntax.diagnosis == diagnosis)
        #expect((syntax.normalised == nil) == (diagnosis != nil))
        #expect((syntax.address == nil) == (diagnosis != nil))
    }

    @Test func `an address has its octets in its normal form`() {
        let label = String(repeating: "a", count: 63)
        let domain = "\(label).\(label).\(label)."
        #expect(AddressSyntax("\(label)a@example.com").isAccepted)
        #expect(AddressSyntax("\(label)aa@example.com").diagnosis == .localPartTooLong)
        // Composing takes this letter apart: three bytes become six.
        let marathi = String(repeating: "\u{958}", count: 11)
        #expect(AddressSyntax("\(marathi)@example.com").diagnosis == .localPartTooLong)
        let shorter = "\(label).\(label).\(label).a"
        #expect(AddressSyntax("\(marathi.dropLast())@\(shorter)").isAccepted)
        #expect(AddressSyntax("\(marathi.dropLast())@\(shorter).a").diagnosis == .addressTooLong)
        #expect(AddressSyntax("a@\(domain)\(label.dropLast(3))").isAccepted)
        #expect(AddressSyntax("a@\(domain)\(label.dropLast(2))").diagnosis == .addressTooLong)
    }

    @Test(
        arguments: [
            ("jane@example.com", .example), ("jane@mail.example.org", .example), ("jane@example.net", .example),
            ("jane@acme.example", .example), ("jane@acme.test", .test), ("jane@acme.invalid", .invalid),
            ("jane@acme.localhost", .localhost), ("jane@printer.local", .local), ("jane@acme.onion", .onion),
            ("jane@acme.internal", .internal), ("jane@router.home.arpa", .homeArpa), ("jane@acme.alt", .alt),
            ("jane@myexample.com", nil), ("jane@example.co", nil), ("jane@test.com", nil), ("jane@acme.arpa", nil),
        ] as [(String, SpecialUseDomain?)])
    func `reserved names are good syntax, and are told`(text: String, expected: SpecialUseDomain?) {
        let syntax = AddressSyntax(text)
        #expect(syntax.isAccepted)
        #expect(syntax.specialUse == expected)
    }

    @Test func `no description holds the address`() {
        for text in ["jane.smith@example.com", "jane.smith@@example.com"] {
            let syntax = AddressSyntax(text)
            #expect(!"\(syntax) \(String(reflecting: syntax))".contains("jane"))
            #expect(syntax.diagnosis.map { !$0.message.contains("smith") } ?? true)
        }
    }

    /// Addresses made of the grammar's own productions, valid by how they were made.
    private struct Maker {
        var generator: SplitMix

        mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }

        mutating func gap() -> String {
            pick(["", "", "", " ", "\t", "\r\n ", " \r\n\t", "(a)", "(a (b) \\) c) ", " (\r\n ü)", "()"])
        }

        mutating func word() -> String {
            let quoted = ["\"a b\"", "\"\"", "\"\\\"\"", "\"a\r\n b\"", "\"(\""]
            return pick(["jane", "doe", "a+b", "o'brien", "1", "ü", "用户"] + quoted)
        }

        mutating func label() -> String {
            pick(["example", "a", "x-y", "3com", "b\u{FC}cher", "xn--bcher-kva", "a_b"])
        }

        mutating func literal() -> String {
            pick(["[192.0.2.1]", "[IPv6:::1]", "[ a b ]", "[\\]]", "[IPv6:1:2:3:4:5:6:7:8]", "[]"])
        }

        mutating func list(_ piece: (inout Maker) -> String) -> String {
            var text = gap() + piece(&self) + gap()
            while Bool.random(using: &generator) { text += "." + gap() + piece(&self) + gap() }
            return text
        }

        mutating func address() -> String {
            let local = list { $0.word() }
            let isLiteral = Int.random(in: 0..<5, using: &generator) == 0
            return local + "@" + (isLiteral ? gap() + literal() + gap() : list { $0.label() })
        }
    }

    @Test func `whatever the grammar makes is read, and its normal form is its own`() throws {
        var maker = Maker(generator: SplitMix(state: 5_322))
        for _ in 0..<4_000 {
            let text = maker.address()
            let syntax = AddressSyntax(text, profile: .rfc)
            #expect(syntax.isAccepted, "\(text)")
            let normal = try #require(syntax.normalised)
            let again = AddressSyntax(normal, profile: .rfc)
            #expect(again.normalised == normal)
            #expect(again.diagnosis.map { $0.category != .folded && $0 != .obsoleteLocalPart } ?? true, "\(normal)")
            #expect(again.identity == syntax.identity)
        }
    }

    @Test func `a text with one byte changed is read or refused, and what is deliverable is an address`() {
        var maker = Maker(generator: SplitMix(state: 6_531))
        var accepted = 0
        for round in 0..<4_000 {
            let text = round.isMultiple(of: 2) ? maker.address() : "\"jane\"@mail.example.com"
            var scalars = Array(text.unicodeScalars)
            let place = Int.random(in: 0..<scalars.count, using: &maker.generator)
            scalars[place] = maker.pick(["\"", "\\", "(", ")", "[", "]", "@", ".", "\r", "\n", "\u{0}", " ", "a", "é"])
            let changed = String(String.UnicodeScalarView(scalars))
            let (rfc, deliverable) = (AddressSyntax(changed, profile: .rfc), AddressSyntax(changed))
            #expect(rfc.isAccepted == (rfc.diagnosis?.category != .invalid))
            if deliverable.isAccepted {
                accepted += 1
                #expect(deliverable.address != nil)
                #expect(deliverable.diagnosis.map { $0.category == .unusual } ?? true)
            }
        }
        #expect(accepted > 50)
    }
}

/// A small generator that gives the same numbers everywhere (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
