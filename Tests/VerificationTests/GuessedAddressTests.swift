// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Verification

struct GuessedAddressTests {
    private func locals(
        _ first: String?, _ last: String?, known: [MailPattern: Int] = [:], limit: Int = GuessedAddress.maximumCount
    ) -> [String] {
        GuessedAddress.candidates(
            firstName: first, lastName: last, domain: "example.com", knownPatterns: known, limit: limit
        ).map(\.localPart)
    }

    @Test func `every pattern makes its local part, the commonest first`() {
        let guesses = GuessedAddress.candidates(
            firstName: "Zoltana", lastName: "Quill", domain: "Example.COM", limit: GuessedAddress.maximumCount)
        let expected: [(MailPattern, String)] = [
            (.firstDotLast, "zoltana.quill"), (.initialLast, "zquill"), (.first, "zoltana"),
            (.firstLast, "zoltanaquill"), (.firstUnderscoreLast, "zoltana_quill"), (.firstInitial, "zoltanaq"),
            (.initialDotLast, "z.quill"), (.last, "quill"), (.lastDotFirst, "quill.zoltana"),
            (.lastInitial, "quillz"), (.firstHyphenLast, "zoltana-quill"), (.initials, "zq"),
            (.lastFirst, "quillzoltana"), (.firstDotInitial, "zoltana.q"), (.lastDotInitial, "quill.z"),
            (.initialUnderscoreLast, "z_quill"), (.initialHyphenLast, "z-quill"),
            (.lastUnderscoreFirst, "quill_zoltana"), (.lastHyphenFirst, "quill-zoltana"), (.initialDotInitial, "z.q"),
        ]
        #expect(guesses.map(\.pattern) == expected.map(\.0))
        #expect(guesses.map(\.localPart) == expected.map(\.1))
        #expect(expected.map(\.0) == MailPattern.allCases)
        #expect(guesses.allSatisfy { $0.address == "\($0.localPart)@example.com" })
        #expect(guesses.map(\.weight) == guesses.map(\.weight).sorted(by: >))
        #expect(Set(MailPattern.allCases.map(\.prior)).count == MailPattern.allCases.count, "no two tie")
    }

    @Test(
        arguments: [
            ("Jürgen", "Müller", ["juergen.mueller", "jurgen.muller"], ["juergen.muller", "jurgen.mueller"]),
            ("Hans", "Groß", ["hans.gross"], []), ("Søren", "Kjær", ["soren.kjaer", "soeren.kjaer"], []),
            ("İlkay", "Gündoğan", ["ilkay.gundogan", "ilkay.guendogan"], []), ("Łukasz", "Żółć", ["lukasz.zolc"], []),
            ("Дмитрий", "Щербаков", ["dmitry.shcherbakov", "dmitrii.scherbakov"], ["dmitriy.scherbakov"]),
            ("Юлия", "Хрущёва", ["yuliya.khrushcheva"], []), ("Γιώργος", "Παπαδόπουλος", ["giorgos.papadopoulos"], []),
            ("小明", "王", ["xiaoming.wang", "xwang"], ["xiao.wang"]), ("志伟", "曾", ["zhiwei.zeng"], []),
            ("娜娜", "欧阳", ["nana.ouyang"], ["nana.yang", "na.ouyang"]),
            ("민준", "김", ["minjun.kim"], []), ("さくら", "たなか", ["sakura.tanaka"], []),
            ("अमित", "शर्मा", ["amit.sharma"], []), ("გიორგი", "ბერიძე", ["giorgi.beridze"], []),
            ("Đức", "Nguyễn", ["duc.nguyen"], []), ("Conor", "O’Brien", ["conor.obrien", "cobrien"], []),
            (
                "Anne-Marie", "Dupont",
                ["anne-marie.dupont", "annemarie.dupont", "anne.dupont", "adupont", "amdupont"], ["marie.dupont"]
            ),
            ("María", "García López", ["maria.garcialopez", "maria.garcia", "maria.lopez", "maria.garcia-lopez"], []),
            ("Jan", "van der Berg", ["jan.vanderberg", "jan.berg", "jvanderberg", "jberg"], ["jan.van", "jan.der"]),
            ("Penélope", "de la Cruz", ["penelope.delacruz", "penelope.cruz", "pcruz"], ["penelope.la"]),
            ("Ann", "Smith-Jones", ["ann.smith-jones", "ann.smith", "ann.smithjones", "ann.jones"], []),
            ("Mary Ann", "Doe", ["mary.doe", "maryann.doe", "mary-ann.doe"], []),
            ("J. Robert", "Doe", ["robert.doe"], ["j.doe"]),
            ("John F.", "Doe Jr.", ["john.doe"], ["john.doejr", "johnf.doe"]),
            ("Dr. Jane", "Doe III", ["jane.doe"], ["dr.doe", "drjane.doe", "jane.doeiii"]),
            ("J.", "Doe", ["jdoe", "j.doe", "doe", "jd"], ["j", "j.d.doe"]), ("Madonna", nil, ["madonna"], []),
            (nil, "Doe", ["doe"], []), ("van", "der", ["van.der"], []),
        ] as [(String?, String?, [String], [String])])
    func `a name is spelled as its owner does`(first: String?, last: String?, expected: [String], others: [String]) {
        let locals = locals(first, last)
        #expect(locals.filter(expected.contains) == expected)
        #expect(locals.first == expected.first)
        #expect(locals.filter(others.contains) == [])
        #expect(Set(locals).count == locals.count)
    }

    @Test(arguments: [
        ("Bob", "robert"), ("Robert", "bob"), ("Bill", "william"), ("William", "bill"), ("Liz", "elizabeth"),
        ("Elizabeth", "liz"), ("Hans", "johannes"), ("Katharina", "kathi"), ("Pepe", "jose"), ("José", "pepe"),
        ("Aleksandr", "sasha"), ("Sam", "samantha"),
    ])
    func `who is called by another name is guessed by it too`(first: String, other: String) {
        let locals = locals(first, "Doe")
        #expect(locals.contains("\(other).doe"))
        #expect(locals.first != "\(other).doe")
    }

    @Test(arguments: [
        ("Dr. Jane van der Berg, PhD", "jane.vanderberg"), ("Doe, Jane", "jane.doe"), ("王小明", "xiaoming.wang"),
        ("欧阳娜娜", "nana.ouyang"), ("김민준", "minjun.kim"), ("たなか さくら", "sakura.tanaka"), ("Madonna", "madonna"),
        ("王", "wang"), ("さくらたなか", "sakuratanaka"),
    ])
    func `a name in one piece is taken apart`(name: String, local: String) {
        #expect(GuessedAddress.candidates(fullName: name, domain: "example.com").first?.localPart == local)
    }

    @Test func `what was verified at the domain comes first, the most followed before the others`() {
        let known: [MailPattern: Int] = [.lastDotInitial: 1, .initialLast: 5, .firstUnderscoreLast: 4]
        let locals = locals("Zoltana", "Quill", known: known)
        #expect(Array(locals.prefix(4)) == ["zquill", "zoltana_quill", "quill.z", "zoltana.quill"])
        #expect(locals.count == MailPattern.allCases.count)
        let usual = self.locals("Zoltana", "Quill", known: [.last: 0, .initials: -3])
        #expect(usual == self.locals("Zoltana", "Quill"))
    }

    @Test(arguments: [
        ("محمد", "علي", "example.com"), ("דוד", "כהן", "example.com"), ("สมชาย", "ใจดี", "example.com"),
        ("", "", "example.com"), ("🚀", "Doe", "example.com"), ("jane@example.com", "Doe", "example.com"),
        ("Jane", "Doe", "localhost"), ("Jane", "Doe", "exa mple.com"), ("Jane", "Doe", "b@example.com"),
        ("Jane", "Doe", "co.uk"), ("Jane", "Doe", ""), (String(repeating: "a", count: 300), "Doe", "example.com"),
    ])
    func `what can't be an address is not guessed`(first: String, last: String, domain: String) {
        #expect(GuessedAddress.candidates(firstName: first, lastName: last, domain: domain) == [])
    }

    @Test func `guesses are deliverable, and as many as are wanted`() {
        let long = String(repeating: "a", count: 70)
        let guesses = GuessedAddress.candidates(firstName: "Jane", lastName: long, domain: "example.com", limit: 50)
        #expect(guesses.map(\.localPart).contains("jane"))
        #expect(guesses.allSatisfy { $0.localPart.utf8.count <= 64 })
        #expect(locals("Anne-Marie", "Garcia Lopez", limit: 1_000).count == GuessedAddress.maximumCount)
        #expect(locals("Jane", "Doe", limit: 3) == ["jane.doe", "jdoe", "jane"])
        #expect(locals("Jane", "Doe", limit: 0) == [])
        #expect(locals("Jane", "Doe", limit: -1) == [])
        let story = Array(repeating: "Jane", count: 40).joined(separator: " ")
        #expect(locals(story, "Doe").contains { $0.hasPrefix("janejane") && $0.utf8.count < 40 })
    }

    @Test(arguments: MailPattern.allCases)
    func `an address that was made by a pattern is known by it`(pattern: MailPattern) throws {
        for (first, last) in [("Zoltana", "Quill"), ("Jürgen", "van der Berg"), ("小明", "欧阳")] {
            let guesses = GuessedAddress.candidates(
                firstName: first, lastName: last, domain: "example.com", limit: GuessedAddress.maximumCount)
            let guess = try #require(guesses.first { $0.pattern == pattern })
            for local in [
                guess.localPart, guess.localPart.uppercased(), guess.localPart + "+news", guess.localPart + "2",
            ] {
                #expect(MailPattern.pattern(of: local, firstName: first, lastName: last) == pattern)
            }
        }
        #expect(MailPattern(rawValue: pattern.rawValue) == pattern)
    }

    @Test(
        arguments: [
            ("bob.smith", "Robert", "Smith", .firstDotLast), ("jurgen.muller", "Jürgen", "Müller", .firstDotLast),
            ("berg", "Jan", "van der Berg", .last), ("jane", "Jane", nil, .first), ("doe", nil, "Doe", .last),
            ("info", "Jane", "Doe", nil), ("jane.smith", "Jane", "Doe", nil), ("", "Jane", "Doe", nil),
            ("123", "Jane", "Doe", nil), ("li", "Li", "Li", .first), ("+x", "Jane", "Doe", nil),
            (String(repeating: "a", count: 1_000_000), "Jane", "Doe", nil), ("jane.doe", "", "", nil),
            (String(repeating: "a", count: 65), nil, String(repeating: "a", count: 65), nil),
            (String(repeating: "a", count: 64), nil, String(repeating: "a", count: 64), .last),
        ] as [(String, String?, String?, MailPattern?)])
    func `the pattern of an address is told from the name`(
        local: String, first: String?, last: String?, pattern: MailPattern?
    ) {
        #expect(MailPattern.pattern(of: local, firstName: first, lastName: last) == pattern)
    }

    @Test func `the nicknames are sorted, and each leads back`() {
        let lines = EmbeddedFile.nicknames.withBytes { text in
            String(decoding: text.indices.map { text[$0] }, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        let names = lines.map { String($0.prefix { $0 != " " }) }
        #expect(lines.count > 700)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        for name in names {
            let others = Nicknames.of(name)
            #expect((1...4).contains(others.count))
            #expect(others.allSatisfy { !$0.name.isEmpty && $0.name != name && names.contains($0.name) })
        }
        for name in ["bo", "bobb", "bob robert", "", "zzz", "aaa"] { #expect(Nicknames.of(name) == []) }
        #expect(Nicknames.of("bob") == [Nicknames.Other(name: "robert", isFull: true)])
    }

    @Test func `no description holds the address`() throws {
        let guess = try #require(
            GuessedAddress.candidates(firstName: "Jane", lastName: "Doe", domain: "example.com").first)
        #expect(
            "\(guess) \(String(reflecting: guess))" == "{first}.{last} at example.com {first}.{last} at example.com")
    }
}
