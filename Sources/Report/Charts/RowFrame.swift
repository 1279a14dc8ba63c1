// SPDX-License-Identifier: Apache-2.0

/// Rows one below the other, each with a name, a place to draw, and a value. Where there is room the name stands to the
/// left and the value to the right; on a narrow sheet both stand above.
struct RowFrame: Sendable {
    struct Row: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// Below this width names stand above.
    static let narrow = 420.0
    private static let gap = 10.0

    let width: Double
    let rows: [Row]
    /// Where values are drawn, from side to side.
    let plot: ClosedRange<Double>
    /// True where names stand above, between the bars.
    let isNarrow: Bool
    private let axis: Double

    /// - Parameter axis: the height of what stands below the rows.
    init(width: Double, rows: [Row], axis: Double = 0) {
        self.width = width
        self.rows = rows
        self.axis = axis
        isNarrow = width < Self.narrow
        guard !isNarrow else {
            plot = 0...width
            return
        }
        let names = rows.map { TextWidth.of($0.name, size: Label.size) }.max() ?? 0
        let values = rows.map { TextWidth.of($0.value, size: Label.size) }.max() ?? 0
        let left = min(names, width * 0.3) + Self.gap
        plot = left...(width - min(values, width * 0.34) - Self.gap)
    }

    private var rowHeight: Double { isNarrow ? 38 : 26 }
    var barHeight: Double { isNarrow ? 10 : 14 }
    var height: Double { Double(rows.count) * rowHeight + axis + 2 }
    /// Where the axis begins.
    var bottom: Double { Double(rows.count) * rowHeight }

    /// The top of a row's bar.
    func top(of row: Int) -> Double { Double(row) * rowHeight + (isNarrow ? 20 : 6) }

    /// A sheet with names and values written.
    func sheet() -> Drawing {
        var drawing = Drawing(width: width, height: height)
        for (index, row) in rows.enumerated() {
            let baseline = Double(index) * rowHeight + (isNarrow ? 13 : 17)
            let room = isNarrow ? width * 0.62 : width - plot.upperBound - Self.gap
            let value = TextWidth.fitted(row.value, size: Label.size, into: room)
            let taken = isNarrow ? width - TextWidth.of(value, size: Label.size) - Self.gap : plot.lowerBound - Self.gap
            let name = TextWidth.fitted(row.name, size: Label.size, into: taken)
            drawing.add(.label(Label(text: name, x: 0, y: baseline)))
            drawing.add(.label(Label(text: value, x: width, y: baseline, anchor: .end, isQuiet: true)))
        }
        return drawing
    }
}

extension Drawing {
    /// Writes names below an axis; those that would touch the one before are left out.
    mutating func addAxis(_ ticks: [(place: Double, text: String)], baseline: Double) {
        var end = -Double.infinity
        for tick in ticks {
            let half = TextWidth.of(tick.text, size: Label.small) / 2
            let place = min(max(tick.place, half), width - half)
            guard place - half >= end + 6, 2 * half <= width else { continue }
            add(
                .label(
                    Label(text: tick.text, x: place, y: baseline, anchor: .middle, size: Label.small, isQuiet: true)))
            end = place + half
        }
    }
}
