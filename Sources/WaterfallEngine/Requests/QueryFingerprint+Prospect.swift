// SPDX-License-Identifier: Apache-2.0

public import Enrichment

extension QueryFingerprint {
    /// The fingerprint of what is asked about a prospect: every field that any provider may be sent.
    public init(_ prospect: Prospect) {
        let query = prospect.query(for: .email)
        self.init(parts: QueryField.allCases.map { query[$0] })
    }

    /// The fingerprint of what a request asks: about its prospect, or whether its address is good, as verifiers are
    /// asked about a candidate of a chain.
    public init(_ request: DataRequest) {
        if let candidate = request.candidate { self.init(candidate) } else { self.init(request.prospect) }
    }

    /// The fingerprint of a candidate that is verified.
    public init(_ candidate: Candidate) {
        switch candidate {
        case .email(let email): self.init(parts: ["email", email.address.lowercased()])
        case .phone(let phone): self.init(parts: ["phone", phone.raw, phone.extension, phone.country])
        }
    }

    /// Two 64-bit FNV-1a hashes of the parts with their separators, from different starting points. Not secret, and not
    /// against an adversary: a collision would need two of the team's own prospects to agree in 128 bits.
    init(parts: [String?]) {
        var high: UInt64 = 0xcbf2_9ce4_8422_2325
        var low: UInt64 = 0x6c62_272e_07bb_0142
        func mix(_ byte: UInt8) {
            high = (high ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            low = (low ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            low ^= low >> 29
        }
        for part in parts {
            mix(part == nil ? 0 : 1)
            for byte in (part ?? "").utf8 { mix(byte) }
            mix(0xFF)
        }
        self.init(high: high, low: low)
    }
}
