// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Identity

/// Countries as files write them: by name in a few languages, or by three letters.
enum CountryNames {
    /// The two letters of a country; the text itself where it is none that is known.
    static func code(of text: String) -> String {
        if CountryCode(text) != nil { return text }
        return codes[NameFolding.folded(text).replacing(" ", with: "")] ?? text
    }

    private static let languages = [
        "en", "de", "fr", "es", "it", "pt", "nl", "da", "nb", "sv", "fi", "pl", "cs", "tr", "ru", "ja", "zh",
    ]

    /// Made once, for the first country that is not written in two letters.
    private static let codes: [String: String] = {
        var codes: [String: String] = [:]
        for language in languages {
            let locale = Locale(identifier: language)
            for code in CountryCode.all {
                guard let name = locale.localizedString(forRegionCode: code) else { continue }
                let key = NameFolding.folded(name).replacing(" ", with: "")
                if codes[key] == nil { codes[key] = code }
            }
        }
        for (name, code) in others { codes[name] = code }
        return codes
    }()

    /// What is said beside the names, and the three letters of the countries that are written so most.
    private static let others = [
        "usa": "US", "unitedstatesofamerica": "US", "america": "US", "theunitedstates": "US",
        "gbr": "GB", "greatbritain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northernireland": "GB",
        "britain": "GB", "deu": "DE", "ger": "DE", "fra": "FR", "esp": "ES", "ita": "IT", "prt": "PT", "nld": "NL",
        "holland": "NL", "thenetherlands": "NL", "bel": "BE", "che": "CH", "aut": "AT", "swe": "SE", "nor": "NO",
        "dnk": "DK", "fin": "FI", "pol": "PL", "cze": "CZ", "czechrepublic": "CZ", "can": "CA", "aus": "AU",
        "nzl": "NZ",
        "jpn": "JP", "chn": "CN", "prc": "CN", "ind": "IN", "bra": "BR", "mex": "MX", "arg": "AR", "zaf": "ZA",
        "isr": "IL", "uae": "AE", "are": "AE", "sgp": "SG", "kor": "KR", "korea": "KR", "southkorea": "KR", "irl": "IE",
        "republicofireland": "IE", "tur": "TR", "turkey": "TR", "rus": "RU", "russianfederation": "RU", "ukr": "UA",
        "vietnam": "VN", "hongkong": "HK", "taiwan": "TW", "macau": "MO", "ivorycoast": "CI",
    ]
}
