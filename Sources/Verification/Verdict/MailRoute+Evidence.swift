// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// A route as evidence, and in words.
extension MailRoute {
    var evidence: MailboxEvidence.Route {
        switch self {
        case .hosts: .hosts
        case .nullMX: .nullMX
        case .noMX: .noMX
        case .noSuchDomain: .noSuchDomain
        case .unknown(let failure): .unknown(failure.reason)
        }
    }

    var words: String {
        switch self {
        case .hosts(let hosts) where hosts.first?.isImplicit == true: "no MX: the domain's own address stands in"
        case .hosts(let hosts): "MX \(hosts.map { "\($0.preference) \($0.name)" }.joined(separator: ", "))"
        case .nullMX: "MX .: the domain takes no mail"
        case .noMX: "no host takes the domain's mail"
        case .noSuchDomain: "the domain doesn't exist"
        case .unknown(let failure): "the DNS gave no answer: \(failure.kind.rawValue)"
        }
    }
}

extension DNSFailure {
    /// A silent name server is a time-out; whatever else kept the answer away may be over at the next try.
    fileprivate var reason: VerdictReason {
        switch kind {
        case .timedOut, .cancelled: .timeout
        default: .temporaryError
        }
    }
}
