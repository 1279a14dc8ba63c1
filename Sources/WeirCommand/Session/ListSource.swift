// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import Foundation
internal import HTTPTypes
internal import WaterfallEngine

/// Where a list of domains is read from: a file, or a URL.
struct ListSource {
    private let text: String
    private let isChosen: Bool

    /// - Parameter isChosen: named by the user, so that it may be on this machine or network.
    init(_ text: String, isChosen: Bool) {
        self.text = text
        self.isChosen = isChosen
    }

    func read() async throws -> [UInt8] {
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            guard let data = FileManager.default.contents(atPath: text) else {
                throw CommandFailure(.usage, "\(text) can't be read", hint: "give a file, or a URL with https://")
            }
            return Array(data)
        }
        let scheme = text.hasPrefix("https://") ? "https://" : "http://"
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        let target = rest[authority.endIndex...]
        let request = TransportRequest(
            method: .get, origin: scheme + authority, target: target.isEmpty ? "/" : String(target),
            pool: ConnectionPoolID(provider: "lists"), allowsPrivateAddresses: isChosen, maximumRedirects: 3)
        let failure = CommandFailure(
            .providersFailed, "\(text) can't be fetched", hint: "give a file that was fetched otherwise: --from FILE")
        return try await Session.withLanes { lanes in
            let reply = try? await lanes[0].transport.send(request, deadline: .seconds(60))
            guard let reply, reply.status == 200 else { throw failure }
            return reply.body
        }
    }
}
