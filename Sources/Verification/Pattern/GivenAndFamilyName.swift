// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// A name in one piece, taken apart: as `PersonName` does, and by the order of East Asian names in their own scripts.
struct GivenAndFamilyName {
    let given: String?
    let family: String?

    /// Nil for what is no name.
    init?(_ text: String) {
        guard let name = try? PersonName(parsing: text) else { return nil }
        guard ASCIISpelling.isEastAsian(name.full) else {
            (given, family) = (name.first, name.last)
            return
        }
        // The family comes first: 田中 さくら, 王小明.
        if let last = name.last {
            (given, family) = (last, name.first)
            return
        }
        let characters = Array(name.full)
        let length = Self.compound.contains(String(characters.prefix(2))) ? 2 : 1
        guard characters.count <= length + 2 else {
            (given, family) = (name.first, nil)
            return
        }
        (given, family) = (String(characters[length...]), String(characters[..<length]))
    }

    /// Family names of two characters.
    private static let compound: Set<String> = [
        "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "东方", "東方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "南宫", "南宮", "夏侯",
        "남궁", "선우", "황보", "제갈", "독고",
    ]
}
