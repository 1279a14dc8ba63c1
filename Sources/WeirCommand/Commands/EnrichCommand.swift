// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine
internal import WeirConfiguration

/// Who is asked about.
struct ProspectOptions: ParsableArguments {
    @Option(help: "The full name.")
    var name: String?

    @Option(name: .customLong("first-name"), help: "The first name.")
    var firstName: String?

    @Option(name: .customLong("last-name"), help: "The last name.")
    var lastName: String?

    @Option(help: "The company's domain, such as example.com.")
    var domain: String?

    @Option(help: "The company's name.")
    var company: String?

    @Option(help: "The LinkedIn profile, such as https://www.linkedin.com/in/jane-doe.")
    var linkedin: String?

    @Option(help: "An email address that is known.")
    var email: String?

    @Option(help: "The title.")
    var title: String?

    @Option(help: "The country, two letters such as US.")
    var country: String?

    @Option(help: "What to get: email, mobile, or email,mobile.")
    var access = "email"

    @Flag(help: "Ask again what is had or remembered; vendors bill it.")
    var fresh = false

    @Option(name: .customLong("max-credits"), help: "The most credits that this may cost.")
    var maxCredits: String?

    @Option(help: "How long the whole request may take, such as 30s.")
    var timeout: String?

    @Option(name: .customLong("as"), help: "The user who asks (default: $WEIR_USER, else the login name).")
    var user: String?

    /// The request that the options describe, by whoever acts.
    func request(in session: Session, at moment: Timestamp) throws -> DataRequest {
        let input = ProspectInput(
            name: name, firstName: firstName, lastName: lastName, companyName: company, domain: domain,
            linkedInURL: linkedin, email: email, title: title, country: country)
        let prospect: Prospect
        do throws(ProspectError) {
            prospect = try input.normalised()
        } catch {
            throw CommandFailure(error)
        }
        var random = SystemRandomNumberGenerator()
        return DataRequest(
            id: RequestID(at: moment, using: &random), prospect: prospect, access: try Self.data(access),
            team: session.team, user: try session.actor(user), origin: .cli, isFresh: fresh,
            maximumCredits: try Self.credits(maxCredits), createdAt: moment,
            timeout: try duration())
    }

    static func data(_ access: String) throws -> Set<Datum> {
        let words = access.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let data = words.compactMap { word -> Datum? in
            switch word {
            case "email": .email
            case "mobile": .phone
            default: nil
            }
        }
        guard !data.isEmpty, data.count == words.count else {
            throw CommandFailure(.usage, "--access takes email, mobile, or email,mobile")
        }
        return Set(data)
    }

    static func credits(_ text: String?) throws -> Credits? {
        guard let text else { return nil }
        guard let credits = Credits(decimal: text) else {
            throw CommandFailure(.usage, "--max-credits takes a number such as 8 or 0.25")
        }
        return credits
    }

    private func duration() throws -> Duration? {
        guard let timeout else { return nil }
        guard let duration = DurationText.parse(timeout), duration > .zero else {
            throw CommandFailure(.usage, "--timeout takes a duration such as 500ms, 30s or 2m")
        }
        return duration
    }
}

/// `weir enrich`: one prospect through the waterfall.
struct EnrichCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrich", abstract: "Find one prospect's verified email or phone.",
        discussion: "Example: weir enrich --name \"Jane Doe\" --domain example.com --explain")

    @OptionGroup(title: "Prospect") var prospect: ProspectOptions

    @Flag(name: .customLong("dry-run"), help: "Say who would be asked and what it may cost; ask nobody.")
    var dryRun = false

    @Flag(help: "Tell the story of each step.")
    var explain = false

    @Option(help: "Write each exchange with a vendor into this folder, redacted.", completion: .directory)
    var record: String?

    @Flag(help: "Never touch the network: only what is known or remembered.")
    var offline = false

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        let request = try prospect.request(in: session, at: .current)
        if dryRun { return try await PlanCommand.show(request, session, output) }
        let store = try session.openStore()
        defer { store.close() }
        let history = try await session.neededOrderHistory(in: store)
        let (result, wasInterrupted, orders) = try await Session.withLanes(
            wrap: { try transport($0, session, request) }
        ) { lanes in
            let observer: any RunObserver = output.quiet ? SilentObserver() : LoudObserver(console: session.console)
            let engine = session.engine(lanes: lanes, journal: store, observer: observer, history: history)
            let ended = try await Self.run(request, on: engine, session.console)
            return (ended.value, ended.wasInterrupted, engine.decidedOrders)
        }
        show(result, orders, session)
        try await session.tidy(store)
        if wasInterrupted { throw CommandFailure(.interrupted, "interrupted", isSilent: true) }
        try Self.stopOn(result.outcome)
    }

    private static func run(
        _ request: DataRequest, on engine: Engine, _ console: Console
    ) async throws -> (value: EnrichmentResult, wasInterrupted: Bool) {
        do {
            return try await Interruption.running(engine, on: console) {
                try await engine.running { try await engine.enrich(request) }
            }
        } catch let error as EngineError {
            throw CommandFailure(error)
        }
    }

    private func transport(
        _ curl: any HTTPTransport, _ session: Session, _ request: DataRequest
    ) throws -> any HTTPTransport {
        if offline { return OfflineTransport() }
        guard let record else { return curl }
        do {
            let folder = URL(fileURLWithPath: record, isDirectory: true)
            return try RecordingTransport(curl, into: folder, redaction: session.redaction(for: request.prospect))
        } catch {
            throw CommandFailure(.usage, "--record can't write there", hint: "give a folder that can be made")
        }
    }

    private func show(
        _ result: EnrichmentResult, _ orders: [Capability: DecidedOrder], _ session: Session
    ) {
        if output.json { return session.console.write(result.json.line) }
        for line in ResultText(result: result, console: session.console).lines() { session.console.write(line) }
        guard explain else { return }
        session.console.write("")
        let gate = CreditGate(prices: session.settings.prices, accept: session.settings.accept)
        for line in Story(result: result, gate: gate, orders: orders).lines() { session.console.write(line) }
    }

    /// Nothing found is no failure; a refusal and a failure of every provider are.
    private static func stopOn(_ outcome: RequestOutcome) throws {
        switch outcome {
        case .found, .partial, .notFound, .cancelled: return
        case .refused: throw CommandFailure(.refused, "refused", isSilent: true)
        case .failed: throw CommandFailure(.providersFailed, "every provider failed", isSilent: true)
        }
    }
}

/// Says once, loudly, when a provider is out of use until a person acts.
struct LoudObserver: RunObserver {
    let console: Console

    func record(_ event: RunEvent) {
        guard case .providerStopped(let provider, let kind) = event else { return }
        console.complain(
            "\(console.styled("warning:", .notice)) \(provider) is out of use: \(Story.why(kind)); "
                + "`weir providers check \(provider)` looks again")
    }
}
