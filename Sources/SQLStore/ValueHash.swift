// SPDX-License-Identifier: Apache-2.0

import Identity
import WaterfallEngine

/// What stands for a personal value where the value itself must not: found again by whoever has the value and the
/// store's salt, and read by nobody. Confined to the thread that made it.
final class ValueHash {
    private let digest = Digest()
    private let salt: [UInt8]

    /// - Parameter salt: the store's.
    init(salt: [UInt8]) { self.salt = salt }

    /// Hashes an address in the form that identifies its mailbox.
    func email(_ address: String) -> [UInt8] { email(key: Self.key(of: address)) }

    /// Hashes an address that is in that form already.
    func email(key: String) -> [UInt8] { digest("email:" + key, salt: salt) }

    /// Hashes a value of the suppression list.
    func of(_ value: SuppressionValue) -> [UInt8] { digest("\(value.kind.rawValue):\(value.key)", salt: salt) }

    /// Hashes bytes, of a request.
    func bytes(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, salt: salt) }

    /// Hashes a number of a do-not-call list: half as long, since such lists have millions of them.
    func number(_ number: String) -> [UInt8] { Array(digest("phone:" + number, salt: salt).prefix(Digest.size / 2)) }

    /// The identifying form of an address; of one that identifies nobody, or is none, its lower case.
    static func key(of address: String) -> String { EmailAddress(address)?.identity ?? address.lowercased() }
}

extension Connection {
    /// What hashes values in this store.
    func valueHash() throws(JournalError) -> ValueHash {
        let select = try self("SELECT value FROM secret WHERE name = 'salt'")
        guard let salt = try select.first({ (row) throws(JournalError) in row.bytes(0) }) else {
            throw .damaged("the store has no salt")
        }
        return ValueHash(salt: salt)
    }
}
