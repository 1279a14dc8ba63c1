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

    private static func standard(for id: String) -> VendorSettings {
        var settings = VendorSettings()
        settings.pendingPolls = id == "dropcontact" ? 2 : id == "apollo" ? 1 : 0
        return settings
    }
}
