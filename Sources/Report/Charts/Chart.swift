// SPDX-License-Identifier: Apache-2.0

/// Something that can be drawn on a sheet of any width from 200.
protocol Chart: Sendable {
    func drawing(width: Double) -> Drawing
}

/// Bars from the left, one a row.
struct BarChart: Chart {
    struct Bar: Sendable, Hashable {
        var name: String
        var value: Double
        var text: String
        var ink = Ink.found
    }

    var bars: [Bar]

    func drawing(width: Double) -> Drawing {
        StackedChart(
            rows: bars.map {
                StackedChart.Row(name: $0.name, parts: [.init(value: $0.value, ink: $0.ink)], text: $0.text)
            }
        ).drawing(width: width)
    }
}

/// Bars of parts one behind the other, one a row.
struct StackedChart: Chart {
    struct Part: Sendable, Hashable {
        var value: Double
        var ink: Ink
    }

    struct Row: Sendable, Hashable {
        var name: String
        var parts: [Part]
        var text: String

        var total: Double { parts.reduce(0) { $0 + max(0, $1.value) } }
    }

    var rows: [Row]

    func drawing(width: Double) -> Drawing {
        let frame = RowFrame(width: width, rows: rows.map { RowFrame.Row(name: $0.name, value: $0.text) })
        var drawing = frame.sheet()
        let scale = Scale(domain: 0...max(rows.map(\.total).max() ?? 0, .leastNonzeroMagnitude), range: frame.plot)
        for (index, row) in rows.enumerated() {
            let top = frame.top(of: index)
            drawing.add(
                .bar(
                    Box(
                        x: frame.plot.lowerBound, y: top + frame.barHeight - 1,
                        width: frame.plot.upperBound - frame.plot.lowerBound, height: 1), .line))
            var sum = 0.0
            for part in row.parts where part.value > 0 {
                let start = scale(sum)
                sum += part.value
                // A hair of the page between two parts; the smallest value is still to be seen.
                let length = max(scale(sum) - start - (row.parts.count > 1 ? 1 : 0), 1)
                drawing.add(
                    .bar(
                        Box(
                            x: min(start, frame.plot.upperBound - length), y: top, width: length,
                            height: frame.barHeight), part.ink))
            }
        }
        return drawing
    }
}

/// A whole, and how it is used up: each bar begins where the one before ended.
struct WaterfallChart: Chart {
    struct Step: Sendable, Hashable {
        var name: String
        var value: Double
        var text: String
        var ink: Ink
    }

    /// What there is at the beginning.
    var whole: Step
    var steps: [Step]

    func drawing(width: Double) -> Drawing {
        let all = [whole] + steps
        let frame = RowFrame(width: width, rows: all.map { RowFrame.Row(name: $0.name, value: $0.text) })
        var drawing = frame.sheet()
        let sum = steps.reduce(0) { $0 + max(0, $1.value) }
        let scale = Scale(domain: 0...max(whole.value, sum, .leastNonzeroMagnitude), range: frame.plot)
        var end = 0.0
        for (index, step) in all.enumerated() {
            let start = index == 0 ? 0 : end
            let top = frame.top(of: index)
            let length = step.value > 0 ? max(scale(start + step.value) - scale(start), 1) : 0
            // Where names stand between the bars a line would run through them.
            if index > 1, !frame.isNarrow {
                let before = frame.top(of: index - 1) + frame.barHeight
                drawing.add(.rule(x1: scale(start), y1: before, x2: scale(start), y2: top, .quiet))
            }
            drawing.add(
                .bar(
                    Box(
                        x: min(scale(start), frame.plot.upperBound - length), y: top, width: length,
                        height: frame.barHeight), step.ink))
            if index > 0 { end += max(0, step.value) }
        }
        return drawing
    }
}

/// Three points of a distribution a row, on one axis whose steps are tenfold.
struct RangeChart: Chart {
    struct Row: Sendable, Hashable {
        var name: String
        /// From the smallest.
        var points: [Double]
        var text: String
    }

    var rows: [Row]
    var tickText: @Sendable (Double) -> String

    func drawing(width: Double) -> Drawing {
        let frame = RowFrame(
            width: width, rows: rows.map { RowFrame.Row(name: $0.name, value: $0.text) }, axis: 22)
        var drawing = frame.sheet()
        let values = rows.flatMap(\.points).filter { $0 > 0 }
        let ticks = Ticks.logarithmic(from: values.min() ?? 1, to: values.max() ?? 10)
        let inset = 5.0
        let scale = Scale(
            domain: ticks[0]...(ticks.last ?? 10),
            range: (frame.plot.lowerBound + inset)...(frame.plot.upperBound - inset), isLogarithmic: true)
        for tick in ticks where !frame.isNarrow {
            drawing.add(.rule(x1: scale(tick), y1: 4, x2: scale(tick), y2: frame.bottom + 4, .line))
        }
        for (index, row) in rows.enumerated() {
            let middle = frame.top(of: index) + frame.barHeight / 2
            guard let first = row.points.first, let last = row.points.last else { continue }
            for tick in ticks where frame.isNarrow {
                drawing.add(.rule(x1: scale(tick), y1: middle - 5, x2: scale(tick), y2: middle + 5, .line))
            }
            drawing.add(.rule(x1: scale(first), y1: middle, x2: scale(last), y2: middle, .quiet))
            for (place, point) in row.points.enumerated().reversed() {
                let ink: Ink = place == 0 ? .found : place == row.points.count - 1 ? .failed : .second
                drawing.add(.dot(x: scale(point), y: middle, radius: 4, ink))
            }
        }
        drawing.addAxis(ticks.map { (scale($0), tickText($0)) }, baseline: frame.bottom + 18)
        return drawing
    }
}
