// SPDX-License-Identifier: Apache-2.0

import EnrichmentTesting
import Testing

@testable import Report

/// What is drawn stays on its sheet, and no text lies on another, whatever the figures are.
@Suite struct DrawingTests {
    static let widths = [200.0, 340, 456, 960]
    static let seeds = Array(UInt64(1)...40)

    @Test(arguments: seeds) func `every mark is inside the sheet and no label touches another`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for chart in Self.charts(&random) {
            for width in Self.widths {
                let drawing = chart.drawing(width: width)
                let sheet = Box(x: 0, y: 0, width: drawing.width, height: drawing.height)
                #expect(drawing.width == width && drawing.height > 0)
                for box in drawing.boxes {
                    #expect(box.x.isFinite && box.y.isFinite && sheet.contains(box), "\(chart) seed \(seed): \(box)")
                }
                let boxes = drawing.labels.map(\.box)
                let shapes = drawing.boxes.count - boxes.count
                #expect(shapes == Self.shapes(of: drawing).count)
                for (index, box) in boxes.enumerated() {
                    #expect(
                        !Self.shapes(of: drawing).contains(where: box.overlaps),
                        "\(chart) seed \(seed), \(width): a mark runs through \(drawing.labels[index])")
                    let others = boxes[(index + 1)...].filter(box.overlaps)
                    #expect(others.isEmpty, "\(chart) seed \(seed), \(width): \(drawing.labels[index])")
                }
            }
        }
    }

    @Test(arguments: seeds) func `no coordinate of the SVG is outside of its view box`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for chart in Self.charts(&random) {
            let drawing = chart.drawing(width: 340)
            let svg = drawing.svg(id: "a", title: "t", description: "d", className: "wide").html
            let box = try #require(svg.firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/))
            let (width, height) = (try #require(Double(box.1)), try #require(Double(box.2)))
            for match in svg.matches(of: /\s(?:x|x1|x2|cx)="(-?[0-9.]+)"/) {
                let value = try #require(Double(match.1))
                #expect((0...width).contains(value), "seed \(seed)")
            }
            for match in svg.matches(of: /\s(?:y|y1|y2|cy)="(-?[0-9.]+)"/) {
                let value = try #require(Double(match.1))
                #expect((0...height).contains(value), "seed \(seed)")
            }
            for match in svg.matches(of: /points="([^"]*)"/) {
                for point in match.1.split(separator: " ") {
                    let place = point.split(separator: ",").compactMap { Double($0) }
                    #expect(place.count == 2 && (0...width).contains(place[0]) && (0...height).contains(place[1]))
                }
            }
            #expect(!svg.contains("nan") && !svg.contains("inf"))
        }
    }

    @Test func `a bar is as long as its value, and the smallest is still seen`() throws {
        let chart = BarChart(bars: [
            .init(name: "a", value: 1_000_000, text: "1"), .init(name: "b", value: 500_000, text: "2"),
            .init(name: "c", value: 1, text: "3"), .init(name: "d", value: 0, text: "4"),
        ])
        let bars = chart.drawing(width: 340).marks.compactMap { mark -> Box? in
            if case .bar(let box, .found) = mark { box } else { nil }
        }
        try #require(bars.count == 3)
        #expect(bars[0].width == 340 && bars[1].width == 170 && bars[2].width == 1)
    }

    @Test func `the steps of a waterfall use up the whole, each where the one before ended`() throws {
        let chart = WaterfallChart(
            whole: .init(name: "asked", value: 100, text: "100", ink: .first),
            steps: [
                .init(name: "a", value: 60, text: "60", ink: .found),
                .init(name: "b", value: 30, text: "30", ink: .found),
                .init(name: "rest", value: 10, text: "10", ink: .missed),
            ])
        let bars = chart.drawing(width: 340).marks.compactMap { mark -> Box? in
            if case .bar(let box, _) = mark { box } else { nil }
        }
        try #require(bars.count == 4)
        #expect(bars.map(\.width) == [340, 204, 102, 34])
        #expect(bars.map(\.x) == [0, 0, 204, 306])
        #expect(bars.map(\.y) == bars.map(\.y).sorted())
    }

    @Test(arguments: [
        (0.9, [0, 0.2, 0.4, 0.6, 0.8, 1.0], false), (7, [0, 2, 4, 6, 8], false), (1, [0, 1], true),
        (43, [0, 10, 20, 30, 40, 50], true), (0, [0, 1], true),
        (1_000_000, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000], true),
    ]) func `ticks are round, and reach the largest value`(largest: Double, ticks: [Double], isWhole: Bool) {
        let made = Ticks.linear(upTo: largest, atMost: 7, isWhole: isWhole)
        #expect(made.count == ticks.count && zip(made, ticks).allSatisfy { abs($0 - $1) < 1e-6 }, "\(made)")
        #expect(Ticks.linear(upTo: .nan, atMost: 5) == [0, 1])
    }

    @Test func `logarithms, powers and their ticks`() {
        #expect(abs(Power.logarithm(10) - 2.302_585_093) < 1e-8)
        #expect(abs(Power.logarithm(0.001) + 6.907_755_279) < 1e-8)
        #expect(abs(Power.of(0.5, 2.4) - 0.189_464_571) < 1e-8)
        #expect(Ticks.logarithmic(from: 3, to: 420) == [1, 10, 100, 1_000])
        #expect(Ticks.logarithmic(from: 100, to: 100) == [100, 1_000])
        let scale = Scale(domain: 1...1_000, range: 0...300, isLogarithmic: true)
        #expect(abs(scale(10) - 100) < 1e-6 && scale(0) == 0 && scale(1e9) == 300)
    }

    @Test func `a text that is too long is shortened to fit`() {
        let text = "A very long name of a vendor that nobody reads"
        let fitted = TextWidth.fitted(text, size: 12, into: 100)
        #expect(fitted.hasSuffix("…") && TextWidth.of(fitted, size: 12) <= 100 && text.hasPrefix(fitted.dropLast()))
        #expect(TextWidth.fitted("Hunter", size: 12, into: 100) == "Hunter")
        #expect(TextWidth.fitted("Hunter", size: 12, into: 1).isEmpty)
    }

    /// What covers the sheet beside labels; a line takes the space between its ends.
    private static func shapes(of drawing: Drawing) -> [Box] {
        var rest = drawing.boxes
        for box in drawing.labels.map(\.box) {
            if let index = rest.firstIndex(of: box) { rest.remove(at: index) }
        }
        return rest
    }

    // MARK: Random charts

    private static func charts(_ random: inout SeededGenerator) -> [any Chart] {
        func name() -> String {
            let words = ["Hunter", "People Data Labs", "a", "Żółć & Söhne", "東京データ", "mmmmmmmmmmmmmmmmmmmmmmmmmm", ""]
            let count = Int.random(in: 1...4, using: &random)
            return (0..<count).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }.joined(
                separator: " ")
        }
        func value() -> Double {
            [0, 1, Double.random(in: 0...1, using: &random), Double.random(in: 0...1e9, using: &random)]
                .randomElement(using: &random) ?? 0
        }
        let inks = Ink.marks
        let count = Int.random(in: 1...12, using: &random)
        let stacked = StackedChart(
            rows: (0..<count).map { _ in
                let parts = (0..<Int.random(in: 0...6, using: &random)).map {
                    StackedChart.Part(value: value(), ink: inks[$0])
                }
                return StackedChart.Row(name: name(), parts: parts, text: name())
            })
        let waterfall = WaterfallChart(
            whole: .init(name: name(), value: value(), text: name(), ink: .first),
            steps: (0..<count).map { _ in .init(name: name(), value: value(), text: name(), ink: .found) })
        let ranges = RangeChart(
            rows: (0..<count).map { _ in
                RangeChart.Row(name: name(), points: (0..<3).map { _ in max(0.001, value()) }.sorted(), text: name())
            }, tickText: { NumberText.duration(.microseconds(Int64($0 * 1_000))) })
        let times = [TimeChart.Form.columns, .line].map { form in
            TimeChart(
                points: (0..<Int.random(in: 1...60, using: &random)).map { _ in
                    TimeChart.Point(name: "27 Nov", value: value())
                },
                form: form, ink: .found, isWhole: false,
                tickText: { NumberText.number(Int64($0 * 1_000_000), isMoney: false) })
        }
        return [stacked, waterfall, ranges] + times
    }
}
