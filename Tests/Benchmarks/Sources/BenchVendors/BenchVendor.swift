// SPDX-License-Identifier: Apache-2.0

public import Enrichment

/// A provider of the vendor server: one exchange, two members of its answer.
public struct BenchVendor: ExchangeProvider {
    public static let all = (1...3).map(BenchVendor.init)

    public let descriptor: ProviderDescriptor
    private let path: String

    public init(number: Int) {
        path = "/p\(number)/find"
        descriptor = ProviderDescriptor(
            id: ProviderID(rawValue: "vendor_\(number)"), name: "Vendor \(number)", baseURL: "https://example.com",
            capabilities: [
                .email: CapabilityDescriptor(
                    inputs: [[.firstName, .lastName, .domain]], price: VendorPrice(.found, Amount(1, "vendor_credits")))
            ])
    }

    public func request(for query: ContactQuery) -> ProviderRequest {
        .get(path, query: [("first", query.firstName), ("last", query.lastName), ("domain", query.domain)])
    }

    public func answer(to query: ContactQuery, from reply: ProviderReply) throws(ProviderError) -> ProviderAnswer {
        if let failure = reply.failure { throw failure }
        return try reply.json { json throws(ProviderError) in
            let data = json["data"]
            guard data["verified"].bool == true, let email = data["email"].text else { return .miss }
            return ProviderAnswer(emails: [EmailCandidate(email, grade: .verified)])
        }
    }
}
