// SPDX-License-Identifier: Apache-2.0
import Sandbox
import Testing

struct ControlTests {
    private let jane = "/hunter/v2/email-finder?api_key=sandbox-hunter-key&domain=example.com&full_name=Jane%20Doe"
    private let mia = "/hunter/v2/email-finder?api_key=sandbox-hunter-key&domain=acme.example&full_name=Mia%20Wong"

    @Test func `settings are changed while it runs, and reset`() async throws {
        try await Client.withSandbox { client in
            try await client.set("hunter", #"{"error_rate": 1}"#)
            #expect(try await client.get(jane).status == 500)
            try await client.set("hunter", #"{"error_rate": 0, "credits": 0}"#)
            #expect(try await client.get(jane).status == 429)
            #expect(try await client.post("/_sandbox/reset").status == 200)
            #expect(try await client.get(jane).status == 200)
            let state = try await client.state(of: "hunter")
            #expect(state.number("requests") == 1)
            #expect(state.number("credits_left") == 999_999)
        }
    }

    @Test(arguments: [
        ("hunter", #"{"error_rate": 2}"#, 400), ("hunter", #"{"latency_ms": -1}"#, 400),
        ("hunter", #"{"no_such": 1}"#, 400), ("hunter", "no json", 400), ("nobody", "{}", 404),
    ])
    func `wrong settings change nothing`(vendor: String, body: String, status: Int) async throws {
        try await Client.withSandbox { client in
            let answer = try await client.post("/_sandbox/vendors/\(vendor)", [:], body)
            #expect(answer.status == status)
            #expect(answer["error"] != nil)
            #expect(try await client.get(jane).status == 200)
        }
    }

    @Test func `every charge is in the log, in order`() async throws {
        try await Client.withSandbox { client in
            _ = try await client.get(jane)
            _ = try await client.get(
                "/zerobounce/v2/validate?api_key=sandbox-zerobounce-key&email=jane.doe@example.com")
            _ = try await client.get(
                "/hunter/v2/email-verifier?api_key=sandbox-hunter-key&email=mia.wong@acme.example")
            let state = try await client.get("/_sandbox/state")
            #expect(state.number("charges_total") == 3)
            #expect(state.string("charges.0.vendor") == "hunter")
            #expect(state.string("charges.0.endpoint") == "/v2/email-finder")
            #expect(state.string("charges.0.subject") == "jane.doe@example.com")
            #expect(state.string("charges.1.vendor") == "zerobounce")
            #expect(state.number("charges.2.units") == 0.5)
            let newest = try await client.get("/_sandbox/state?charges=1")
            #expect(newest.number("charges.0.number") == 3)
            #expect((newest["charges"] as? [Any])?.count == 1)
        }
    }

    @Test func `the rate lets as many through as it says`() async throws {
        try await Client.withSandbox {
            $0[vendor: "hunter"].requestsPerSecond = 1
        } _: { client in
            // All at once: however slow the machine, they don't take as many seconds as there are.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...60 { group.addTask { try await client.get(jane).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.contains(200))
            #expect(statuses.contains(403))
        }
    }

    @Test func `a broken body breaks off, and is charged`() async throws {
        try await Client.withSandbox {
            $0[vendor: "hunter"].malformedRate = 1
        } _: { client in
            let answer = try await client.get(jane)
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix(#"{"data""#))
            #expect(answer["data"] == nil)
            #expect(try await client.state(of: "hunter").number("charged") == 1)
        }
    }

    @Test(arguments: [
        (#"{"reset_rate": 1}"#, 0.0), (#"{"lost_rate": 1}"#, 1), (#"{"hang_rate": 1, "hang_ms": 50}"#, 1),
    ])
    func `a broken connection has no answer`(settings: String, charged: Double) async throws {
        try await Client.withSandbox { client in
            try await client.set("hunter", settings)
            await #expect(throws: (any Error).self) { try await client.get(jane) }
            try await client.set("hunter", #"{"reset_rate": 0, "lost_rate": 0, "hang_rate": 0}"#)
            let state = try await client.state(of: "hunter")
            #expect(state.number("charged") == charged)
            #expect(state.number("faults") == 1)
        }
    }

    @Test func `latency is waited for`() async throws {
        try await Client.withSandbox {
            $0[vendor: "hunter"].latencyMilliseconds = 60
            $0[vendor: "hunter"].jitterMilliseconds = 20
        } _: { client in
            let start = ContinuousClock.now
            _ = try await client.get(jane)
            #expect(ContinuousClock.now - start >= .milliseconds(60))
        }
    }

    @Test func `the same seed meets the same faults, a retry has a draw of its own`() async throws {
        func statuses(seed: UInt64) async throws -> [Int] {
            var settings = SandboxSettings(seed: seed)
            settings[vendor: "hunter"].errorRate = 0.5
            return try await Sandbox(settings: settings).withRunning { port in
                var statuses: [Int] = []
                for _ in 1...8 {
                    statuses.append(try await Client(port: port).get(jane).status)
                    statuses.append(try await Client(port: port).get(mia).status)
                }
                return statuses
            }
        }
        let first = try await statuses(seed: 7)
        #expect(try await statuses(seed: 7) == first)
        #expect(try await statuses(seed: 8) != first)
        #expect(Set(first) == [200, 500])
    }

    @Test func `the front page lists vendors, keys and prospects`() async throws {
        try await Client.withSandbox { client in
            let page = try await client.get("/")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            for vendor in SandboxVendor.all {
                #expect(page.text.contains(vendor.baseURL(port: client.port)))
                if let key = vendor.key { #expect(page.text.contains(key)) }
            }
            #expect(page.text.contains("Robin Nowhere"))
            #expect(page.text.contains("O&#39;Brien"))
            #expect(!page.text.contains("https://"))
        }
    }

    @Test(arguments: ["0.0.0.0", "192.0.2.1", "127.example.com", "::"])
    func `it refuses to be reached from elsewhere`(host: String) async {
        await #expect(throws: SandboxError.hostNotLoopback(host)) {
            try await Sandbox().run(host: host, port: 0)
        }
    }

    @Test func `a taken port is an error, not a wait`() async throws {
        try await Client.withSandbox { client in
            await #expect(throws: (any Error).self) {
                try await Sandbox().withRunning(port: client.port) { _ in }
            }
        }
    }

    @Test func `what is nowhere is a 404`() async throws {
        try await Client.withSandbox { client in
            for path in ["/nobody/v1", "/_sandbox", "/hunter/v1/email-finder?api_key=sandbox-hunter-key"] {
                let answer = try await client.get(path)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func `a setting is read from a command line, for one vendor or for all`() throws {
        var settings = SandboxSettings()
        try settings.set("hunter.error_rate=0.25")
        try settings.set("latency_ms=40")
        try settings.set("prospeo.requests_per_second=5")
        #expect(settings[vendor: "hunter"].errorRate == 0.25)
        #expect(settings[vendor: "apollo"].errorRate == 0)
        #expect(SandboxVendor.all.allSatisfy { settings[vendor: $0.id].latencyMilliseconds == 40 })
        #expect(settings[vendor: "prospeo"].requestsPerSecond == 5)
        #expect(settings[vendor: "dropcontact"].pendingPolls == 2)
    }

    @Test(arguments: ["", "hunter", "nobody.credits=1", "hunter.nothing=1", "credits=-1", "credits=x"])
    func `what is no setting changes nothing`(assignment: String) {
        var settings = SandboxSettings()
        #expect(throws: SandboxError.self) { try settings.set(assignment) }
        #expect(settings == SandboxSettings())
    }

    @Test func `vendors have keys and variables as a configuration needs them`() {
        let hunter = SandboxVendor.all.first { $0.id == "hunter" }
        #expect(hunter?.key == "sandbox-hunter-key")
        #expect(hunter?.envVariable == "HUNTER_API_KEY")
        #expect(hunter?.baseURL() == "http://127.0.0.1:7400/hunter")
        #expect(SandboxVendor.all.first { $0.id == "website" }?.key == nil)
    }
}
