// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Identity
internal import SQLStore
internal import Tables
internal import WaterfallEngine

extension AccountsCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take accounts from a CSV or JSON-lines file. It is free, and no provider overwrites it.",
            discussion: """
                Columns are found by their names, as `weir accounts export` and other tools write them. A row is about \
                the account whose id or domain it has; a domain that no account has makes one. A row that is wrong is \
                set aside and stops nothing. Importing an export changes nothing.
                """)

        @OptionGroup var options: ImportOptions
        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            let user = try session.actor(actor.user)
            try await options.run(session, output) { store, list in
                AccountTaker(
                    store: store, team: session.team, user: user, region: session.settings.region, list: list,
                    isDryRun: options.dryRun)
            }
        }
    }
}

/// Takes companies.
struct AccountTaker: RowTaker {
    let store: SQLiteStore
    let team: String
    let user: String
    let region: String?
    let list: String?
    let isDryRun: Bool

    static func column(named header: String) -> String? { AccountSheet.column(named: header) }

    func take(_ row: TableRow, _ reading: TableImport.Reading) async throws(JournalError) -> TableImport.Outcome {
        let values = row.values(reading)
        guard !values.isEmpty else { return .rejected("it is empty") }
        var edit: AccountEdit
        let known: AccountCard?
        do throws(RowProblem) {
            let domain = try Self.domain(values["domain"])
            known = try await self.known(id: values["id"], domain)
            edit = AccountEdit(try subject(of: known, domain), team: team, user: user, at: .current)
            try fill(&edit, values, row.rawValues(reading), known)
        } catch {
            return .rejected(error.message)
        }
        if let list, known?.lists.contains(list) != true { edit.addedLists.append(list) }
        if known != nil, edit.isEmpty { return .unchanged }
        if !isDryRun { _ = try await store.edit(edit) }
        return known == nil ? .created : .updated
    }

    private static func domain(_ text: String?) throws(RowProblem) -> String? {
        guard let text else { return nil }
        guard let domain = Domain(text) else {
            throw RowProblem(message: "domain: it is none; write it as example.com")
        }
        return domain.ascii
    }

    private func known(id: String?, _ domain: String?) async throws(RowProblem) -> AccountCard? {
        do throws(JournalError) {
            if let id = id.flatMap({ AccountID($0) }), let card = try await store.accountCard(id, team: team) {
                return card
            }
            guard let domain else { return nil }
            let found = try await store.accountCards(
                of: team, where: AccountFilter(domain: domain), after: nil, limit: 1)
            guard let account = found.first?.account.id else { return nil }
            return try await store.accountCard(account, team: team)
        } catch {
            throw RowProblem(message: error.detail)
        }
    }

    private func subject(of known: AccountCard?, _ domain: String?) throws(RowProblem) -> AccountEdit.Subject {
        if let known {
            guard domain == nil || known.account.domain == nil || known.account.domain == domain else {
                throw RowProblem(message: "domain: the account of this id has another")
            }
            return .account(known.account.id)
        }
        guard let domain else {
            throw RowProblem(message: "no account has its id, and without a domain none can be made")
        }
        var random = SystemRandomNumberGenerator()
        return .domain(domain, id: AccountID(at: .current, using: &random))
    }

    /// What the row changes.
    private func fill(
        _ edit: inout AccountEdit, _ values: [String: String], _ raw: [String: String], _ known: AccountCard?
    ) throws(RowProblem) {
        let old = known.map(AccountSheet.values) ?? [:]
        func changed(_ column: String) -> String? {
            guard let value = values[column], old[column] != value, old[column] != raw[column] else { return nil }
            return value
        }
        edit.name = changed("name")
        if let owner = changed("owner") { edit.owner = try RowProblem.name(owner, "an owner") }
        if let stage = changed("stage") { edit.stage = try RowProblem.name(stage, "a stage") }
        for text in AccountSheet.phones(in: changed("office_phones") ?? "") {
            guard let phone = SuppliedPhone.read(text, type: .office, region: region) else {
                throw RowProblem(
                    message: "office_phones: not a number: write it with its country code, such as +12025550143")
            }
            let isKnown = known?.account.officePhones.contains { $0.number == phone.number || $0.raw == text }
            if isKnown != true { edit.phones.append(phone) }
        }
        for text in (changed("lists") ?? "").split(separator: ";") {
            let name = try RowProblem.name(String(text), "a list")
            if known?.lists.contains(name) != true { edit.addedLists.append(name) }
        }
        if let note = values["note"], known?.notes.contains(where: { $0.text == note }) != true {
            guard note.utf8.count <= 16_384 else { throw RowProblem(message: "note: it has at most 16 KiB") }
            edit.note = note
        }
        for column in values.keys where column.hasPrefix(ContactSheet.fieldPrefix) {
            guard let value = changed(column) else { continue }
            let name = try RowProblem.name(String(column.dropFirst(ContactSheet.fieldPrefix.count)), "a field")
            edit.fields[name] = .some(value)
        }
    }
}
