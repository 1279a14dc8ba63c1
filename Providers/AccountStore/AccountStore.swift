// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension ProviderDefinition {
    /// The office phones that the team holds for the person's company.
    public static let accountStore = ProviderDefinition(AccountStore.facts) { AccountStore() }
}

/// The team's own accounts, asked first so that no office phone is looked up twice. A pure function of the query.
///
/// - The newest numbers come first, as the query has them.
/// - A number known to be invalid is not given again: the lookup goes on to the next source.
struct AccountStore: FindingProvider {
    static let facts = ProviderDescriptor(
        id: "account_store", name: "Account store",
        capabilities: [
            .officePhone: CapabilityDescriptor(inputs: [[.known]], price: .free, expectedHitRate: 0.3)
        ],
        repeats: .free, concurrency: 1_000, timeout: .seconds(1), evidence: .confirmed, isLocal: true)

    var descriptor: ProviderDescriptor { Self.facts }

    func find(
        _ query: ContactQuery, using client: ProviderClient
    ) async throws(ProviderError) -> ProviderAnswer {
        ProviderAnswer(
            officePhones: query.known.officePhones.filter { $0.status != .invalidNumber }.map { phone in
                var phone = phone
                phone.type = .office
                return phone
            })
    }
}
