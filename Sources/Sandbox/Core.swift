// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What all requests share: the world, the vendors' desks, the charges.
final class Core: Sendable {
    let settings: SandboxSettings
    let world: World
    let log = ChargeLog()

    private let desks: [String: (vendor: any Vendor, desk: Desk)]
    private let boundPort = Mutex(Sandbox.defaultPort)

    init(settings: SandboxSettings) {
        self.settings = settings
        let world = World(seed: settings.seed)
        self.world = world
        var desks: [String: (vendor: any Vendor, desk: Desk)] = [:]
        for vendor in allVendors {
            let id = vendor.facts.id
            let desk = Desk(
                vendor: vendor.facts, settings: settings[vendor: id], seed: settings.seed, world: world,
                log: log)
            desks[id] = (vendor, desk)
        }
        self.desks = desks
    }

    /// The vendor of an id, with its desk.
    subscript(id: String) -> (vendor: any Vendor, desk: Desk)? { desks[id] }

    /// Returns what a vendor answers to a call, and counts it: the key first, then the rate, then the answer.
    func reply(to call: Call, by vendor: any Vendor, at desk: Desk) -> Reply {
        let reply = vendor.refusal(of: call) ?? admitted(call, by: vendor, at: desk)
        desk.count(reply.outcome)
        return reply
    }

    private func admitted(_ call: Call, by vendor: any Vendor, at desk: Desk) -> Reply {
        desk.admits() ? vendor.answer(call, at: desk) : vendor.throttled(call, at: desk)
    }

    /// The desks in the order of ``SandboxVendor/all``.
    var orderedDesks: [Desk] { SandboxVendor.all.compactMap { desks[$0.id]?.desk } }

    /// The port that is listened on.
    var port: Int { boundPort.withLock { $0 } }

    func setPort(_ port: Int) {
        boundPort.withLock { $0 = port }
    }

    /// Puts balances, counters, settings and charges back to how they were at the start.
    func reset() {
        for desk in orderedDesks { desk.reset() }
        log.removeAll()
    }
}
