// SPDX-License-Identifier: Apache-2.0

/// A rectangle.
struct Box: Sendable, Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    func overlaps(_ other: Box) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }

    func contains(_ other: Box) -> Bool {
        other.x >= x - 0.01 && other.y >= y - 0.01 && other.x + other.width <= x + width + 0.01
            && other.y + other.height <= y + height + 0.01
    }
}

/// A text of a drawing, on its baseline.
struct Label: Sendable, Hashable {
    enum Anchor: String, Sendable, Hashable {
        case start, middle, end
    }

    static let size = 12.0
    static let small = 11.0

    var text: String
    var x: Double
    var y: Double
    var anchor = Anchor.start
    var size = Label.size
    var isQuiet = false

    /// The space that it takes at most.
    var box: Box {
        let width = TextWidth.of(text, size: size)
        let left =
            switch anchor {
            case .start: x
            case .middle: x - width / 2
            case .end: x - width
            }
        return Box(x: left, y: y - size * 0.8, width: width, height: size)
    }
}

/// Marks on a sheet, as values: what is drawn can be asked about before it is text.
struct Drawing: Sendable, Hashable {
    enum Mark: Sendable, Hashable {
        case bar(Box, Ink)
        case rule(x1: Double, y1: Double, x2: Double, y2: Double, Ink)
        case dot(x: Double, y: Double, radius: Double, Ink)
        case path([Point], Ink)
        case label(Label)
    }

    struct Point: Sendable, Hashable {
        var x: Double
        var y: Double
    }

    let width: Double
    var height: Double
    private(set) var marks: [Mark] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// Adds a mark; one of no size and a text without letters are left out.
    mutating func add(_ mark: Mark) {
        switch mark {
        case .bar(let box, _) where box.width <= 0 || box.height <= 0: return
        case .label(let label) where label.text.isEmpty: return
        case .path(let points, _) where points.count < 2: return
        default: marks.append(mark)
        }
    }

    var labels: [Label] {
        marks.compactMap { mark in
            if case .label(let label) = mark { label } else { nil }
        }
    }

    /// What each mark covers.
    var boxes: [Box] {
        marks.flatMap { mark -> [Box] in
            switch mark {
            case .bar(let box, _): [box]
            case .rule(let x1, let y1, let x2, let y2, _):
                [Box(x: min(x1, x2), y: min(y1, y2), width: abs(x2 - x1), height: abs(y2 - y1))]
            case .dot(let x, let y, let radius, _):
                [Box(x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius)]
            case .path(let points, _): points.map { Box(x: $0.x, y: $0.y, width: 0, height: 0) }
            case .label(let label): [label.box]
            }
        }
    }

    /// The drawing as SVG.
    ///
    /// - Parameters:
    ///   - id: of the page's own; the title and the description have ids made of it.
    ///   - title: what it shows.
    ///   - description: what is to be seen in it.
    func svg(id: String, title: String, description: String, className: String) -> Markup {
        let head: [Markup] = [
            .element("title", ["id": "\(id)-title"], title), .element("desc", ["id": "\(id)-desc"], description),
        ]
        return .element(
            "svg",
            [
                "class": className, "viewBox": "0 0 \(Self.text(width)) \(Self.text(height))",
                "width": Self.text(width), "height": Self.text(height), "role": "img",
                "aria-labelledby": "\(id)-title \(id)-desc",
            ], head + marks.map(Self.element))
    }

    private static func element(_ mark: Mark) -> Markup {
        switch mark {
        case .bar(let box, let ink):
            .element(
                "rect",
                [
                    "class": ink.rawValue, "x": text(box.x), "y": text(box.y), "width": text(box.width),
                    "height": text(box.height), "rx": text(min(1.5, box.width / 2, box.height / 2)),
                ])
        case .rule(let x1, let y1, let x2, let y2, let ink):
            .element(
                "line", ["class": "s-\(ink.rawValue)", "x1": text(x1), "y1": text(y1), "x2": text(x2), "y2": text(y2)])
        case .dot(let x, let y, let radius, let ink):
            .element("circle", ["class": ink.rawValue, "cx": text(x), "cy": text(y), "r": text(radius)])
        case .path(let points, let ink):
            .element(
                "polyline",
                [
                    "class": "s-\(ink.rawValue) thick",
                    "points": points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " "),
                ])
        case .label(let label):
            .element(
                "text",
                [
                    "x": text(label.x), "y": text(label.y), "font-size": text(label.size),
                    "text-anchor": label.anchor == .start ? nil : label.anchor.rawValue,
                    "class": label.isQuiet ? "q" : nil,
                ], label.text)
        }
    }

    /// A number with one decimal place at most.
    private static func text(_ value: Double) -> String {
        let tenths = value.isFinite ? Int((value * 10).rounded()) : 0
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}
