// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing

struct LinkedInURLTests {
    @Test(arguments: [
        ("https://www.linkedin.com/in/jane-doe", "jane-doe"), ("http://linkedin.com/in/Jane-Doe/", "jane-doe"),
        ("linkedin.com/in/jane-doe?trk=people_x&y=1#z", "jane-doe"), ("www.linkedin.com/in/jane-doe/en", "jane-doe"),
        ("https://fr.linkedin.com/in/jane-doe/fr-fr", "jane-doe"), ("https://m.linkedin.com/in/jane-doe", "jane-doe"),
        ("HTTPS://WWW.LinkedIn.COM/IN/JANE-DOE", "jane-doe"), ("https://www.linkedin.com:443/in/jane-doe", "jane-doe"),
        ("https://www.linkedin.com/mwlite/in/jane-doe", "jane-doe"),
        ("https://www.linkedin.com/in/jane-doe/detail/contact-info/", "jane-doe"),
        ("https://www.linkedin.com/in/j%C3%BCrgen-m%C3%BCller", "jürgen-müller"),
        ("https://www.linkedin.com/in/ju%CC%88rgen", "jürgen"), ("https://www.linkedin.com/in/JÜRGEN", "jürgen"),
        ("https://www.linkedin.com/in/%E7%8E%8B%E5%B0%8F%E6%98%8E", "王小明"),
        ("https://ke.linkedin.com/pub/jane-doe/a7/576/b50?trk=x", "jane-doe-b50576a7"),
        ("https://www.linkedin.com/pub/jane-doe/0/5/82a", "jane-doe-82a005"),
        (
            "https://www.linkedin.com/in/ACoAAABcDeFgHiJkLmNoPqRsTuVwXyZ0123456-_",
            "ACoAAABcDeFgHiJkLmNoPqRsTuVwXyZ0123456-_"
        ),
    ])
    func `A profile is read in normal form`(text: String, handle: String) throws {
        let url = try LinkedInURL(parsing: text)
        #expect(url.handle == handle)
        #expect(Array(url.handle.unicodeScalars) == Array(handle.unicodeScalars))
        #expect(url.absoluteString == "https://www.linkedin.com/in/\(handle)")
    }

    @Test(arguments: [
        ("", IdentityError.Kind.empty), ("https://www.linkedin.com/in/", .empty), ("jane-doe", .wrongLink),
        ("https://www.linkedin.com", .wrongLink), ("https://www.linkedin.com/feed/", .wrongLink),
        ("https://www.linkedin.com/company/example", .wrongLink), ("https://www.linkedin.com/school/x", .wrongLink),
        ("https://www.linkedin.com/sales/lead/ACwAAA,NAME_SEARCH", .wrongLink),
        ("https://www.linkedin.com/talent/profile/x", .wrongLink), ("https://lnkd.in/abc", .wrongLink),
        ("https://example.com/in/jane", .wrongLink), ("https://linkedin.com.example.com/in/jane", .wrongLink),
        ("https://notlinkedin.com/in/jane", .wrongLink), ("https://evil.linkedin.com/in/jane", .wrongLink),
        ("https://linkedin.com@example.com/in/jane", .emailAddress),
        ("https://www.linkedin.com/in/jane%2Fdoe", .invalidCharacter),
        ("https://www.linkedin.com/in/jane%252Fdoe", .invalidCharacter),
        ("https://www.linkedin.com/in/jane%FF", .invalidCharacter),
        ("https://www.linkedin.com/in/%C3", .invalidCharacter),
        ("https://www.linkedin.com/in/jane%0Ad", .invalidCharacter),
        ("https://www.linkedin.com/in/jane doe", .invalidCharacter),
        ("https://www.linkedin.com/pub/jane-doe", .malformed),
        ("https://www.linkedin.com/pub/dir/Jane/Doe", .malformed),
        ("https://www.linkedin.com/in/" + String(repeating: "a", count: 201), .tooLong),
    ])
    func `What is no public profile is refused with its reason`(text: String, kind: IdentityError.Kind) {
        let error = #expect(throws: IdentityError.self) { try LinkedInURL(parsing: text) }
        #expect(error?.kind == kind)
    }

    @Test func `A link inside Sales Navigator says what to copy instead`() {
        let error = #expect(throws: IdentityError.self) {
            try LinkedInURL(parsing: "https://www.linkedin.com/sales/people/ACwAAA")
        }
        #expect(error?.message.contains("copy its public link") == true)
    }
}
