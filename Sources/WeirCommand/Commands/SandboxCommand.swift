// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Sandbox

/// `weir sandbox`: vendors that need no account.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Run a local server that answers as the vendors do.",
        discussion: """
            A setting for all vendors is a number (`--latency 200`); for one, its name and a number
            (`--latency hunter=200`). Both may be given several times. Everything can be changed while it runs, on the
            page it serves.
            """)

    @Option(help: "The port on 127.0.0.1; 0 for one that is free.")
    var port = Sandbox.defaultPort

    @Option(help: "What decides who knows whom, and which faults come.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Milliseconds before an answer.", valueName: "[vendor=]ms"))
    var latency: [VendorNumber] = []

    @Option(help: ArgumentHelp("Milliseconds by which the latency varies.", valueName: "[vendor=]ms"))
    var jitter: [VendorNumber] = []

    @Option(
        help: ArgumentHelp("The share of requests answered with a server error, 0 to 1.", valueName: "[vendor=]share"))
    var errors: [VendorNumber] = []

    @Option(help: ArgumentHelp("The share of requests whose connection is cut, 0 to 1.", valueName: "[vendor=]share"))
    var resets: [VendorNumber] = []

    @Option(
        help: ArgumentHelp(
            "The share of answers that are not what the vendor documents, 0 to 1.", valueName: "[vendor=]share"))
    var malformed: [VendorNumber] = []

    @Option(help: ArgumentHelp("Requests a second before the vendor throttles.", valueName: "[vendor=]count"))
    var rate: [VendorNumber] = []

    @Option(help: ArgumentHelp("Credits that the account has.", valueName: "[vendor=]count"))
    var credits: [VendorNumber] = []

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console
        let isJSON = output.json
        do {
            try await Sandbox(settings: try settings()).run(port: port) { port in
                for line in Self.announcement(port: port, isJSON: isJSON) { console.write(line) }
                console.say(
                    "open http://127.0.0.1:\(port)/ for the vendors, their keys and who is known; Ctrl-C stops it")
            }
        } catch let error as SandboxError {
            throw CommandFailure(.usage, "\(error)")
        } catch let failure as CommandFailure {
            throw failure
        } catch is CancellationError {
            return
        } catch {
            throw CommandFailure(
                .usage, "the sandbox can't listen on 127.0.0.1:\(port)", hint: "is another one running? try `--port 0`")
        }
    }

    private static func announcement(port: Int, isJSON: Bool) -> [String] {
        guard isJSON else { return ["sandbox: http://127.0.0.1:\(port)"] }
        let vendors = SandboxVendor.all.map { vendor in
            JSONValue.object([
                .init("id", .string(vendor.id)), .init("base_url", .string(vendor.baseURL(port: port))),
                .init("key", .text(vendor.key)),
            ])
        }
        return [JSONValue.object([.init("port", .integer(Int64(port))), .init("vendors", .array(vendors))]).line]
    }

    private func settings() throws -> SandboxSettings {
        var settings = SandboxSettings(seed: seed)
        try apply(latency, to: &settings) { $0.latencyMilliseconds = Int($1) }
        try apply(jitter, to: &settings) { $0.jitterMilliseconds = Int($1) }
        try apply(errors, to: &settings) { $0.errorRate = $1 }
        try apply(resets, to: &settings) { $0.resetRate = $1 }
        try apply(malformed, to: &settings) { $0.malformedRate = $1 }
        try apply(rate, to: &settings) { $0.requestsPerSecond = Int($1) }
        try apply(credits, to: &settings) { $0.credits = Int($1) }
        return settings
    }

    private func apply(
        _ numbers: [VendorNumber], to settings: inout SandboxSettings,
        _ set: (inout VendorSettings, Double) -> Void
    ) throws {
        for number in numbers {
            guard let vendor = number.vendor else {
                settings.forEveryVendor { set(&$0, number.value) }
                continue
            }
            guard SandboxVendor.all.contains(where: { $0.id == vendor }) else {
                let known = SandboxVendor.all.map(\.id).joined(separator: ", ")
                throw CommandFailure(.usage, "the sandbox has no vendor '\(vendor)'", hint: "it has \(known)")
            }
            set(&settings[vendor: vendor], number.value)
        }
    }
}

/// `200`, or `hunter=200`.
struct VendorNumber: ExpressibleByArgument {
    let vendor: String?
    let value: Double

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard let last = parts.last, let value = Double(last), value.isFinite, (0...1e12).contains(value) else {
            return nil
        }
        self.value = value
        vendor = parts.count == 2 ? String(parts[0]) : nil
    }
}
