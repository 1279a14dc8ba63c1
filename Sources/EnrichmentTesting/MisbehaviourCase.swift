// SPDX-License-Identifier: Apache-2.0

internal import FixtureFiles
internal import Foundation

/// A line of `Fixtures/misbehaviours.json`: something that a vendor, or what lies between, can do wrong, and
/// what a call that would be billed again comes to.
public struct MisbehaviourCase: Sendable, Hashable, Codable {
    /// Where it goes wrong. `MisbehavingServer` plays every case of `http1`.
    public enum Layer: String, Sendable, Codable, CaseIterable {
        case dns, tcp, tls, http1, http2
    }

    public let name: String
    public let layer: Layer
    public let description: String
    /// The word of a `ProviderError.Kind`; `no_match` where the reply can be read in spite of it.
    public let outcome: String

    /// The whole list; empty where the file isn't there or can't be read.
    public static let all: [MisbehaviourCase] =
        FixtureFiles.bytes("misbehaviours.json")
        .flatMap { try? JSONDecoder().decode([MisbehaviourCase].self, from: Data($0)) } ?? []
}
