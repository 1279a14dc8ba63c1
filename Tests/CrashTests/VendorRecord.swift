// SPDX-License-Identifier: Apache-2.0

import CrashRunner
import Foundation
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What the sandbox's vendors say that they charged: the books of the other side.
struct VendorRecord: Decodable {
    struct Charge: Decodable {
        var vendor: String
        var endpoint: String
        var subject: String
        var units: Double
    }

    struct Vendor: Decodable {
        var id: String
        var requests: Int
        var charged: Double
    }

    var vendors: [Vendor]
    var charges: [Charge]
    var total: Int

    enum CodingKeys: String, CodingKey {
        case vendors, charges
        case total = "charges_total"
    }

    /// How many requests all vendors together have had.
    static func requests(port: Int) async throws -> Int {
        try await read(port: port, charges: 0).vendors.reduce(0) { $0 + $1.requests }
    }

    static func read(port: Int, charges: Int = 100_000) async throws -> VendorRecord {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/_sandbox/state?charges=\(charges)"))
        let (data, _) = try await URLSession.shared.data(from: url)
        return try JSONDecoder().decode(VendorRecord.self, from: data)
    }
}
