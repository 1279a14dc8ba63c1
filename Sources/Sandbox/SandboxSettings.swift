// SPDX-License-Identifier: Apache-2.0

/// How a sandbox behaves from its start; ``VendorSettings`` can be changed while it runs.
public struct SandboxSettings: Sendable, Hashable {
    /// What the invented people and the faults are drawn from: one seed, one world.
    public var seed: UInt64
    /// Whether the server may listen on an address that other machines can reach.
    public var allowsRemoteHosts = false

    private var vendors: [String: VendorSettings] = [:]

    /// Settings under which every vendor answers at once and never fails.
    public init(seed: UInt64 = 1) {
        self.seed = seed
    }

    /// The settings of a vendor, by its id.
    ///
    /// Unless set, Dropcontact answers the third poll and Apollo the second, all others at once.
    public subscript(vendor id: String) -> VendorSettings {
        get { vendors[id] ?? Self.standard(for: id) }
        set { vendors[id] = newValue }
    }

    /// Changes the settings of every vendor.
    public mutating func forEveryVendor(_ change: (inout VendorSettings) -> Void) {
        for vendor in SandboxVendor.all { change(&self[vendor: vendor.id]) }
    }

    /// Takes over one setting as it is written on a command line: `hunter.error_rate=0.1`, or
    /// `latency_ms=200` for every vendor.
    ///
    /// The names and values are those of `POST /_sandbox/vendors/<id>`.
    /// - Throws: ``SandboxError/invalidSetting(_:reason:)``; nothing is changed then.
    public mutating func set(_ assignment: String) throws(SandboxError) {
        let sides = assignment.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2, let value = JSONParser.value(of: Array(sides[1].utf8)) else {
            throw .invalidSetting(assignment, reason: "it must read name=value")
        }
        let names = sides[0].split(separator: ".", maxSplits: 1).map(String.init)
        let vendors = SandboxVendor.all.map(\.id).filter { names.count < 2 || $0 == names[0] }
        guard let name = names.last, !vendors.isEmpty else {
            let known = SandboxVendor.all.map(\.id).joined(separator: ", ")
            throw .invalidSetting(assignment, reason: "there is no such vendor; there are \(known)")
        }
        var changed = self
        for vendor in vendors {
            if let problem = changed[vendor: vendor].set(name, to: value) {
                throw .invalidSetting(assignment, reason: problem)
            }
        }
        self = changed
    }

    private static func standard(for id: String) -> VendorSettings {
        var settings = VendorSettings()
        settings.pendingPolls = id == "dropcontact" ? 2 : id == "apollo" ? 1 : 0
        return settings
    }
}
