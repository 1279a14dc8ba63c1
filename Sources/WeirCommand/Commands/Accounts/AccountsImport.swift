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
        let domain: String?
        do throws(RowProblem) { domain = try Self.domain(values["domain"]) } catch { return .rejected(error.message) }
        let known = try await known(id: values["id"], domain)
        let changes = RowChanges(
            values: values, raw: row.rawValues(reading), old: known.map(AccountSheet.values) ?? [:])
        var edit: AccountEdit
        do throws(RowProblem) {
            edit = AccountEdit(try subject(of: known, domain), team: team, user: user, at: .current)
            try fill(&edit, changes, known)
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

    /// The account that a row is about: by its id where the store has it, else by its domain.
    private func known(id: String?, _ domain: String?) async throws(JournalError) -> AccountCard? {
        if let id = id.flatMap({ AccountID($0) }), let card = try await store.accountCard(id, team: team) {
            return card
        }
        guard let domain else { return nil }
        let found = try await store.accountCards(
            of: team, where: AccountFilter(domain: domain), after: nil, limit: 1)
        guard let account = found.first?.account.id else { return nil }
        return try await store.accountCard(account, team: team)
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
        _ edit: inout AccountEdit, _ changes: RowChanges, _ known: AccountCard?
    ) throws(RowProblem) {
        edit.name = changes.value("name")
        if let owner = changes.value("owner") { edit.owner = try RowProblem.name(owner, "an owner") }
        if let stage = changes.value("stage") { edit.stage = try RowProblem.name(stage, "a stage") }
        for text in AccountSheet.phones(in: changes.value("office_phones") ?? "") {
            guard let phone = SuppliedPhone.read(text, type: .office, region: region) else {
                throw RowProblem(
                    message: "office_phones: not a number: write it with its country code, such as +12025550143")
            }
            let isKnown = known?.account.officePhones.contains { $0.number == phone.number || $0.raw == text }
            if isKnown != true { edit.phones.append(phone) }
        }
        edit.addedLists = try changes.lists(besides: known?.lists ?? [])
        edit.note = try changes.note(besides: known?.notes.map(\.text) ?? [])
        edit.fields = try changes.fields()
    }
}
