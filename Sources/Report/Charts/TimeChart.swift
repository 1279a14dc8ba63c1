// SPDX-License-Identifier: Apache-2.0

/// Values over time, from left to right.
struct TimeChart: Chart {
    /// How a value is drawn.
    enum Form: Sendable, Hashable {
        case columns
        case line
    }

    struct Point: Sendable, Hashable {
        /// Below the axis, where there is room.
        var name: String
        var value: Double
    }

    var points: [Point]
    var form: Form
    var ink: Ink
    /// True where there are no fractions to tell.
    var isWhole: Bool
    var tickText: @Sendable (Double) -> String

    private static let height = 190.0
    private static let top = 14.0
    private static let bottom = 162.0

    func drawing(width: Double) -> Drawing {
        var drawing = Drawing(width: width, height: Self.height)
        let ticks = Ticks.linear(upTo: points.map(\.value).max() ?? 0, atMost: 5, isWhole: isWhole)
        let names = ticks.map(tickText)
        let widest = names.map { TextWidth.of($0, size: Label.small) }.max() ?? 0
        let left = min(widest + 8, width * 0.4)
        let y = Scale(domain: 0...(ticks.last ?? 1), range: 0...(Self.bottom - Self.top))
        for (tick, name) in zip(ticks, names) {
            let place = Self.bottom - y(tick)
            drawing.add(.rule(x1: left, y1: place, x2: width, y2: place, .line))
            let text = TextWidth.fitted(name, size: Label.small, into: left - 8)
            drawing.add(
                .label(Label(text: text, x: left - 8, y: place + 4, anchor: .end, size: Label.small, isQuiet: true)))
        }
        let step = (width - left) / Double(max(1, points.count))
        let places = points.indices.map { left + (Double($0) + 0.5) * step }
        draw(places, step, y, on: &drawing)
        addNames(places, from: left, to: &drawing)
        return drawing
    }

    private func draw(_ places: [Double], _ step: Double, _ y: Scale, on drawing: inout Drawing) {
        switch form {
        case .columns:
            let columnWidth = min(max(step * 0.72, 1), 36, step)
            for (point, place) in zip(points, places) where point.value > 0 {
                let height = max(y(point.value), 1)
                drawing.add(
                    .bar(
                        Box(x: place - columnWidth / 2, y: Self.bottom - height, width: columnWidth, height: height),
                        ink))
            }
        case .line:
            let corners = zip(points, places).map { Drawing.Point(x: $1, y: Self.bottom - y($0.value)) }
            drawing.add(.path(corners, ink))
            for corner in corners where step >= 9 {
                drawing.add(.dot(x: corner.x, y: corner.y, radius: 3, ink))
            }
        }
    }

    /// Names at even distances, as many as there is room for.
    private func addNames(_ places: [Double], from left: Double, to drawing: inout Drawing) {
        let widest = points.map { TextWidth.of($0.name, size: Label.small) }.max() ?? 0
        let room = max(1, Int((drawing.width - left) / (widest + 12)))
        let stride = max(1, (points.count + room - 1) / room)
        let shown = points.indices.filter { $0 % stride == 0 }
        drawing.addAxis(shown.map { (places[$0], points[$0].name) }, baseline: Self.bottom + 18)
    }
}
