// SPDX-License-Identifier: Apache-2.0

import Enrichment
import Testing
import WaterfallEngine

/// 2026-03-10T12:00:00Z.
let noon = Timestamp(seconds: 1_773_144_000)

extension CreditGate {
    static let standard = CreditGate(prices: PriceList(), accept: AcceptPolicy())

    static func accepting(_ accept: AcceptPolicy, prices: PriceList = PriceList()) -> CreditGate {
        CreditGate(prices: prices, accept: accept)
    }
}

extension EmailFinding {
    static func finding(_ status: EmailStatus, _ address: String = "jane.doe@example.com") -> EmailFinding {
        EmailFinding(address: address, status: status, reason: .unspecified, provider: "first")
    }
}

extension PhoneFinding {
    static func finding(
        _ type: PhoneType = .mobile, _ status: PhoneStatus = .validNumber, e164: String? = "+12025550143",
        extension: String? = nil
    ) -> PhoneFinding {
        PhoneFinding(
            number: e164.map { PhoneNumber(e164: $0, extension: `extension`) }, raw: e164 ?? "no number", type: type,
            status: status, provider: "first")
    }
}

extension Contact {
    static func jane(
        emails: [ContactEmail] = [], phones: [ContactPhone] = [], charged: Set<Datum> = []
    ) -> Contact {
        Contact(
            id: ContactID(high: 1, low: 1), fullName: "Jane Doe", emails: emails, phones: phones, charged: charged,
            createdAt: noon)
    }
}

extension ContactEmail {
    static func kept(_ status: EmailStatus, charged: Bool = false) -> ContactEmail {
        ContactEmail(
            address: "jane.doe@example.com", status: status, reason: .unspecified, wasCharged: charged, foundAt: noon)
    }
}

extension ContactPhone {
    static func kept(_ type: PhoneType = .mobile, accessed: Bool) -> ContactPhone {
        ContactPhone(
            number: PhoneNumber(e164: "+12025550143"), raw: "+12025550143", type: type, status: .validNumber,
            wasAccessed: accessed, foundAt: noon)
    }
}
