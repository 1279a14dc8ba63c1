// SPDX-License-Identifier: Apache-2.0

import Foundation
import Runs
import Testing

@Suite struct ColumnMappingTests {
    private func mapping(_ text: String, _ map: [String] = []) throws -> ColumnMapping {
        try Scratch().open(text, "people.csv", ProspectFileOptions(map: map)).mapping
    }

    /// A header, and the number of each field's column.
    @Test(arguments: [
        ("first_name,last_name,company,domain", "first_name=1,last_name=2,company=3,domain=4"),
        ("First Name,LAST-NAME,E-Mail Address,Job Title", "first_name=1,last_name=2,email=3,title=4"),
        ("Vorname;Nachname;Firma;Webseite;Land", "first_name=1,last_name=2,company=3,domain=4,country=5"),
        ("Prénom;Nom;Société;Site web;Pays;Fonction", "first_name=1,last_name=2,company=3,domain=4,title=6,country=5"),
        ("Nombre;Apellidos;Empresa;Correo electrónico;País", "first_name=1,last_name=2,company=3,email=4,country=5"),
        ("Nome;Cognome;Azienda;Sito web;Ruolo", "first_name=1,last_name=2,company=3,domain=4,title=5"),
        ("Primeiro nome,Sobrenome,Empresa,Cargo", "first_name=1,last_name=2,company=3,title=4"),
        ("Voornaam,Achternaam,Bedrijfsnaam,Functie", "first_name=1,last_name=2,company=3,title=4"),
        ("Fornavn,Etternavn,Selskap,Stilling,Hjemmeside", "first_name=1,last_name=2,company=3,domain=5,title=4"),
        ("Imię,Nazwisko,Nazwa firmy,Stanowisko,Kraj", "first_name=1,last_name=2,company=3,title=4,country=5"),
        ("Jméno,Příjmení,Společnost,Pozice", "first_name=1,last_name=2,company=3,title=4"),
        ("Ad,Soyad,Şirket,Ünvan,Ülke", "first_name=1,last_name=2,company=3,title=4,country=5"),
        ("Имя,Фамилия,Компания,Должность,Сайт", "first_name=1,last_name=2,company=3,domain=5,title=4"),
        ("氏名,会社名,メールアドレス,役職", "name=1,company=2,email=3,title=4"),
        ("姓名,公司,网站,国家", "name=1,company=2,domain=3,country=4"),
        (
            "Full Name,Company Name,Company Website,LinkedIn URL,Phone",
            "name=1,company=2,domain=3,linkedin=4"
        ),
        (
            "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Person Linkedin Url,Website,"
                + "Company Linkedin Url,Country",
            "first_name=1,last_name=2,company=4,domain=9,linkedin=8,email=6,title=3,country=11"
        ),
        ("Contact First Name,Contact Last Name,Account Name", "first_name=1,last_name=2,company=3"),
        ("Lead,Organisation,URL", "name=1,company=2,domain=3"),
        ("name (required),e-mail (work)", "name=1,email=2"),
        ("\u{FEFF}Name,Firma", "name=1,company=2"),
        ("Phone,Name,Company Phone,Domain Status,Domain", "name=2,domain=5"),
        ("personal email,work email,name", "name=3,email=2"),
    ])
    func `headers are known by name`(header: String, expected: String) throws {
        let separator = header.contains(";") ? ";" : ","
        let count = header.split(separator: separator, omittingEmptySubsequences: false).count
        let text = header + "\n" + Array(repeating: "a", count: count).joined(separator: separator) + "\n"
        let mapping = try mapping(text)
        #expect(mapping.entries.map { "\($0.field.rawValue)=\($0.number ?? 0)" }.joined(separator: ",") == expected)
    }

    @Test func `headers that say nothing are known by their values`() throws {
        let rows = (1...9).map {
            "x\($0),\"Doe, Jane\",jane\($0)@example.com,https://www.linkedin.com/in/jane-\($0),company\($0).example"
        }
        let mapping = try mapping((["a,b,c,d,e"] + rows).joined(separator: "\n"))
        #expect(
            mapping.specification.hasPrefix("first_name=-,last_name=-,name=2,company=-,domain=5,linkedin=4,email=3"))
        #expect(mapping[.email]?.reason == .content(percent: 100))
        #expect(mapping[.email]?.reason.certainty == "guessed")
        #expect(mapping.unused == ["a"])
    }

    @Test func `values count more than a name that they contradict`() throws {
        let mapping = try mapping(
            "name,website,linkedin\nJane Doe,https://linkedin.com/in/jane-doe,https://linkedin.com/company/example\n")
        #expect(mapping[.linkedIn]?.number == 2)
        #expect(mapping[.domain] == nil)
        #expect(mapping.notes.contains { $0.contains("`linkedin` has no profiles") })
    }

    @Test(arguments: [
        (["first_name=\"Given, Name\",domain=3"], "first_name=1,domain=3"),
        (["first_name=given name,last_name=2", "company=3"], "first_name=1,last_name=2,company=3"),
        (["vorname=1,website=3"], "first_name=1,domain=3"), (["email=-,name=1"], "name=1"),
        (["name=\"say \"\"x\"\"\""], "name=4"),
    ])
    func `the option sets columns by name and by number`(map: [String], expected: String) throws {
        let header =
            map[0].contains("say")
            ? "a,b,c,\"say \"\"x\"\"\"" : map[0].contains(", ") ? "\"Given, Name\",q,r" : "Given Name,q,r"
        let mapping = try mapping("\(header)\nx,y,z\n", map)
        let given = mapping.entries.filter { $0.reason == .given }
        #expect(given.map { "\($0.field.rawValue)=\($0.number ?? 0)" }.joined(separator: ",") == expected)
    }

    @Test func `all mistakes of the option are told at once`() throws {
        let error = #expect(throws: ProspectFileError.self) {
            try mapping(
                "name,web,name\na,b,c\n", ["frist_name=1,domain=wep,email=9,company=name,title,country=1,title=1"])
        }
        let messages = error?.problems.map(\.message) ?? []
        #expect(messages.contains { $0.contains("`frist_name`") && $0.contains("did you mean `first_name`") })
        #expect(messages.contains { $0.contains("`wep`") && $0.contains("did you mean `web`") })
        #expect(messages.contains { $0.contains("no column 9") })
        #expect(messages.contains { $0.contains("company=1 or company=3") })
        #expect(messages.contains { $0.contains("`title` has no column") })
        #expect(messages.contains { $0.contains("column 1 is given to") })
    }

    @Test func `the text of a mapping maps the file alike`() throws {
        let text = "Contact First Name,Surname,site,a\nJane,Doe,example.com,jane@example.com\n"
        let first = try mapping(text)
        let second = try mapping(text, [first.specification])
        #expect(second.specification == first.specification)
        #expect(second.entries.allSatisfy { $0.reason == .given })
        let json = try Scratch().open(#"{"Full Name":"Jane Doe","x \"y\"":"example.com"}"# + "\n", "p.jsonl").mapping
        let again = try Scratch().open(
            #"{"Full Name":"Jane Doe","x \"y\"":"example.com"}"# + "\n", "p.jsonl",
            ProspectFileOptions(map: [json.specification])
        ).mapping
        #expect(again.specification == json.specification)
        #expect(json.specification.contains(#"domain="x ""y""""#))
    }

    @Test func `a file that names nobody says what to write`() {
        let error = #expect(throws: ProspectFileError.self) { try mapping("phone,notes\n1,2\n") }
        #expect(error?.problems.first?.message.contains("--map") == true)
        let headless = #expect(throws: ProspectFileError.self) { try mapping("Jane,jane@example.com\nx,y\n") }
        #expect(headless?.problems.first?.message.contains("put a header") == true)
    }

    @Test func `names that stand twice are told`() throws {
        let mapping = try mapping("Email,Email,Name\na@example.com,b@example.com,Jane Doe\n")
        #expect(mapping[.email]?.number == 1)
        #expect(mapping.notes.contains { $0.contains("1 and 2") })
        #expect(mapping.notes.contains { $0.contains("--map email=2") })
    }
}
