// SPDX-License-Identifier: Apache-2.0

public import Enrichment
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
                .map { text($0.key, $0.value) }
                .joined(separator: "; "),
            "accept": "catch_all \(accept.catchAll.rawValue), verifier_down \(accept.verifierDown.rawValue), trust "
                + accept.trusted.sorted().map(\.rawValue).joined(separator: " ") + ", phone_types "
                + accept.phoneTypes.map(\.rawValue).sorted().joined(separator: " "),
            "prices": "email \(prices.email), catch_all \(prices.catchAll), phone \(prices.phone)",
        ]
    }

    private static func text(_ capability: Capability, _ chain: Chain) -> String {
        let order = chain.order == .config ? "" : " \(chain.order.rawValue)"
        return "\(capability.rawValue)\(order): \(chain.steps.map(text).joined(separator: " "))"
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

    // MARK: Decided orders

    /// The term that says in which order chains are asked whose order is decided and not written: it is kept, and is
    /// never compared.
    static let orders = "orders"

    /// `email: a b - c; mobile: d e`, with those behind the dash that are too dear.
    public static func keep(_ decided: [Capability: DecidedOrder], in terms: inout [String: String]) {
        let texts = decided.sorted { $0.key.rawValue < $1.key.rawValue }.map { capability, decided in
            let asked = decided.order.filter { !decided.tooDear.contains($0) }
            let parts = [asked, decided.tooDear].map { $0.map(\.rawValue).joined(separator: " ") }
            return "\(capability.rawValue): \(parts[0])" + (parts[1].isEmpty ? "" : " - \(parts[1])")
        }
        terms[orders] = texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    /// The orders that were kept; nil where there are none.
    public static func keptOrders(in terms: [String: String]) -> [Capability: DecidedOrder]? {
        guard let text = terms[orders] else { return nil }
        return text.split(separator: "; ").reduce(into: [:]) { orders, chain in
            let parts = chain.split(separator: ": ", maxSplits: 1)
            guard parts.count == 2, let capability = Capability(rawValue: String(parts[0])) else { return }
            let words = parts[1].split(separator: " ")
            let asked = words.prefix { $0 != "-" }.map { ProviderID(rawValue: String($0)) }
            let tooDear = words.drop { $0 != "-" }.dropFirst().map { ProviderID(rawValue: String($0)) }
            orders[capability] = DecidedOrder(basis: .kept, order: asked + tooDear, tooDear: tooDear)
        }
    }
}
