// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Verification

/// A resolver that answers from a table, and remembers what it was asked.
final class ScriptedResolver: DNSResolver {
    private let replies: [String: DNSReply]
    private let state = Mutex<[String]>([])

    /// - Parameter replies: by type and name: `mx a.example`. What isn't there doesn't exist.
    init(_ replies: [String: DNSReply]) { self.replies = replies }

    /// In the order asked.
    var questions: [String] { state.withLock { $0 } }

    func lookUp(_ name: String, _ type: DNSRecordType) async -> DNSReply {
        let question = "\(type) \(name)"
        state.withLock { $0.append(question) }
        return replies[question] ?? .noSuchDomain(timeToLive: .seconds(60))
    }
}

extension DNSReply {
    static let noData = DNSReply.noData(timeToLive: .seconds(60))
    static let noSuchDomain = DNSReply.noSuchDomain(timeToLive: .seconds(60))

    static func failed(_ kind: DNSFailure.Kind) -> DNSReply { .failed(DNSFailure(kind)) }

    static func records(_ records: DNSRecordData..., owner: String = "a.example", time: Int = 60) -> DNSReply {
        .records(DNSAnswer(owner: owner, records: records, timeToLive: .seconds(time)))
    }

    static func mx(_ hosts: KeyValuePairs<Int, String>) -> DNSReply {
        let records = hosts.map { DNSRecordData.mailExchange(preference: UInt16($0.key), host: $0.value) }
        return .records(DNSAnswer(owner: "a.example", records: records, timeToLive: .seconds(60)))
    }

    static func addresses(_ texts: String...) -> DNSReply {
        let records = texts.compactMap { IPAddress($0) }.map(DNSRecordData.address)
        return .records(DNSAnswer(owner: "a.example", records: records, timeToLive: .seconds(60)))
    }
}
