// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Days, weeks or months without a gap, so that a chart over time has as many columns as one can see.
struct Periods: Sendable {
    enum Length: String, Sendable, Hashable {
        case day, week, month
    }

    struct Period: Sendable, Hashable {
        var startsAt: Timestamp
        var requests = 0
        var figures = UsageFigures()
    }

    /// More than this many are too many for a chart.
    static let most = 45

    let length: Length
    let periods: [Period]

    /// - Parameter days: in order.
    init(_ days: [ReportFigures.Day]) {
        guard let first = days.first?.startsAt, let last = days.last?.startsAt else {
            (length, periods) = (.day, [])
            return
        }
        let span = CivilDate(containing: last).dayNumber - CivilDate(containing: first).dayNumber + 1
        length = span <= Self.most ? .day : span <= Self.most * 7 ? .week : .month
        var made: [Period] = []
        var start = Self.start(of: first, length)
        for day in days {
            let own = Self.start(of: day.startsAt, length)
            while made.last?.startsAt != own {
                made.append(Period(startsAt: start))
                start = Self.start(after: start, length)
            }
            made[made.count - 1].requests += day.requests
            made[made.count - 1].figures.add(day.figures)
        }
        periods = made
    }

    func name(of period: Period) -> String {
        length == .month ? DateText.month(period.startsAt) : DateText.short(period.startsAt)
    }

    private static func start(of moment: Timestamp, _ length: Length) -> Timestamp {
        let date = CivilDate(containing: moment)
        return switch length {
        case .day: date.startsAt
        case .week: CivilDate.startOfWeek(moment)
        case .month: CivilDate(year: date.year, month: date.month, day: 1).startsAt
        }
    }

    private static func start(after start: Timestamp, _ length: Length) -> Timestamp {
        switch length {
        case .day: return start + .days(1)
        case .week: return start + .days(7)
        case .month:
            let date = CivilDate(containing: start)
            let next = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
            return CivilDate(year: next.0, month: next.1, day: 1).startsAt
        }
    }
}
