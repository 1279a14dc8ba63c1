// SPDX-License-Identifier: Apache-2.0

/// Where a name server listens, over UDP and TCP.
public struct DNSServer: Sendable, Hashable {
    public var address: IPAddress
    /// 53, unless it is a test's.
    public var port: UInt16

    public init(_ address: IPAddress, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1`, `127.0.0.1:5353`, `::1` or `[::1]:5353`; nil for anything else. Names aren't resolved, as
    /// that would take a name server.
    public init?(_ text: some StringProtocol) {
        if let address = IPAddress(String(text)) {
            self.init(address)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.first == "[" && host.last == "]"
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(String(host)) else { return nil }
        if case .v6 = address, !isBracketed { return nil }
        if case .v4 = address, isBracketed { return nil }
        self.init(address, port: port)
    }

    /// Reads a list with commas, blanks around them; nil where one is wrong, or there is none.
    public static func list(_ text: String) -> [DNSServer]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let servers = parts.compactMap { DNSServer(trimmed($0)) }
        return servers.count == parts.count ? servers : nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func port(_ text: some StringProtocol) -> UInt16? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(text), port > 0 else { return nil }
        return port
    }
}

extension DNSServer: CustomStringConvertible {
    /// `127.0.0.1:53`, `[::1]:53`.
    public var description: String {
        switch address {
        case .v4: "\(address):\(port)"
        case .v6: "[\(address)]:\(port)"
        }
    }
}
