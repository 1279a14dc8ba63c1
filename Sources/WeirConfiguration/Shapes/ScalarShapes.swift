// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Identity
internal import WaterfallEngine

extension Shape {
    /// A shape of single values that are no secrets, by what their text says.
    static func scalar(
        _ words: String, pattern: String? = nil, _ parse: @escaping @Sendable (String) -> Value?
    ) -> Shape<Value> {
        Shape(
            words: words,
            schema: .object(compacting: [
                "type": .string("string"), "pattern": pattern.map { .string($0) },
            ])
        ) { node, reading in
            reading.show(node)
            guard let text = reading.text(node, wanted: words) else { return nil }
            guard let value = parse(text) else {
                reading.refuse(node, wanted: words)
                return nil
            }
            return value
        }
    }
}

extension Shape where Value == String {
    /// Text that may be shown.
    static func text(_ words: String, maximum: Int = 1_024) -> Shape<String> {
        .scalar(words) { $0.utf8.count <= maximum ? $0 : nil }
    }

    /// A country by ISO 3166-1 alpha-2. `NO` is Norway: words of YAML 1.1 for true and false have no meaning here.
    static let country = Shape.scalar("a country code such as FR", pattern: "^[A-Za-z]{2}$") {
        CountryCode($0)?.code
    }

    /// An `http` or `https` address, without a user, a query and a fragment.
    static let baseURL = Shape(
        words: "an address such as https://api.example.com",
        schema: .object([.init("type", "string"), .init("pattern", "^https?://[^\\s?#@]+$")])
    ) { node, reading in
        let words = "an address such as https://api.example.com"
        // What has a user or a query in it may have a secret in it.
        if case .scalar(let text, _) = node.content, !text.contains("@"), !text.contains("?") { reading.show(node) }
        guard var text = reading.text(node, wanted: words) else { return nil }
        guard let host = PrivateAddress.host(of: text), !host.isEmpty,
            !text.contains(where: { "?#@".contains($0) || $0.isWhitespace })
        else {
            reading.refuse(node, wanted: "\(words), without a user, a query and a fragment")
            return nil
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}

extension Shape where Value == Secret {
    /// A key or token: never shown.
    static func secret(_ words: String) -> Shape<Secret> {
        Shape(words: words, schema: .object([.init("type", "string")])) { node, reading in
            reading.text(node, wanted: words).map { Secret($0) }
        }
    }
}

extension Shape where Value == Bool {
    static let boolean = Shape(words: "true or false", schema: .object([.init("type", "boolean")])) {
        node, reading in
        reading.show(node)
        guard case .scalar(_, let isPlain) = node.content, let text = reading.text(node, wanted: "true or false")
        else {
            if case .scalar = node.content {} else { _ = reading.text(node, wanted: "true or false") }
            return nil
        }
        switch text {
        case "true" where isPlain: return true
        case "false" where isPlain: return false
        case "yes", "Yes", "YES", "on", "On", "True", "TRUE", "\"true\"", "true":
            reading.refuse(node, wanted: "true or false", hint: "write `true`")
        case "no", "No", "NO", "off", "Off", "False", "FALSE", "false":
            reading.refuse(node, wanted: "true or false", hint: "write `false`")
        default: reading.refuse(node, wanted: "true or false")
        }
        return nil
    }
}

extension Shape where Value == Int {
    /// A whole number within bounds, without quotes.
    static func integer(_ range: ClosedRange<Int>) -> Shape<Int> {
        let words =
            range.count == 1
            ? "the number \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Shape(
            words: words,
            schema: .object([
                .init("type", "integer"), .init("minimum", .integer(Int64(range.lowerBound))),
                .init("maximum", .integer(Int64(range.upperBound))),
            ])
        ) { node, reading in
            reading.show(node)
            guard let text = reading.text(node, wanted: words) else { return nil }
            guard let value = Int(text), range.contains(value), !text.hasPrefix("+") else {
                let isNegative = text.hasPrefix("-") && Int(text) != nil && range.lowerBound >= 0
                reading.refuse(node, wanted: words, hint: isNegative ? "it can't be negative" : nil)
                return nil
            }
            return value
        }
    }
}

extension Shape where Value == Duration {
    /// `250ms`, `4s`, `2m`, `1h`, `14d`: more than nothing, at most 3,650 days.
    static let duration = Shape.scalar(
        "a duration such as 250ms, 4s, 2m, 1h or 14d", pattern: "^[0-9]+(ms|s|m|h|d)$"
    ) { DurationText.parse($0) }
}

extension Shape where Value == RateLimit {
    /// `10/s`, `600/min`, `500/month`; a month is 30 days.
    static let rate = Shape.scalar(
        "a rate such as 10/s, 300/min, 1000/h, 5000/day or 500/month",
        pattern: "^[0-9]+/(s|min|h|day|month)$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(parts[0]),
            (1...1_000_000_000).contains(count)
        else { return nil }
        let seconds: Int? =
            switch parts[1] {
            case "s": 1
            case "min": 60
            case "h": 3_600
            case "day": 86_400
            case "month": 30 * 86_400
            default: nil
            }
        return seconds.map { RateLimit(count, per: .seconds($0)) }
    }
}

extension Shape where Value == Amount {
    /// `0.034 USD`, or a vendor's own unit: `1 hunter_credits`.
    static let money = Shape.amount("an amount such as 0.034 USD or 1 hunter_credits")

    /// Money proper, no vendor's unit.
    static let currency = Shape<Amount>(
        words: "money such as 0.01 USD",
        schema: .object([.init("type", "string"), .init("pattern", "^[0-9]+(\\.[0-9]{1,6})? [A-Z]{3}$")])
    ) { node, reading in
        guard let amount = money.read(node, &reading) else { return nil }
        guard amount.unit.count == 3, amount.unit.allSatisfy(\.isUppercase) else {
            reading.refuse(node, wanted: "money such as 0.01 USD")
            return nil
        }
        return amount
    }

    private static func amount(_ words: String) -> Shape<Amount> {
        Shape(
            words: words,
            schema: .object([
                .init("type", "string"),
                .init("pattern", "^[0-9]+(\\.[0-9]{1,6})? ([A-Z]{3}|[a-z][a-z0-9_]*)$"),
            ])
        ) { node, reading in
            reading.show(node)
            guard let text = reading.text(node, wanted: words) else { return nil }
            let parts = text.split(separator: " ")
            guard parts.count == 2, isUnit(parts[1]), parts[0].utf8.count <= 18,
                let amount = Amount(decimal: parts[0], unit: String(parts[1]))
            else {
                reading.refuse(node, wanted: words, hint: hint(for: parts))
                return nil
            }
            return amount
        }
    }

    private static func isUnit(_ text: Substring) -> Bool {
        let isCurrency = text.count == 3 && text.allSatisfy { $0.isASCII && $0.isUppercase }
        return isCurrency || ProviderID(rawValue: String(text)).isWellFormed
    }

    private static func hint(for parts: [Substring]) -> String? {
        guard let first = parts.first else { return nil }
        if first.hasPrefix("-") { return "it can't be negative" }
        if parts.count == 1, Amount(decimal: first, unit: "USD") != nil { return "add the currency: `\(first) USD`" }
        return nil
    }
}

extension Shape where Value == Credits {
    /// Credits with up to three decimal places.
    static let credits = Shape(
        words: "a number of credits such as 8 or 0.25",
        schema: .object([.init("type", "number"), .init("minimum", 0)])
    ) { node, reading in
        let words = "a number of credits such as 8 or 0.25"
        reading.show(node)
        guard let text = reading.text(node, wanted: words) else { return nil }
        guard text.utf8.count <= 15, let credits = Credits(decimal: text) else {
            reading.refuse(node, wanted: words, hint: text.hasPrefix("-") ? "it can't be negative" : nil)
            return nil
        }
        return credits
    }
}

extension Shape where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// One of the words of a closed list.
    static var word: Shape<Value> { .word(among: Array(Value.allCases)) }

    /// One of some words.
    static func word(among cases: [Value]) -> Shape<Value> {
        let names = cases.map(\.rawValue)
        let words = names.count < 2 ? names.joined() : "one of \(names.joined(separator: ", "))"
        return Shape(
            words: words, schema: .object([.init("enum", .array(names.map { .string($0) }))])
        ) { node, reading in
            reading.show(node)
            guard let text = reading.text(node, wanted: words) else { return nil }
            guard let value = cases.first(where: { $0.rawValue == text }) else {
                let nearest = EditDistance.nearest(to: text, among: names)
                reading.refuse(node, wanted: words, hint: nearest.map { "did you mean `\($0)`?" })
                return nil
            }
            return value
        }
    }
}

extension Shape where Value == ProviderID {
    /// A provider's id; whether there is such a provider is looked at later.
    static let provider = Shape.scalar("a provider's id such as hunter", pattern: "^[a-z][a-z0-9_]*$") { text in
        let id = ProviderID(rawValue: text)
        return id.isWellFormed ? id : nil
    }
}
