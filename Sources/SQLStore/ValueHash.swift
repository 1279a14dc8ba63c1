// SPDX-License-Identifier: Apache-2.0

import Identity
import WaterfallEngine

/// What stands for a personal value where the value itself must not: found again by whoever has the value and the
/// store's salt, and read by nobody.
enum ValueHash {
    /// Hashes an address in the form that identifies its mailbox.
    static func email(_ address: String, salt: [UInt8]) -> [UInt8] { Digest.keyed(salt, "email:" + key(of: address)) }

    /// Hashes a value of the suppression list.
    static func of(_ value: SuppressionValue, salt: [UInt8]) -> [UInt8] {
        Digest.keyed(salt, "\(value.kind.rawValue):\(value.key)")
    }

    /// The identifying form of an address; of one that identifies nobody, or is none, its lower case.
    static func key(of address: String) -> String { EmailAddress(address)?.identity ?? address.lowercased() }
}

extension Connection {
    /// The store's salt, made with it.
    func salt() throws(JournalError) -> [UInt8] {
        let select = try self("SELECT value FROM secret WHERE name = 'salt'")
        guard let salt = try select.first({ (row) throws(JournalError) in row.bytes(0) }) else {
            throw .damaged("the store has no salt")
        }
        return salt
    }
}
