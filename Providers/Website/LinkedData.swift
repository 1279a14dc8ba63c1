// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Reads telephone numbers from schema.org's JSON-LD.
///
/// Of the types that have a `telephone` (organisations, places, contact points, persons) a person's is never taken.
enum LinkedData {
    struct Found: Equatable {
        var text: String
        var place: FoundNumbers.Place
        var country: String?
    }

    static let maximumCount = 64
    /// Where an organisation stands inside something else.
    private static let wrappers = ["@graph", "mainEntity", "about", "publisher"]

    static func numbers(in document: JSONReader) -> [Found] {
        var found: [Found] = []
        visit(document, as: .organization, country: nil, &found)
        return found
    }

    /// Takes off what some pages wrap the JSON in: an HTML comment or a CDATA mark.
    static func uncommented(_ text: String) -> String {
        var text = trimmed(text[...])
        for (start, end) in [("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>")] {
            if text.hasPrefix(start) { text = trimmed(text.dropFirst(start.count)) }
            if text.hasSuffix(end) { text = trimmed(text.dropLast(end.count)) }
        }
        return String(text)
    }

    /// The reader refuses documents deeper than 64, which bounds the recursion.
    private static func visit(
        _ node: JSONReader, as place: FoundNumbers.Place, country inherited: String?, _ found: inout [Found]
    ) {
        guard found.count < maximumCount else { return }
        guard node.isObject else {
            for element in node.elements { visit(element, as: place, country: inherited, &found) }
            return
        }
        for wrapper in wrappers { visit(node[wrapper], as: place, country: inherited, &found) }
        let types = types(node)
        guard !types.contains("Person") else { return }
        let country = country(node["address"]) ?? inherited
        // "Fax" is a contact type that some pages use.
        guard node["contactType"].text?.lowercased().contains("fax") != true else { return }
        let isPoint = types.contains("ContactPoint") || types.contains("PostalAddress")
        for text in texts(node["telephone"]) {
            found.append(Found(text: text, place: isPoint ? max(place, .contactPoint) : place, country: country))
        }
        visit(node["contactPoint"], as: max(place, .contactPoint), country: country, &found)
        visit(node["contactPoints"], as: max(place, .contactPoint), country: country, &found)
        visit(node["location"], as: max(place, .location), country: country, &found)
        visit(node["department"], as: .department, country: country, &found)
        visit(node["subOrganization"], as: .department, country: country, &found)
    }

    /// The names of a node's types, without the vocabulary's prefix.
    private static func types(_ node: JSONReader) -> Set<String> {
        Set(
            texts(node["@type"]).map { type in
                String(type.reversed().prefix { $0 != "/" && $0 != ":" && $0 != "#" }.reversed())
            })
    }

    private static func texts(_ value: JSONReader) -> [String] {
        if let text = value.text { return [text] }
        if let text = value["@value"].text { return [text] }
        if let number = value.integer, number > 0 { return [String(number)] }
        return value.elements.flatMap { $0.text.map { [$0] } ?? $0["@value"].text.map { [$0] } ?? [] }
    }

    /// The code of an address's country; a name in words is of no use to a parser of numbers.
    private static func country(_ address: JSONReader) -> String? {
        let country = (address.isObject ? address : address.elements.first ?? address)["addressCountry"]
        guard let code = country.text ?? country["name"].text ?? country["identifier"].text else { return nil }
        let isCode = code.utf8.count == 2 && code.allSatisfy { $0.isASCII && $0.isLetter }
        return isCode ? code.uppercased() : nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }
}
