// SPDX-License-Identifier: Apache-2.0

import Identity
import Testing

struct PersonNameTests {
    @Test(arguments: [
        ("Jane Doe", "Jane", "Doe"), ("  jane \t doe ", "jane", "doe"), ("Dr. Jane Doe, PhD", "Jane", "Doe"),
        ("Prof. Dr. Jane Doe", "Jane", "Doe"), ("Doe, Jane", "Jane", "Doe"), ("DOE, Dr. Jane, MBA", "Jane", "DOE"),
        ("John Doe Jr.", "John", "Doe"), ("John Doe, Jr", "John", "Doe"), ("Doe Jr., John", "John", "Doe"),
        ("John Doe III", "John", "Doe"), ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Ludwig Mies van der Rohe", "Ludwig Mies", "van der Rohe"), ("Charles de Gaulle", "Charles", "de Gaulle"),
        ("Juan de la Cruz", "Juan", "de la Cruz"), ("Leonardo da Vinci", "Leonardo", "da Vinci"),
        ("Jean-Pierre Dupont-Martin", "Jean-Pierre", "Dupont-Martin"), ("María José García", "María José", "García"),
        ("Jane M. Doe", "Jane M.", "Doe"), ("Robert (Bob) Doe", "Robert", "Doe"), ("Jane \"JD\" Doe", "Jane", "Doe"),
        ("Jack Ma", "Jack", "Ma"), ("Jane Doe, MA", "Jane", "Doe"), ("Van Morrison", "Van", "Morrison"),
        ("Ing Lim", "Ing", "Lim"), ("Ing. Eva Novak", "Eva", "Novak"), ("Miss Doe", "Doe", nil),
        ("O'Brien", "O'Brien", nil),
        ("Madonna", "Madonna", nil), ("王小明", "王小明", nil), ("Иван Петров", "Иван", "Петров"),
        ("محمد علی", "محمد", "علی"), ("राम कुमार", "राम", "कुमार"), ("김 민준", "김", "민준"),
        ("Jane\u{200B} Doe\u{FEFF}", "Jane", "Doe"), ("Ｊａｎｅ　Ｄｏｅ", "Ｊａｎｅ", "Ｄｏｅ"), ("Dr", "Dr", nil),
        ("Jane MBA", "Jane", "MBA"), ("(Jane)", "(Jane)", nil),
    ])
    func `A whole name is taken apart`(text: String, first: String?, last: String?) throws {
        let name = try PersonName(parsing: text)
        #expect(name.first == first)
        #expect(name.last == last)
    }

    @Test(arguments: [
        ("JOSÉ GARCÍA", "jose garcia"), ("Jose\u{301} Garci\u{301}a", "jose garcia"),
        ("Jürgen Müller", "jurgen muller"),
        ("Søren Ørsted", "soren orsted"), ("Łukasz Żółć", "lukasz zolc"), ("Groß Æsir Œuvre", "gross aesir oeuvre"),
        ("GROẞ", "gross"), ("İbrahim Işık", "ibrahim isik"), ("O'Brien", "obrien"), ("O’Brien", "obrien"),
        ("Jean-Pierre Dupont", "jean pierre dupont"), ("J. R. Doe", "j r doe"), ("Ｊａｎｅ　Ｄｏｅ", "jane doe"),
        ("ﬁona", "fiona"), ("Йосиф Ёлкин", "иосиф елкин"), ("Γιώργος ΓΙΏΡΓΟΣ", "γιωργοσ γιωργοσ"), ("علی", "علي"),
        ("राम", "राम"), ("रम", "रम"), ("がく", "がく"), ("ｶﾞｸ", "ガク"), ("김민준", "김민준"), ("Nguyễn Thị", "nguyen thi"),
        ("Þór Guðrún", "thor gudrun"), ("שָׁלוֹם", "שלום"),
    ])
    func `Spellings of one name fold to one`(text: String, folded: String) throws {
        let result = try PersonName(first: text, last: nil).folded
        #expect(Array(result.unicodeScalars) == Array(folded.unicodeScalars))
    }

    @Test func `Names that differ in a sound stay apart`() throws {
        let names = ["राम", "रम", "がく", "かく", "Ali", "Alia", "김", "기"]
        let folded = try names.map { try PersonName(first: $0, last: nil).folded }
        #expect(Set(folded).count == names.count)
    }

    @Test(arguments: [
        ("", IdentityError.Kind.empty), (" \u{200B} ", .empty), ("Jane 🚀 Doe", .emoji),
        ("Jane\u{0}Doe", .controlCharacter),
        ("Jane\nDoe", .controlCharacter), ("Jane\u{E000}", .controlCharacter), ("12345", .invalidCharacter),
        ("---", .invalidCharacter), ("jane@example.com", .malformed), ("https://example.com", .malformed),
        (String(repeating: "a", count: 1_025), .tooLong), (String(repeating: "a", count: 257) + " Doe", .tooLong),
    ])
    func `What is no name is refused with its reason`(text: String, kind: IdentityError.Kind) {
        let error = #expect(throws: IdentityError.self) { try PersonName(parsing: text) }
        #expect(error?.kind == kind)
    }

    @Test func `Two parts are kept as they were given`() throws {
        let name = try PersonName(first: "Dr. Jane Mary", last: "van der Berg PhD")
        #expect(name.first == "Jane Mary")
        #expect(name.last == "van der Berg")
        #expect(name.full == "Jane Mary van der Berg")
        #expect(throws: IdentityError.self) { try PersonName(first: " ", last: nil) }
    }

    @Test(
        arguments: [
            ("us", "US"), (" FR ", "FR"), ("uk", "GB"), ("EL", "GR"), ("XK", "XK"), ("XX", nil), ("USA", nil),
            ("", nil),
        ] as [(String, String?)])
    func `Countries are read by their code`(text: String, code: String?) {
        #expect(CountryCode(text)?.code == code)
    }

    @Test func `There are as many countries as ISO lists, and Kosovo`() {
        #expect(CountryCode.all.count == 250)
    }
}
