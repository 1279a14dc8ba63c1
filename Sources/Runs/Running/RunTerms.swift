// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
public import WaterfallEngine

/// What the answers of a run's rows depend on, by name: a run goes on under the terms under which it was begun.
public enum RunTerms {
    /// - Parameter mapping: which column says what.
    public static func terms(
        _ settings: EngineSettings, access: Set<Datum>, isFresh: Bool, mapping: ColumnMapping
    ) -> [String: String] {
        let accept = settings.accept
        let prices = settings.prices
        return [
            "access": access.sorted().map(\.rawValue).joined(separator: ","),
            "fresh": isFresh ? "yes" : "no",
            "map": mapping.specification,
            "chains": settings.chains.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { "\($0.key.rawValue): \($0.value.steps.map(text).joined(separator: " "))" }
                .joined(separator: "; "),
            "accept": "catch_all \(accept.catchAll.rawValue), verifier_down \(accept.verifierDown.rawValue), trust "
                + accept.trusted.sorted().map(\.rawValue).joined(separator: " ") + ", phone_types "
                + accept.phoneTypes.map(\.rawValue).sorted().joined(separator: " "),
            "prices": "email \(prices.email), catch_all \(prices.catchAll), phone \(prices.phone)",
        ]
    }

    private static func text(_ step: ChainStep) -> String {
        let when = step.condition
        let parts = [
            when.countries.sorted().joined(separator: "|"), when.has.map(\.rawValue).sorted().joined(separator: "|"),
            when.lacks.map(\.rawValue).sorted().joined(separator: "|"), when.titles.joined(separator: "|"),
        ]
        let isPlain = parts.allSatisfy(\.isEmpty)
        return step.provider.rawValue + (isPlain ? "" : "(\(parts.joined(separator: ",")))")
            + (step.timeout.map { "<\($0)" } ?? "")
    }
}
