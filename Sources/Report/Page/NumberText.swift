// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Numbers as people read them: grouped, rounded to what matters, with their unit.
enum NumberText {
    /// `12,345`.
    static func count(_ value: Int) -> String { grouped(String(abs(value)), isNegative: value < 0) }

    /// `1 prospect`, `2,000 prospects`.
    static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
    }

    /// `64%`, `6.4%`. What is not nothing is never 0%, and what is not all is never 100%.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0, part > 0 else { return "0%" }
        guard part < whole else { return part == whole ? "100%" : "over 100%" }
        let tenths = (part * 1_000 + whole / 2) / whole
        if tenths == 0 { return "under 0.1%" }
        if tenths == 1_000 { return "99.9%" }
        if tenths < 100 || tenths >= 990 { return decimal(tenths) + "%" }
        return "\((tenths + 5) / 10)%"
    }

    private static func decimal(_ tenths: Int) -> String {
        tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// `312.40 USD`, `0.0341 USD`, `1,200 Hunter credits`: two places from one up, four below.
    static func amount(_ amount: Amount, names: [ProviderID: String] = [:]) -> String {
        "\(number(amount.micros, isMoney: amount.isMoney)) \(unit(amount.unit, names))"
    }

    /// A number of millionths.
    static func number(_ micros: Int64, isMoney: Bool) -> String {
        let places = abs(micros) >= 1_000_000 || micros == 0 ? 2 : 4
        let scale: Int64 = places == 2 ? 10_000 : 100
        let (whole, rest) = ((abs(micros) + scale / 2) / scale).quotientAndRemainder(dividingBy: 1_000_000 / scale)
        var fraction = String(rest)
        fraction = String(repeating: "0", count: places - fraction.count) + fraction
        // Money keeps its cents.
        while fraction.last == "0", !isMoney || fraction.count > 2 { fraction.removeLast() }
        if isMoney, micros != 0, whole == 0, rest == 0 { return "under 0.0001" }
        let text = grouped(String(whole), isNegative: micros < 0)
        return fraction.isEmpty || rest == 0 && !isMoney ? text : "\(text).\(fraction)"
    }

    /// A vendor's own unit by the vendor's name.
    static func unit(_ unit: String, _ names: [ProviderID: String]) -> String {
        guard unit.hasSuffix("_credits") else { return unit.replacing("_", with: " ") }
        let provider = ProviderID(rawValue: String(unit.dropLast("_credits".count)))
        return "\(names[provider] ?? provider.rawValue) credits"
    }

    /// `212 ms`, `4.2 s`.
    static func duration(_ duration: Duration) -> String {
        let milliseconds = (duration.microseconds + 500) / 1_000
        if milliseconds < 1 { return "under 1 ms" }
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let tenths = Int((milliseconds + 50) / 100)
        return tenths < 100 ? "\(decimal(tenths)) s" : "\(count((tenths + 5) / 10)) s"
    }

    /// `9,801`, `0.25`.
    static func credits(_ credits: Credits) -> String {
        let parts = credits.decimal.split(separator: ".").map(String.init)
        let whole = parts[0].hasPrefix("-") ? String(parts[0].dropFirst()) : parts[0]
        return ([grouped(whole, isNegative: credits < .zero)] + parts.dropFirst()).joined(separator: ".")
    }

    /// `1 credit`, `9,801 credits`.
    static func phrase(_ credits: Credits) -> String {
        "\(self.credits(credits)) \(credits == Credits(1) ? "credit" : "credits")"
    }

    private static func grouped(_ digits: String, isNegative: Bool) -> String {
        var groups: [Substring] = []
        var rest = Substring(digits)
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return (isNegative ? "\u{2212}" : "") + ([rest] + groups).joined(separator: ",")
    }
}

/// Days and moments as people read them, UTC.
enum DateText {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `27 Nov 2026`.
    static func day(_ moment: Timestamp) -> String { "\(short(moment)) \(CivilDate(containing: moment).year)" }

    /// `27 Nov`.
    static func short(_ moment: Timestamp) -> String {
        let date = CivilDate(containing: moment)
        return "\(date.day) \(months[date.month - 1])"
    }

    /// `Nov 2026`.
    static func month(_ moment: Timestamp) -> String {
        let date = CivilDate(containing: moment)
        return "\(months[date.month - 1]) \(date.year)"
    }

    /// `27 Nov 2026, 10:15 UTC`.
    static func moment(_ moment: Timestamp) -> String {
        let minutes = Int((moment.microseconds - CivilDate.startOfDay(moment).microseconds) / 60_000_000)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(day(moment)), \(two(minutes / 60)):\(two(minutes % 60)) UTC"
    }
}
