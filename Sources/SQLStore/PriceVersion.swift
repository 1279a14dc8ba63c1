// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// A gate as canonical text: the immutable price version that every charge names.
enum PriceVersion {
    static func text(of gate: CreditGate) -> String {
        let prices = gate.prices
        let accept = gate.accept
        return """
            email=\(prices.email.millis)
            catch_all=\(prices.catchAll.millis)
            phone=\(prices.phone.millis)
            verification=\(prices.verification.millis)
            accept.catch_all=\(accept.catchAll.rawValue)
            accept.verifier_down=\(accept.verifierDown.rawValue)
            accept.trust=\(accept.trusted.map(\.rawValue).sorted().joined(separator: ","))
            accept.phone_types=\(accept.phoneTypes.map(\.rawValue).sorted().joined(separator: ","))
            """
    }

    static func gate(of text: String) throws(JournalError) -> CreditGate {
        var fields: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        func credits(_ key: Substring) throws(JournalError) -> Credits {
            guard let millis = fields[key].flatMap({ Int64($0) }) else {
                throw .damaged("a price version lacks a price")
            }
            return Credits(millis: millis)
        }
        guard let catchAll = fields["accept.catch_all"].flatMap({ AcceptPolicy.CatchAll(rawValue: String($0)) }),
            let down = fields["accept.verifier_down"].flatMap({ AcceptPolicy.VerifierDown(rawValue: String($0)) }),
            let trusted = fields["accept.trust"], let types = fields["accept.phone_types"]
        else { throw .damaged("a price version lacks a rule") }
        return CreditGate(
            prices: PriceList(
                email: try credits("email"), catchAll: try credits("catch_all"), phone: try credits("phone"),
                verification: try credits("verification")),
            accept: AcceptPolicy(
                catchAll: catchAll, verifierDown: down,
                trusted: Set(trusted.split(separator: ",").map { ProviderID(rawValue: String($0)) }),
                phoneTypes: Set(types.split(separator: ",").compactMap { PhoneType(rawValue: String($0)) })))
    }
}
