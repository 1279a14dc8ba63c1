// SPDX-License-Identifier: Apache-2.0

import Foundation
import Identity
import Testing

struct DomainTests {
    @Test(arguments: [
        ("example.com", "example.com"), ("EXAMPLE.Com", "example.com"), ("  example.com\n", "example.com"),
        ("www.example.com", "example.com"), ("WWW.www.example.com", "example.com"),
        ("https://www.example.com/about?x=1#y", "example.com"), ("HTTP://example.com:8080", "example.com"),
        ("//example.com/x", "example.com"), ("example.com.", "example.com"), ("example.com:443/", "example.com"),
        ("mail.example.co.uk", "mail.example.co.uk"), ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"), ("faß.example", "xn--fa-hia.example"),
        ("食狮。公司。cn", "xn--85x722f.xn--55qx5d.cn"), ("ｅｘａｍｐｌｅ.com", "example.com"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("www.com", "www.com"), ("www.ck", "www.ck"),
        ("a--b.example", "a--b.example"), ("1and1.com", "1and1.com"), ("\u{200B}example.com", "example.com"),
        ("example.com\\path", "example.com"),
    ])
    func `A domain is read in normal form`(text: String, ascii: String) throws {
        #expect(try Domain(parsing: text).ascii == ascii)
    }

    @Test(arguments: [
        ("", IdentityError.Kind.empty), ("   ", .empty), ("https:///path", .empty), ("localhost", .noDot),
        ("Example Inc", .invalidCharacter), ("exa mple.com", .invalidCharacter), ("192.0.2.1", .ipAddress),
        ("http://192.0.2.1:80/", .ipAddress), ("[2001:db8::1]", .ipAddress), ("2001:db8::1", .ipAddress),
        ("0x7f.1", .ipAddress), ("example.0x7f", .ipAddress), ("jane@example.com", .emailAddress),
        ("https://jane:secret@example.com/", .emailAddress), ("mailto:jane", .emailAddress),
        ("ftp://example.com", .wrongLink), ("-a.example", .malformed), ("a-.example", .malformed),
        ("a..example", .malformed), (".example.com", .malformed), ("example.com..", .malformed),
        ("exam_ple.com", .invalidCharacter), ("bü_cher.example", .invalidCharacter), ("🚀.example", .emoji),
        ("exa\u{0}mple.com", .controlCharacter), ("example.com:http", .malformed),
        ("xn--\u{2d}.example", .invalidCharacter), ("bü＿cher.example", .invalidCharacter),
        ("xn--zzzzzzzzzzzz.example", .invalidCharacter),
        (String(repeating: "a", count: 64) + ".example", .tooLong),
        (String(repeating: "a.", count: 150) + "example", .tooLong),
        (String(repeating: "ü", count: 64) + ".example", .tooLong), (String(repeating: "a", count: 3_000), .tooLong),
    ])
    func `What is no domain is refused with its reason`(text: String, kind: IdentityError.Kind) {
        let error = #expect(throws: IdentityError.self) { try Domain(parsing: text) }
        #expect(error?.kind == kind)
        #expect(Domain(text) == nil)
    }

    @Test(arguments: try PublicSuffixCase.all())
    func `The public suffix corpus is read as its authors say`(test: PublicSuffixCase) {
        let expected = test.registrable.flatMap { Domain($0)?.ascii }
        #expect(test.input.flatMap { Domain($0)?.registrable } == expected)
    }

    @Test func `The corpus has every case`() throws {
        #expect(try PublicSuffixCase.all().count == 78)
    }

    @Test(arguments: ["jane@", "secret", "example.com:password", "https://jane:hunter2@host"])
    func `No error repeats what was typed`(text: String) {
        do {
            _ = try Domain(parsing: text)
        } catch {
            #expect(!"\(error)".contains(text))
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}

struct PublicSuffixCase: Sendable, CustomTestStringConvertible {
    let input: String?
    let registrable: String?

    var testDescription: String { input ?? "null" }

    static func all() throws -> [PublicSuffixCase] {
        let url = try #require(Bundle.module.url(forResource: "Resources/test_psl", withExtension: "txt"))
        return try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("checkPublicSuffix("), let end = line.lastIndex(of: ")") else { return nil }
            let fields = line[..<end].dropFirst("checkPublicSuffix(".count).split(separator: ",").map { field in
                let text = field.trimmingCharacters(in: .whitespaces)
                return text == "null" ? nil : text.trimmingCharacters(in: CharacterSet(charactersIn: "'"))
            }
            return PublicSuffixCase(input: fields[0], registrable: fields[1])
        }
    }
}
