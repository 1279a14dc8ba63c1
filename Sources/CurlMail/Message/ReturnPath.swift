// SPDX-License-Identifier: Apache-2.0

/// An address that bounces come back to, with a token in it that says which message bounced: `bounces@example.com` and
/// `TOKEN` make `bounces+TOKEN@example.com`, and back (variable envelope return paths).
///
/// The base may have a plus itself; tokens have none. Letters of either case are the same, since hosts change them.
public struct ReturnPath: Sendable, Hashable {
    /// Why there is no such address.
    public enum Refusal: Error, Hashable, Sendable {
        /// The base is no address that mail can be sent to.
        case base
        /// The token is empty, or not of letters, digits, `-`, `_` and `=` alone.
        case token
        /// The local part would be over 64 bytes, or all of it over 254.
        case length
    }

    /// The address without a token.
    public let base: String
    private let local: String
    private let domain: String

    /// - Throws: `Refusal.base`.
    public init(base: String) throws(Refusal) {
        guard MailSyntax.isAddress(base), let (local, domain) = Self.halves(of: base) else { throw .base }
        self.base = base
        self.local = local
        self.domain = domain
    }

    /// The address for a token.
    public func address(for token: String) throws(Refusal) -> String {
        guard Self.isToken(token) else { throw .token }
        let address = "\(local)+\(token)@\(domain)"
        guard MailSyntax.isAddress(address) else { throw .length }
        return address
    }

    /// The token in a recipient's address, as it is written there; nil where it is not an address of this kind.
    public func token(in recipient: String) -> String? {
        guard let (local, domain) = Self.halves(of: recipient), domain.lowercased() == self.domain.lowercased() else {
            return nil
        }
        let prefix = "\(self.local)+"
        guard local.lowercased().hasPrefix(prefix.lowercased()) else { return nil }
        let token = String(local.dropFirst(prefix.count))
        return Self.isToken(token) ? token : nil
    }

    private static func halves(of address: String) -> (local: String, domain: String)? {
        guard let at = address.lastIndex(of: "@") else { return nil }
        return (String(address[..<at]), String(address[address.index(after: at)...]))
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { MailSyntax.isAlphanumeric($0) || "-_=".utf8.contains($0) }
    }
}
