// SPDX-License-Identifier: Apache-2.0

public import Enrichment
internal import WaterfallEngine

/// The figures with stable keys; amounts as decimal strings, absent things null or empty, never missing.
extension ReportPage {
    public var json: JSONValue {
        .object([
            .init("team", .string(context.team)),
            .init("since", Self.moment(context.query.since)), .init("until", Self.moment(context.query.until)),
            .init("user", Self.text(context.query.user)), .init("source", Self.text(context.query.origin?.rawValue)),
            .init("run", Self.text(context.query.run?.description)), .init("list", Self.text(context.query.list)),
            .init("made_at", Self.moment(context.madeAt)),
            .init("requests", .number(figures.requests)), .init("open", .number(figures.openRequests)),
            .init("verifications", .number(figures.verifications)),
            .init("refused", Self.counts(figures.refusals)),
            .init("outcomes", Self.counts(figures.outcomes.words)),
            .init("prospects", prospectsJSON), .init("total", totalJSON),
            .init("chains", .array(figures.chains.sorted { $0.key < $1.key }.map(Self.chain))),
            .init("providers", .array(figures.providers.map(Self.provider))),
            .init("days", .array(figures.days.map(Self.day))), .init("bounces", bouncesJSON),
        ])
    }

    private var prospectsJSON: JSONValue {
        let prospects = figures.prospects
        return .object([
            .init("count", .number(prospects.count)), .init("emails", Self.counts(prospects.emails.words)),
            .init("asked_for_phone", .number(prospects.askedForPhone)),
            .init("with_phone", .number(prospects.withPhone)),
            .init(
                "numbers",
                .array(
                    prospects.numbers.map { numbers in
                        .object([
                            .init("type", .string(numbers.type.rawValue)),
                            .init("status", .string(numbers.status.rawValue)),
                            .init("dnc", .string(numbers.doNotCall.rawValue)), .init("count", .number(numbers.count)),
                        ])
                    })),
        ])
    }

    private var totalJSON: JSONValue {
        .object(
            Self.usage(figures.total) + [
                .init("cost_per_email", .array(figures.costPerHit(.email).map(Self.amount))),
                .init("cost_per_phone", .array(figures.costPerHit(.phone).map(Self.amount))),
            ])
    }

    private var bouncesJSON: JSONValue {
        let bounces = figures.bounces
        return .object([
            .init("charged", .number(bounces.charged)), .init("bounced", .number(bounces.bounced)),
            .init("refunded", .number(bounces.refunded)), .init("due", .string(bounces.due.decimal)),
            .init("refused", Self.counts(bounces.refused)),
        ])
    }

    private static func usage(_ usage: UsageFigures) -> [JSONValue.Member] {
        [
            .init("credits", .string(usage.captured.decimal)), .init("refunded", .string(usage.refunded.decimal)),
            .init("emails", .number(usage.hits[.email] ?? 0)), .init("phones", .number(usage.hits[.phone] ?? 0)),
            .init("verdicts", .number(usage.hits[.verification] ?? 0)), .init("calls", .number(usage.calls)),
            .init("cost", .array(usage.bills.map(bill))),
        ]
    }

    private static func bill(_ bill: UsageFigures.Bill) -> JSONValue {
        .object([
            .init("unit", .string(bill.billed.unit)), .init("billed", .string(bill.billed.decimal)),
            .init("suspected", .string(bill.suspected.decimal)),
        ])
    }

    private static func day(_ day: ReportFigures.Day) -> JSONValue {
        .object(
            [.init("day", .string(String(iso(day.startsAt).prefix(10)))), .init("requests", .number(day.requests))]
                + usage(day.figures))
    }

    private static func chain(_ capability: Capability, _ chain: ChainFigures) -> JSONValue {
        .object([
            .init("capability", .string(capability.rawValue)), .init("asked", .number(chain.asked)),
            .init("ends", counts(chain.ends.words)),
            .init(
                "found",
                .array(
                    chain.found.map { finder in
                        .object([
                            .init("provider", .string(finder.provider.rawValue)), .init("count", .number(finder.count)),
                        ])
                    })),
            .init(
                "steps",
                .array(
                    chain.steps.map { step in
                        .object([
                            .init("reached", .number(step.reached)), .init("found", .number(step.found)),
                            .init("missed", .number(step.missed)), .init("failed", .number(step.failed)),
                        ])
                    })),
        ])
    }

    private static func provider(_ line: ProviderFigures) -> JSONValue {
        .object([
            .init("provider", .string(line.provider.rawValue)), .init("capability", .string(line.capability.rawValue)),
            .init("on_request", .bool(line.isOnRequest)), .init("calls", .number(line.usage.calls)),
            .init("cached", .number(line.cached)), .init("matched", .number(line.matched)),
            .init("no_match", .number(line.noMatch)), .init("rejected", .number(line.rejected)),
            .init("failed", counts(line.failures.words)), .init("skipped", counts(line.skips.words)),
            .init("hits", .number(line.hits)), .init("cost", .array(line.usage.bills.map(bill))),
            .init("cost_per_hit", .array(line.usage.bills.compactMap { $0.per(line.hits) }.map(amount))),
            .init(
                "latency_ms",
                .object(
                    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, share in
                        .init(name, line.latency.percentile(share).map { .integer($0.milliseconds) } ?? .null)
                    })),
            .init("charged", .number(line.charged)), .init("bounced", .number(line.bounced)),
        ])
    }

    private static func amount(_ amount: Amount) -> JSONValue {
        .object([.init("unit", .string(amount.unit)), .init("amount", .string(amount.decimal))])
    }

    private static func counts(_ counts: [String: Int]) -> JSONValue {
        .object(counts.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func moment(_ moment: Timestamp?) -> JSONValue { text(moment.map(iso)) }

    /// `2026-11-22T10:15:30Z`.
    private static func iso(_ moment: Timestamp) -> String {
        let date = CivilDate(containing: moment)
        let second = Int((moment.microseconds - date.startsAt.microseconds) / 1_000_000)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(second / 3_600)):\(two(second / 60 % 60))"
            + ":\(two(second % 60))Z"
    }
}

extension JSONValue {
    fileprivate static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}

extension Dictionary where Key: RawRepresentable<String>, Value == Int {
    /// By the words.
    fileprivate var words: [String: Int] {
        Dictionary<String, Int>(map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
    }
}
