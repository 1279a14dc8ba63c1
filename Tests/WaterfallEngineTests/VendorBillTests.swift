// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing

@testable import WaterfallEngine

/// What a vendor bills for an answer, by its basis.
struct VendorBillTests {
    private static let amount = Amount(2, "first_credits")

    @Test(
        arguments: [
            (.found, [true, true, false, false]), (.known, [true, true, true, false]),
            (.attempt, [true, true, true, true]),
        ] as [(VendorPrice.Basis, [Bool])])
    func `a verdict is billed by what it says`(basis: VendorPrice.Basis, isBilled: [Bool]) {
        let statuses: [EmailStatus] = [.verified, .invalid, .catchAll, .unverified]
        let price = VendorPrice(basis, Self.amount)
        for (status, isBilled) in zip(statuses, isBilled) {
            let verdict = Verdict.email(EmailVerdict(status, .unspecified))
            #expect(price.billed(for: verdict) == (isBilled ? Self.amount : nil), "\(status)")
        }
        #expect((price.billed(for: .phone(PhoneVerdict(.noStatus, number: nil))) != nil) == (basis == .attempt))
        #expect(price.billed(for: .phone(PhoneVerdict(.invalidNumber, number: nil))) == Self.amount)
    }

    @Test(arguments: VendorPrice.Basis.allCases) func `a miss is billed only where every call is`(
        basis: VendorPrice.Basis
    ) {
        let price = VendorPrice(basis, Self.amount)
        #expect((price.billed(for: .miss, .email) != nil) == (basis == .attempt))
        let hit = ProviderAnswer(emails: [EmailCandidate("jane.doe@example.com", grade: .verified)])
        #expect(price.billed(for: hit, .email) == Self.amount)
        #expect((price.billed(for: hit, .mobile) != nil) == (basis == .attempt))
    }

    @Test(arguments: VendorPrice.Basis.allCases) func `what an answer says that it cost comes first`(
        basis: VendorPrice.Basis
    ) {
        let exact = Amount(micros: 250_000, unit: "first_credits")
        #expect(VendorPrice(basis, Self.amount).billed(for: .miss(charged: exact), .email) == exact)
        let verdict = EmailVerdict(.unverified, .timeout, charged: exact)
        #expect(VendorPrice(basis, Self.amount).billed(for: .email(verdict)) == exact)
    }
}
