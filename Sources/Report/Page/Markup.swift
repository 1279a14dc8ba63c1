// SPDX-License-Identifier: Apache-2.0

/// HTML that is whole and safe: names of elements and attributes are written in the program, and every text from
/// outside goes through `text` or an attribute's value. There is no other way in.
struct Markup: Sendable, Hashable {
    private(set) var html: String

    static let nothing = Markup(html: "")

    /// Text as it is to be read, whatever is in it.
    static func text(_ text: String) -> Markup { Markup(html: escaped(text)) }

    /// An element with its attributes in order; a nil value leaves the attribute out.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ children: [Markup] = []
    ) -> Markup {
        var html = "<\(name)"
        for (key, value) in attributes {
            if let value { html += " \(key)=\"\(escaped(value))\"" }
        }
        html += ">"
        for child in children { html += child.html }
        return Markup(html: "\(html)</\(name)>")
    }

    /// An element of text alone.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ text: String
    ) -> Markup {
        element(name, attributes, [.text(text)])
    }

    /// A part that the program itself writes, such as the style sheet.
    static func own(_ text: StaticString) -> Markup { Markup(html: "\(text)") }

    /// The style sheet: text of the program's, made of its own palette.
    static func style(_ css: Stylesheet) -> Markup { Markup(html: "<style>\(css.text)</style>") }

    static func joined(_ parts: [Markup]) -> Markup { Markup(html: parts.map(\.html).joined()) }

    /// Nothing of a text is markup, and nothing of it turns the direction of what stands around it.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            default:
                let isControl = scalar.properties.generalCategory == .control
                escaped.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
            }
        }
        return escaped
    }
}
