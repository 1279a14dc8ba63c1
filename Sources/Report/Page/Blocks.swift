// SPDX-License-Identifier: Apache-2.0

/// A chart with its title, the sentence that it says, and the same figures as a table.
struct FigureBlock: Sendable {
    static let wide = 456.0
    static let tight = 340.0

    /// Of the page's own.
    var id: String
    var title: String
    var sentence: String
    var chart: any Chart
    var key: [(ink: Ink, name: String)] = []
    var table: TableBlock

    var markup: Markup {
        let keys = key.map { entry in
            Markup.element("li", [:], [.element("i", ["class": entry.ink.rawValue]), .text(entry.name)])
        }
        let drawings = [("wide", Self.wide), ("tight", Self.tight)].map { name, width in
            chart.drawing(width: width).svg(
                id: "\(id)-\(name)", title: title, description: sentence, className: name)
        }
        return .element(
            "figure", ["id": id],
            [
                .element("figcaption", [:], [.element("h3", [:], title), .element("p", [:], sentence)]),
                keys.isEmpty ? .nothing : .element("ul", ["class": "key"], keys), .joined(drawings),
                .element("details", [:], [.element("summary", [:], "The figures as a table"), table.markup]),
            ])
    }
}

/// A table that scrolls by itself where it is too wide.
struct TableBlock: Sendable {
    var caption: String
    var head: [String]
    var rows: [[String]]
    /// True where cells hold words and not numbers.
    var isWords = false

    var markup: Markup {
        let head = Markup.element("tr", [:], head.map { .element("th", ["scope": "col"], $0) })
        let body = rows.map { row in
            Markup.element(
                "tr", [:],
                row.enumerated().map { index, cell in
                    index == 0 ? .element("th", ["scope": "row"], cell) : .element("td", [:], cell)
                })
        }
        return .element(
            "div", ["class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"],
            [
                .element(
                    "table", ["class": isWords ? "words" : nil],
                    [
                        .element("caption", [:], caption), .element("thead", [:], [head]),
                        .element("tbody", [:], body),
                    ])
            ])
    }
}

/// A part of the page: a title, what it is about, and figures side by side.
struct SectionBlock: Sendable {
    var id: String
    var title: String
    var text: String
    var figures: [FigureBlock] = []
    var tables: [TableBlock] = []

    var markup: Markup {
        .element(
            "section", ["id": id, "aria-labelledby": "\(id)-title"],
            [
                .element("h2", ["id": "\(id)-title"], title), text.isEmpty ? .nothing : .element("p", [:], text),
                figures.isEmpty ? .nothing : .element("div", ["class": "figures"], figures.map(\.markup)),
            ] + tables.map(\.markup))
    }
}
