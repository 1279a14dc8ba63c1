// SPDX-License-Identifier: Apache-2.0

/// What the people are made of.
extension ThousandPeople {
    static let firstNames = [
        "Jane", "John", "Maria", "Ada", "Ben", "Cara", "Dev", "Elsa", "Finn", "Gina", "Hugo", "Iris", "Jack", "Kira",
        "Liam", "Maya", "Nils", "Olga", "Paul", "Quinn", "Rosa", "Stan", "Tara", "Uma", "Vera", "Will", "Xenia", "Yara",
        "Zane", "Anna-Lena", "Jean-Luc", "Mary Ann",
    ]

    static let lastNames = [
        "Doe", "Smith", "Garcia", "Abbott", "Hale", "Owens", "Brook", "Irwin", "Price", "Carver", "Joyce", "Quill",
        "Dunn", "Keller", "Reed", "Ellis", "Lowe", "Shaw", "Frost", "Marsh", "Tate", "Grant", "Nash", "O'Brien",
        "D'Angelo", "van der Berg", "de la Tour", "McDonald", "Smith-Jones", "Null",
    ]

    static let titles = ["", "", "Founder", "VP Sales", "Head of Operations", "CFO", "Buyer, EMEA", "Engineer"]

    static let companies: [(name: String, domain: String)] = [
        ("Acme", "acme.example"), ("Globex", "globex.example"), ("Initech", "initech.example"),
        ("Hooli, Inc.", "hooli.example"), ("Open House", "openhouse.example"), ("Harbor", "harbor.example"),
        ("Cobalt", "cobalt.example"), ("Pioneer", "pioneer.example.org"), ("Juniper", "juniper.example.com"),
        ("Orbit", "orbit.example"), ("Lantern", "lantern.example.net"), ("Granite", "granite.example"),
        ("Maple", "maple.example"), ("Meadow", "meadow.example.com"), ("Willow", "willow.example"),
        ("The \"Quoted\" Company", "quoted.example"), ("Example", "example.com"), ("Sakura Works", "sakura.example"),
    ]

    static let scripts: [(first: String, last: String)] = [
        ("Camille", "Lefèvre"), ("Seán", "Ó Briain"), ("太郎", "山田"), ("Łukasz", "Żółty"), ("José", "Núñez"),
        ("Björn", "Åkesson"), ("Нина", "Петрова"), ("أمينة", "حداد"), ("Thảo", "Nguyễn"), ("Şeyma", "Yıldız"),
        ("Ευαγγελία", "Παπαδοπούλου"), ("민수", "김"), ("דנה", "כהן"), ("สมชาย", "ใจดี"), ("Jürgen", "Groß"),
        ("İpek", "Işık"), ("Ólafur", "Þórðarson"), ("आशा", "शर्मा"), ("Đặng", "Ngọc"), ("Олексій", "Шевченко"),
        ("小龍", "李"), ("Zoë", "Çelik"), ("Ņina", "Bērziņa"), ("Ğülşen", "Öz"),
    ]

    /// As somebody wrote a name, and as it is read.
    static let oddNames: [(written: String, read: String)] = [
        ("Dr. Jane Doe", "Jane Doe"), ("Doe, Jane", "Jane Doe"), ("Jane Doe, PhD", "Jane Doe"),
        ("JANE DOE", "JANE DOE"), ("  jane   doe  ", "jane doe"), ("Jane Doe (she/her)", "Jane Doe"),
        ("Robert \"Bob\" Martin", "Robert Martin"), ("van der Berg, Mary Ann", "Mary Ann van der Berg"),
        ("Ludwig van Tester", "Ludwig van Tester"), ("Pat Jones Jr.", "Pat Jones"),
        ("O'Neil-Shaw, Tara", "Tara O'Neil-Shaw"),
        ("J. R. Hale", "J. R. Hale"), ("Mr. John Q. Public III", "John Q. Public"), ("Cher", "Cher"),
        ("Prof. Dr. Anna Keller", "Anna Keller"), ("Jane\u{200B} Doe", "Jane Doe"), ("Jane\u{A0}Doe", "Jane Doe"),
        ("Maria del Carmen Ruiz y Lopez", "Maria del Carmen Ruiz y Lopez"), ("Null Void", "Null Void"),
        ("ＪＡＮＥ ＤＯＥ", "ＪＡＮＥ ＤＯＥ"), ("Sam O’Reilly", "Sam O’Reilly"), ("X Æ Doe", "X Æ Doe"),
        ("Sir Elton Tester", "Elton Tester"), ("Jane Doe, MBA, CPA", "Jane Doe"),
    ]
}
