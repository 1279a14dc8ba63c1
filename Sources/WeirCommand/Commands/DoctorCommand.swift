// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import Verification
internal import WaterfallEngine
internal import WeirConfiguration

/// `weir doctor`: what is missing, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is missing: configuration, keys, store, disk, clock, and the way to mail hosts.")

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    /// One thing that was looked at.
    struct Finding {
        enum State: String {
            case good, notice, bad
        }

        var subject: String
        var state: State
        var text: String
    }

    func run() async throws {
        var findings: [Finding] = []
        let console = output.console
        do {
            let file = try ConfigurationFile.find(config)
            let loaded = file.load()
            findings.append(Self.configuration(loaded, at: file.path))
            if !loaded.hasErrors {
                let session = Session(configuration: loaded, console: console)
                findings += Self.keys(session)
                findings += await Self.store(session)
                findings += try await Self.accounts(session)
                if session.namedProviders.contains(SMTPVerifier.descriptor.id) {
                    findings += await MailFindings.look(with: loaded.smtp)
                }
            }
        } catch let failure as CommandFailure {
            findings.append(
                Finding(
                    subject: "configuration", state: .bad,
                    text: failure.message + (failure.hint.map { ": \($0)" } ?? "")))
        }
        findings.append(Self.clock())
        show(findings, on: console)
        if findings.contains(where: { $0.state == .bad }) { throw ExitCode(1) }
    }

    private func show(_ findings: [Finding], on console: Console) {
        if output.json {
            let rows = findings.map { finding in
                JSONValue.object([
                    .init("subject", .string(finding.subject)), .init("state", .string(finding.state.rawValue)),
                    .init("text", .string(finding.text)),
                ])
            }
            return console.write(JSONValue.array(rows).line)
        }
        var table = TextTable("", "what", "finding")
        for finding in findings {
            let (mark, style): (String, Console.Style) =
                switch finding.state {
                case .good: ("ok", .good)
                case .notice: ("note", .notice)
                case .bad: ("mend", .bad)
                }
            table.add(.init(mark, style), .init(finding.subject), .init(finding.text))
        }
        for line in table.lines(on: console) { console.write(line) }
    }

    private static func configuration(_ loaded: LoadedConfiguration, at path: String) -> Finding {
        let errors = loaded.diagnostics.count { $0.severity == .error }
        let warnings = loaded.diagnostics.count - errors
        return Finding(
            subject: "configuration", state: errors > 0 ? .bad : warnings > 0 ? .notice : .good,
            text: errors + warnings == 0
                ? path : "\(path): \(errors) errors, \(warnings) warnings; `weir config check` shows them")
    }

    private static func keys(_ session: Session) -> [Finding] {
        let named = session.namedProviders
        let missing = named.filter { id in
            let needs = (Surroundings.current.catalog[id]?.descriptor.authentication ?? .none) != .none
            return needs && session.settings.providers[id]?.keys.isEmpty ?? true
        }
        guard !missing.isEmpty else {
            return [Finding(subject: "keys", state: .good, text: "every provider that needs one has one")]
        }
        return missing.map { id in
            Finding(
                subject: "keys", state: .notice,
                text: "\(id) is skipped: set \(id.rawValue.uppercased())_API_KEY, or api_key: in the configuration")
        }
    }

    private static func store(_ session: Session) async -> [Finding] {
        do {
            let report = try await session.withStore { store throws(JournalError) in try await store.verify() }
            let isClean = report.violations.isEmpty
            return [
                Finding(
                    subject: "store", state: isClean ? .good : .bad,
                    text: isClean
                        ? "\(session.storePath): \(report.transfers) transfers, all invariants hold"
                        : "\(report.violations.count) invariants are broken; `weir ledger verify` names them")
            ] + disk(session.storePath)
        } catch let failure as CommandFailure {
            return [
                Finding(
                    subject: "store", state: .bad, text: "\(failure.message): \(failure.details.joined(separator: " "))"
                )
            ]
        } catch {
            return [Finding(subject: "store", state: .bad, text: "it can't be opened")]
        }
    }

    private static func disk(_ path: String) -> [Finding] {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard let free = try? FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber
        else {
            return []
        }
        let megabytes = free.int64Value / 1_048_576
        return [
            Finding(
                subject: "disk", state: megabytes < 512 ? .bad : .good, text: "\(megabytes) MiB free beside the store")
        ]
    }

    private static func accounts(_ session: Session) async throws -> [Finding] {
        let store = try session.openStore()
        defer { store.close() }
        return try await Session.withLanes { lanes in
            let engine = session.engine(lanes: lanes, journal: store)
            var findings: [Finding] = []
            for provider in session.namedProviders {
                let checks = await engine.checkAccounts(of: provider, on: lanes[0], within: .seconds(10))
                for (index, check) in checks.enumerated() {
                    let subject = provider.rawValue + (checks.count > 1 ? ", key \(index + 1)" : "")
                    switch check {
                    case .working(let account):
                        let left = account.remaining.map(\.description).joined(separator: ", ")
                        let text = "the key works" + (left.isEmpty ? "" : ", \(left) left")
                        findings.append(Finding(subject: subject, state: .good, text: text))
                    case .failed(let error):
                        findings.append(Finding(subject: subject, state: .bad, text: Story.why(error.kind)))
                    case .notOffered, .notUsable: break
                    }
                }
            }
            return findings
        }
    }

    /// A clock that is far off makes cycles, refunds and rate limits wrong: it can be no older than this version.
    private static func clock() -> Finding {
        let built = CivilDate(year: 2026, month: 11, day: 1).startsAt
        let now = Timestamp.current
        return now < built
            ? Finding(subject: "clock", state: .bad, text: "it says \(now.date), which is before this version was made")
            : Finding(subject: "clock", state: .good, text: "\(now.iso8601) (UTC)")
    }
}
