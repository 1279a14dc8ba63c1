// SPDX-License-Identifier: Apache-2.0

/// An exact amount of money or of a vendor's own units, in millionths. Never floating point.
public struct Amount: Sendable, Hashable {
    /// A currency (`USD`, ISO 4217) or a vendor's unit (`hunter_credits`).
    public let unit: String
    /// Millionths of the unit.
    public let micros: Int64

    public init(micros: Int64, unit: String) {
        self.micros = micros
        self.unit = unit
    }

    /// Whole units; traps on overflow, which no price reaches.
    public init(_ units: Int64, _ unit: String) { self.init(micros: units * 1_000_000, unit: unit) }

    /// Reads a decimal (`0.034`) of up to six places; nil where it is not one, or is negative.
    public init?(decimal: some StringProtocol, unit: String) {
        guard let micros = Decimals.parse(decimal, places: 6) else { return nil }
        self.init(micros: micros, unit: unit)
    }

    /// The amount as a decimal without its unit and without trailing zeros (`0.034`).
    public var decimal: String { Decimals.format(micros, places: 6) }
}

extension Amount: CustomStringConvertible {
    public var description: String { "\(decimal) \(unit)" }
}

extension Amount {
    /// True for a currency (ISO 4217: three capitals), false for a vendor's own unit.
    public var isMoney: Bool {
        unit.utf8.count == 3 && unit.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

extension [Amount] {
    /// Added up: one entry a unit that comes to something, in the order of the units' names.
    public var totals: [Amount] {
        var totals: [String: Int64] = [:]
        for amount in self { totals[amount.unit, default: 0] += amount.micros }
        return totals.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { Amount(micros: $0.value, unit: $0.key) }
    }
}

/// The team's own price of a datum, in thousandths of a credit. Never mixed with vendor cost.
public struct Credits: Sendable, Hashable, Comparable {
    public let millis: Int64

    public init(millis: Int64) { self.millis = millis }

    /// Whole credits.
    public init(_ credits: Int64) { self.init(millis: credits * 1_000) }

    /// Reads a decimal of up to three places; nil where it is not one, or is negative.
    public init?(decimal: some StringProtocol) {
        guard let millis = Decimals.parse(decimal, places: 3) else { return nil }
        self.init(millis: millis)
    }

    public static let zero = Credits(millis: 0)

    /// The amount as a decimal without trailing zeros (`1`, `0.25`).
    public var decimal: String { Decimals.format(millis, places: 3) }

    public static func < (left: Credits, right: Credits) -> Bool { left.millis < right.millis }
    public static func + (left: Credits, right: Credits) -> Credits { Credits(millis: left.millis + right.millis) }
    public static func - (left: Credits, right: Credits) -> Credits { Credits(millis: left.millis - right.millis) }
    public static func += (left: inout Credits, right: Credits) { left = left + right }
}

extension Credits: CustomStringConvertible {
    public var description: String { decimal }
}

/// Decimal text to scaled integers and back, exactly.
enum Decimals {
    static func parse(_ text: some StringProtocol, places: Int) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || !fraction.isEmpty, fraction.count <= places else { return nil }
        let digits = String(parts[0]) + String(fraction) + String(repeating: "0", count: places - fraction.count)
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int64(digits)
    }

    static func format(_ value: Int64, places: Int) -> String {
        var scale: UInt64 = 1
        for _ in 0..<places { scale *= 10 }
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: scale)
        let sign = value < 0 ? "-" : ""
        guard rest != 0 else { return "\(sign)\(whole)" }
        let digits = String(rest)
        var fraction = String(repeating: "0", count: places - digits.count) + digits
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}
