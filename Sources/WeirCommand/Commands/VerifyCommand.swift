// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import Identity
internal import Verification
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir verify`: a verdict on addresses, and its reason.
struct VerifyCommand: AsyncParsableCommand {
    /// Addresses of one call.
    static let maximumAddresses = 1_000_000
    /// Bytes of `--file`.
    private static let maximumSize = 256 << 20
    /// How long mail hosts have for one address where there is no configuration to say.
    private static let patience = Duration.seconds(60)

    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Say whether addresses take mail, and why.",
        discussion: """
            With a configuration its verifiers are asked in their order, and a definite verdict costs the price of a \
            verification. Without one the domain's mail hosts are asked from here, and nothing is charged.

            Example: weir verify jane.doe@example.com --explain
            """)

    @Argument(help: "The addresses.")
    var addresses: [String] = []

    @Option(help: "A file with an address a line; - for the standard input.", completion: .file())
    var file: String?

    @Option(help: "What counts as an address: deliverable, or rfc (whatever the RFCs read).")
    var profile = ProfileOption.deliverable

    /// The words of `--profile`.
    enum ProfileOption: String, ExpressibleByArgument, CaseIterable {
        case deliverable, rfc

        var profile: AddressSyntax.Profile {
            switch self {
            case .deliverable: .deliverable
            case .rfc: .rfc
            }
        }
    }

    @Flag(name: .customLong("syntax-only"), help: "Look at the text alone; needs neither configuration nor network.")
    var syntaxOnly = false

    @Flag(help: "Show how each verdict came about.")
    var explain = false

    @Option(help: "Addresses at once.")
    var concurrency = 16

    @Option(name: .customLong("greylist-wait"), help: "How long a greylisting host may be waited for, such as 10m.")
    var greylistWait: String?

    @Flag(help: "Ask again what is remembered.")
    var fresh = false

    @Option(name: .customLong("max-credits"), help: "The most credits that one address may cost.")
    var maxCredits: String?

    @Option(name: .customLong("as"), help: "The user who asks (default: $WEIR_USER, else the login name).")
    var user: String?

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard (1...256).contains(concurrency) else { throw CommandFailure(.usage, "--concurrency takes 1 to 256") }
        let inputs = try read()
        let console = output.console
        let lists = InstalledLists(environment: Surroundings.current.environment).lists
        let report = VerificationReport(of: inputs.count, on: console) { [self] in show($0, by: lists, on: console) }
        defer { report.finish() }
        if syntaxOnly {
            for (index, input) in inputs.enumerated() { report.take(judged(input), at: index) }
        } else if let session = try session(lists) {
            try await verify(inputs, by: session, report)
        } else {
            console.say("no configuration: the mail hosts are asked from here, and nothing is charged")
            let settings = try settings()
            await verify(
                inputs, by: .standard(settings, lists: lists), within: Self.patience + (settings.greylistWait ?? .zero),
                report)
        }
    }

    // MARK: Input

    private func read() throws -> [String] {
        var lines = addresses
        if let file {
            let path = file == "-" ? "/dev/stdin" : file
            guard let data = FileManager.default.contents(atPath: path), data.count <= Self.maximumSize else {
                throw CommandFailure(.usage, "\(file) can't be read", hint: "give a file of at most 256 MiB")
            }
            let text = String(decoding: data, as: UTF8.self)
            lines += text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        }
        guard !lines.isEmpty else {
            throw CommandFailure(.usage, "no address was given", hint: "weir verify jane.doe@example.com")
        }
        guard lines.count <= Self.maximumAddresses else {
            throw CommandFailure(.usage, "more than \(Self.maximumAddresses) addresses", hint: "split the file")
        }
        return lines
    }

    /// The configuration that is named or found; nil where there is none.
    private func session(_ lists: MailLists) throws -> Session? {
        do { _ = try ConfigurationFile.find(config) } catch let failure as CommandFailure {
            let isNamed = config.path != nil || Surroundings.current.environment["WEIR_CONFIG"] != nil
            if isNamed { throw failure }
            return nil
        }
        var session = try Session.load(config, output)
        session.lists = lists
        session.examinations = explain ? MailExaminations() : nil
        if let wait = try duration(greylistWait, "--greylist-wait") {
            session.configuration.wait(forGreylisting: wait)
        }
        return session
    }

    private func settings() throws -> SMTPSettings {
        var settings = SMTPSettings()
        settings.greylistWait = try duration(greylistWait, "--greylist-wait")
        return settings
    }

    private func duration(_ text: String?, _ option: String) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = DurationText.parse(text), duration > .zero else {
            throw CommandFailure(.usage, "\(option) takes a duration such as 30s or 10m")
        }
        return duration
    }

    private func credits() throws -> Credits? {
        guard let maxCredits else { return nil }
        guard let credits = Credits(decimal: maxCredits) else {
            throw CommandFailure(.usage, "--max-credits takes a number such as 1 or 0.25")
        }
        return credits
    }

    // MARK: Verdicts

    /// What the text alone says: an address that is none is invalid, for nothing.
    private func judged(_ input: String) -> VerificationLine {
        var line = VerificationLine(input: input, syntax: AddressSyntax(input, profile: profile.profile))
        line.suggestion = line.syntax.address?.suggestion
        if line.syntax.isAccepted { return line }
        line.status = .invalid
        line.reason = .invalidSyntax
        return line
    }

    private func verify(
        _ inputs: [String], by examiner: MailboxExaminer, within patience: Duration, _ report: VerificationReport
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, input) in inputs.enumerated() {
                if index >= concurrency { await group.next() }
                let line = judged(input)
                group.addTask { report.take(await examined(line, by: examiner, within: patience), at: index) }
            }
        }
    }

    private func examined(
        _ line: VerificationLine, by examiner: MailboxExaminer, within patience: Duration
    ) async -> VerificationLine {
        var line = line
        guard line.status == nil, let address = line.syntax.address else { return line }
        let examination = await examiner.examine(address, within: patience)
        line.status = examination.verdict.status
        line.reason = examination.verdict.reason
        line.suggestion = examination.verdict.suggestion
        line.verifiedBy = SMTPVerifier.descriptor.id
        line.steps = examination.steps
        return line
    }

    private func verify(_ inputs: [String], by session: Session, _ report: VerificationReport) async throws {
        let lines = inputs.map(judged)
        let maximum = try credits()
        let user = try session.actor(user)
        var random = SystemRandomNumberGenerator()
        let run = RunID(at: .current, using: &random)
        var requests: [DataRequest] = []
        var places: [Int] = []
        for (index, line) in lines.enumerated() {
            guard line.status == nil, let address = line.syntax.address else {
                report.take(line, at: index)
                continue
            }
            places.append(index)
            requests.append(
                try Session.verification(
                    of: address.display, team: session.team, user: user, run: run, isFresh: fresh,
                    maximumCredits: maximum))
        }
        let indices = places
        let (results, wasInterrupted) = try await session.verify(requests, atOnce: concurrency) { number, result in
            var line = lines[indices[number]]
            line.take(result, steps: session.examinations?.takeSteps(of: result.address) ?? [])
            report.take(line, at: indices[number])
        }
        if wasInterrupted { throw CommandFailure(.interrupted, "interrupted", isSilent: true) }
        if results.contains(where: { $0.outcome == .refused }) {
            throw CommandFailure(.refused, "the credit gate refused a verification", isSilent: output.json)
        }
        if !results.isEmpty, results.allSatisfy({ $0.outcome == .failed }) {
            throw CommandFailure(.providersFailed, "every verifier failed", isSilent: output.json)
        }
    }

    // MARK: Output

    private func show(_ line: VerificationLine, by lists: MailLists, on console: Console) {
        if output.json { return console.write(line.json(withSteps: explain, lists: lists).line) }
        var text = console.styled(line.input, .bold)
        if let status = line.status {
            text += "  \(console.styled(status.rawValue, style(of: status)))"
            if let reason = line.reason { text += " (\(reason.rawValue)\(line.verifiedBy.map { " by \($0)" } ?? ""))" }
        } else if let refusal = line.refusal {
            text += "  " + console.styled(ResultText.text(refusal), .bad)
        } else {
            text += "  " + (line.syntax.isAccepted ? "an address" : "no verdict")
        }
        if let suggestion = line.suggestion { text += ", did you mean \(suggestion)?" }
        let flags = line.flags(by: lists)
        if !flags.isEmpty { text += "  " + console.styled(flags.joined(separator: ", "), .dim) }
        if let credits = line.credits { text += "  \(credits.decimal) credits" }
        console.write(text)
        if let message = line.message { console.write("  \(message)") }
        guard explain else { return }
        for attempt in line.attempts {
            console.write("  \(attempt.provider): \(attempt.outcome.word)\(attempt.isCached ? ", cached" : "")")
        }
        for step in line.steps {
            for row in step.text.split(separator: "\n") { console.write("    \(row)") }
        }
    }

    private func style(of status: EmailStatus) -> Console.Style {
        switch status {
        case .verified: .good
        case .invalid, .bounced: .bad
        default: .notice
        }
    }
}

extension VerificationLine {
    /// Takes over what the verifiers said.
    fileprivate mutating func take(_ result: VerificationResult, steps: [SMTPStep]) {
        status = result.verdict?.status
        reason = result.verdict?.reason
        suggestion = result.verdict?.suggestion ?? (status == .verified ? nil : suggestion)
        verifiedBy = result.verdict?.verifiedBy
        credits = result.captured
        attempts = result.attempts
        refusal = result.refusal
        self.steps = steps
    }
}
