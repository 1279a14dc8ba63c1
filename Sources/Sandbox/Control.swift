// SPDX-License-Identifier: Apache-2.0

/// What is not a vendor's: the front page, and `/_sandbox/...`.
struct Control: Sendable {
    let core: Core

    func answer(_ call: Call, first: String) -> Reply {
        switch (call.method, first, call.path) {
        case ("GET", "", _): page()
        case ("GET", "_sandbox", "/state"): state(call)
        case ("POST", "_sandbox", "/reset"): reset()
        case ("POST", "_sandbox", let path) where path.hasPrefix("/vendors/"):
            set(String(path.dropFirst("/vendors/".count)), call)
        default:
            Reply(404, .rejected, ["error": "Nothing is here. GET / lists what is."])
        }
    }

    private func page() -> Reply {
        Reply(200, .account, text: Page(core: core).html, type: "text/html; charset=utf-8")
    }

    private func reset() -> Reply {
        core.reset()
        return Reply(200, .account, ["reset": true])
    }

    /// `?charges=N` limits the list of charges.
    private func state(_ call: Call) -> Reply {
        let limit = call.parameter("charges").flatMap { Int($0) } ?? ChargeLog.countMax
        let (charges, total) = core.log.newest(max(0, min(limit, ChargeLog.countMax)))
        return Reply(
            200, .account,
            [
                "seed": .text(String(core.settings.seed)),
                "vendors": .array(core.orderedDesks.map(\.json)),
                "charges_total": .integer(total),
                "charges": .array(charges.map(\.json)),
            ])
    }

    /// All of a body's settings are taken over, or none is.
    private func set(_ id: String, _ call: Call) -> Reply {
        guard let desk = core[id]?.desk else {
            return Reply(404, .rejected, ["error": .text("There is no vendor \"\(id)\".")])
        }
        guard let members = call.json?.members else {
            return Reply(400, .rejected, ["error": "The body must be a JSON object of settings."])
        }
        var settings = desk.settings
        var problems: [JSON.Member] = []
        for member in members {
            if let problem = settings.set(member.name, to: member.value) {
                problems.append(.init(name: member.name, value: .text(problem)))
            }
        }
        guard problems.isEmpty else {
            return Reply(400, .rejected, ["error": "Nothing was changed.", "settings": .object(problems)])
        }
        desk.apply(
            settings,
            setsCredits: members.contains { $0.name == "credits" },
            setsVerifierCredits: members.contains { $0.name == "verifier_credits" })
        return Reply(200, .account, desk.json)
    }
}
