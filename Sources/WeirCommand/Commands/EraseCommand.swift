// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine

/// `weir contacts erase`: a person's data, out of everything that weir manages.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Remove people's data everywhere, and never ask for them again.",
        discussion: """
            Contacts, addresses, numbers, names, requests and raw replies are overwritten in the store's files; the \
            ledger's amounts stay. The person is put on the suppression list, as hashes. A backup keeps what it has: \
            `weir restore` erases from it again. Files that were exported are yours to delete.
            """)

    @Argument(help: "Contacts' ids.")
    var contacts: [String] = []
    @Option(help: "Everybody with this email address.")
    var email: String?
    @Option(help: "Everybody with this LinkedIn profile.")
    var linkedin: String?
    @Option(help: "Everybody with this phone number.")
    var phone: String?
    @Flag(help: "Do it; without this nothing is erased.")
    var yes = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        let ids = try contacts.map(ContactsCommand.id)
        let reader = PrivateValue(region: session.settings.region)
        let values = try [
            email.map { try reader.read($0, kind: .email) }, linkedin.map { try reader.read($0, kind: .linkedIn) },
            phone.map { try reader.read($0, kind: .phone) },
        ].compactMap(\.self)
        guard !ids.isEmpty || !values.isEmpty else {
            throw CommandFailure(.usage, "nobody is named", hint: "give ids, --email, --linkedin or --phone")
        }
        let store = try session.openStore()
        defer { store.close() }
        let found = try await people(ids, values, session, in: store)
        guard !found.isEmpty else {
            throw CommandFailure(.usage, "no contact is this", hint: "`weir contacts list` shows them")
        }
        guard yes else {
            throw CommandFailure(
                .usage, "\(found.count == 1 ? "1 person" : "\(found.count) people") would be erased, for good",
                hint: "--yes does it", details: found.map { "contact \($0)" })
        }
        try await settleOpenRequests(session, store)
        show(try await erase(found, session, in: store), session)
    }

    private func people(
        _ ids: [ContactID], _ values: [SuppressionValue], _ session: Session, in store: SQLiteStore
    ) async throws -> [ContactID] {
        do throws(JournalError) {
            var found: [ContactID] = []
            for id in ids where try await store.contact(id, team: session.team) != nil { found.append(id) }
            for value in values {
                for id in try await store.contacts(with: value, team: session.team) where !found.contains(id) {
                    found.append(id)
                }
            }
            return found
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Settles what an earlier process left open, which may be for one of the people.
    private func settleOpenRequests(_ session: Session, _ store: SQLiteStore) async throws {
        do {
            guard try await !store.unsettled().isEmpty else { return }
            try await Session.withLanes { lanes in
                try await session.engine(lanes: lanes, journal: store).running {}
            }
        } catch let error as JournalError {
            throw CommandFailure(error)
        } catch let error as EngineError {
            throw CommandFailure(error)
        }
    }

    private func erase(
        _ people: [ContactID], _ session: Session, in store: SQLiteStore
    ) async throws -> (people: Int, entries: Int) {
        let user = try session.actor(actor.user, needs: .admin)
        let result: ErasureResult
        do throws(JournalError) {
            result = try await store.erase(
                people, team: session.team, user: user, at: .current)
        } catch {
            throw CommandFailure(error)
        }
        switch result {
        case .erased(let people, let entries): return (people, entries)
        case .open(let count):
            throw CommandFailure(
                .store, "\(count) requests for these people are not settled; nothing was erased",
                hint: "run this again when they are over")
        }
    }

    private func show(_ done: (people: Int, entries: Int), _ session: Session) {
        let kept = copies(of: session.storePath)
        if output.json {
            let object = JSONValue.object([
                .init("erased", .integer(Int64(done.people))), .init("suppressed", .integer(Int64(done.entries))),
                .init("copies", .array(kept.map { .string($0) })),
            ])
            return session.console.write(object.line)
        }
        session.console.write("\(done.people) erased, \(done.entries) new entries in the suppression list")
        guard !kept.isEmpty else { return }
        session.console.complain("copies of the store that still have them; delete those that are not needed:")
        for path in kept { session.console.complain("  \(path)") }
    }

    /// Copies that weir itself made beside the store.
    private func copies(of path: String) -> [String] {
        let file = URL(fileURLWithPath: path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path)) ?? []
        return names.filter { $0.hasPrefix(file.lastPathComponent + ".before-") }.sorted()
    }
}
