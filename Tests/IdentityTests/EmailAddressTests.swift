// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing

struct EmailAddressTests {
    @Test(arguments: [
        ("Jane.Doe@Example.COM", "Jane.Doe@example.com", "jane.doe@example.com"),
        (" <jane@example.com> ", "jane@example.com", "jane@example.com"),
        ("mailto:jane@example.com", "jane@example.com", "jane@example.com"),
        ("jane+news@example.com", "jane+news@example.com", "jane+news@example.com"),
        ("Jane.Doe+x@gmail.com", "Jane.Doe+x@gmail.com", "janedoe@gmail.com"),
        ("j.a.n.e@googlemail.com", "j.a.n.e@googlemail.com", "jane@gmail.com"),
        ("jane.doe+x@outlook.com", "jane.doe+x@outlook.com", "jane.doe@outlook.com"),
        ("jane+x@hotmail.co.uk", "jane+x@hotmail.co.uk", "jane@hotmail.co.uk"),
        ("jane+x@live.nl", "jane+x@live.nl", "jane@live.nl"),
        ("jane+x@proton.me", "jane+x@proton.me", "jane@proton.me"),
        ("jane+x@icloud.com", "jane+x@icloud.com", "jane@icloud.com"),
        ("jane+x@fastmail.com", "jane+x@fastmail.com", "jane@fastmail.com"),
        ("jane+x@live.example.com", "jane+x@live.example.com", "jane+x@live.example.com"),
        ("jane+x@outlook.example", "jane+x@outlook.example", "jane+x@outlook.example"),
        ("+x@gmail.com", "+x@gmail.com", "+x@gmail.com"),
        ("\"jane\"@example.com", "jane@example.com", "jane@example.com"),
        ("\"jane doe\"@example.com", "\"jane doe\"@example.com", "\"jane doe\"@example.com"),
        ("\"a\\\"b@c\"@example.com", "\"a\\\"b@c\"@example.com", "\"a\\\"b@c\"@example.com"),
        ("\"Jane+x y\"@gmail.com", "\"Jane+x y\"@gmail.com", "\"jane+x y\"@gmail.com"),
        ("jane@bücher.example", "jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"),
        ("JÜRGEN@example.com", "JÜRGEN@example.com", "jürgen@example.com"),
        ("用户@例子.example", "用户@xn--fsqu00a.example", "用户@xn--fsqu00a.example"),
        ("jane@www.example.com", "jane@www.example.com", "jane@www.example.com"),
        (
            "o'brien_1!#$%&*/=?^`{|}~@example.com", "o'brien_1!#$%&*/=?^`{|}~@example.com",
            "o'brien_1!#$%&*/=?^`{|}~@example.com"
        ),
    ])
    func `An address has a form to show and one that identifies`(text: String, display: String, identity: String) throws
    {
        let address = try EmailAddress(parsing: text)
        #expect(address.display == display)
        #expect(address.identity == identity)
    }

    @Test(arguments: [
        ("", IdentityError.Kind.empty), ("<>", .empty), ("jane", .malformed), ("@example.com", .malformed),
        ("jane@", .empty), ("jane@localhost", .noDot), ("jane@192.0.2.1", .ipAddress),
        ("jane@[192.0.2.1]", .invalidCharacter), (".jane@example.com", .malformed), ("jane.@example.com", .malformed),
        ("ja..ne@example.com", .malformed), ("jane doe@example.com", .invalidCharacter),
        ("Jane Doe <jane@example.com>", .invalidCharacter), ("jane(x)@example.com", .invalidCharacter),
        ("a@b@example.com", .invalidCharacter), ("\"jane@example.com", .malformed), ("\"\"@example.com", .malformed),
        ("\"a\"b\"@example.com", .malformed), ("\"a\\\"@example.com", .malformed),
        ("\"é \"@example.com", .invalidCharacter),
        ("jane🚀@example.com", .emoji), ("jane\u{7}@example.com", .controlCharacter),
        ("ja\u{200B}ne@example.com", .invalidCharacter), ("jane@exa mple.com", .invalidCharacter),
        (String(repeating: "a", count: 65) + "@example.com", .tooLong),
        ("jane@" + String(repeating: "a.", count: 123) + "example", .tooLong),
        (String(repeating: "a", count: 5_000), .tooLong), ("jane@example.com, joe@example.com", .invalidCharacter),
    ])
    func `What is no address is refused with its reason`(text: String, kind: IdentityError.Kind) {
        let error = #expect(throws: IdentityError.self) { try EmailAddress(parsing: text) }
        #expect(error?.kind == kind)
        #expect(text.isEmpty || text.count < 8 || error.map { !"\($0)".contains(text) } == true)
    }

    @Test(arguments: [
        ("info@example.com", true), ("Sales@example.com", true), ("sales+eu@example.com", true),
        ("info2@example.com", true), ("no-reply@example.com", true), ("support-1@example.com", true),
        ("kontakt@example.com", true), ("jane@example.com", false), ("infomaniac@example.com", false),
        ("hr.jane@example.com", false), ("12@example.com", false), ("it@example.com", true),
    ])
    func `Mailboxes of functions are known`(text: String, isRole: Bool) throws {
        #expect(try EmailAddress(parsing: text).isRole == isRole)
    }

    @Test func `No description shows the address`() throws {
        let address = try EmailAddress(parsing: "jane.doe@example.com")
        #expect("\(address)" == "an address at example.com")
        #expect(String(reflecting: address) == "an address at example.com")
    }
}
