// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension ContactsCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one contact: its data, what they cost and where they came from, and every attempt.")

        @Argument(help: "The contact's id.")
        var contact: String

        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try ContactsCommand.id(contact)
            let session = try Session.load(config, output)
            let found = try await session.withStore { store throws(JournalError) -> (ContactCard, [Attempt])? in
                guard let card = try await store.card(id, team: session.team) else { return nil }
                return (card, try await store.attempts(for: id, team: session.team))
            }
            guard let (card, attempts) = found else { throw ContactsCommand.unknown }
            if output.json { return session.console.write(card.json(attempts: attempts).line) }
            if card.contact.id != id { session.console.say("merged into \(card.contact.id)") }
            for line in CardText(console: session.console).lines(card, attempts) { session.console.write(line) }
        }
    }
}

/// A contact or an account as a person reads it.
struct CardText {
    let console: Console

    func lines(_ card: ContactCard, _ attempts: [Attempt]) -> [String] {
        let (contact, account) = (card.contact, card.account)
        let company = account.flatMap { $0.name ?? $0.domain }
        let head = [contact.fullName, contact.title, company].compactMap(\.self).joined(separator: ", ")
        var data = TextTable("", "value", "status", "from", "found", "credits")
        for email in contact.emails { add(email, of: card, to: &data) }
        for phone in contact.phones {
            let price = card.prices.price(of: phone, among: contact.phones)
            add(phone, phone.type.rawValue, price: price.decimal, to: &data)
        }
        for phone in account?.officePhones ?? [] { add(phone, "office phone", price: "free", to: &data) }
        var table = TextTable("when", "step", "provider", "outcome", "why", "vendor cost")
        for attempt in attempts {
            table.add(
                .init(attempt.startedAt.iso8601), .init(attempt.capability.rawValue), .init(attempt.provider.rawValue),
                .init(attempt.outcome.word), .init(attempt.outcome.reason ?? ""),
                .init(attempt.billedCost.map(ResultText.text) ?? ""))
        }
        var facts = facts(owner: card.owner, stage: card.stage, lists: card.lists, fields: card.fields)
        if let url = contact.linkedInURL { facts.insert(("linkedin", url), at: 0) }
        if card.isAmbiguous { facts.append(("note", "several contacts fitted when this one was made")) }
        if !card.merged.isEmpty {
            facts.append(("merged", card.merged.map(\.description).joined(separator: ", ")))
        }
        return [console.styled(head, .bold)] + text(facts) + [""] + data.lines(on: console, indent: "  ")
            + text(card.notes) + (table.isEmpty ? [] : [""] + table.lines(on: console, indent: "  "))
    }

    func lines(_ card: AccountCard) -> [String] {
        let account = card.account
        let head = [account.name, account.domain].compactMap(\.self).joined(separator: ", ")
        var facts = facts(owner: card.owner, stage: card.stage, lists: card.lists, fields: card.fields)
        facts.append(("contacts", "\(card.contacts)"))
        var data = TextTable("", "value", "status", "from", "found", "credits")
        for phone in account.officePhones { add(phone, "office phone", price: "free", to: &data) }
        return [console.styled(head, .bold)] + text(facts)
            + (data.isEmpty ? [] : [""] + data.lines(on: console, indent: "  ")) + text(card.notes)
    }

    private func facts(
        owner: String?, stage: String?, lists: [String], fields: [CustomField]
    ) -> [(String, String)] {
        var facts: [(String, String)] = []
        if let owner { facts.append(("owner", owner)) }
        if let stage { facts.append(("stage", stage)) }
        if !lists.isEmpty { facts.append(("lists", lists.joined(separator: ", "))) }
        return facts + fields.map { ($0.name, $0.value) }
    }

    private func text(_ facts: [(String, String)]) -> [String] {
        facts.map { "  \(console.styled($0.0, .dim))  \($0.1)" }
    }

    private func text(_ notes: [CardNote]) -> [String] {
        notes.isEmpty ? [] : [""] + notes.map { "  \(console.styled("\($0.at.date) \($0.user):", .dim)) \($0.text)" }
    }

    private func add(_ email: ContactEmail, of card: ContactCard, to table: inout TextTable) {
        let price = (card.prices.emails[email.address] ?? .zero) + (card.prices.verifications[email.address] ?? .zero)
        table.add(
            "email", .init(email.status == .locked ? "withheld" : email.address, .bold),
            .init(words(of: email, suppliedAs: card.suppliedStatuses[email.address])),
            .init(source(email.provider, isSupplied: email.status == .userManaged)), .init(email.foundAt.date),
            .init(price.decimal))
    }

    /// `user_managed (not_verified), verified (mailbox_exists) by zerobounce on 2026-03-10`.
    private func words(of email: ContactEmail, suppliedAs supplied: EmailStatus?) -> String {
        var status = "\(email.status.rawValue) (\(email.reason.rawValue))"
        if let supplied { status += ", supplied as \(supplied.rawValue)" }
        guard let kept = email.verdict else { return status }
        let verdict = "\(kept.verdict.status.rawValue) (\(kept.verdict.reason.rawValue))"
        return "\(status), \(verdict) by \(kept.verifiedBy) on \(kept.judgedAt.date)"
    }

    private func add(_ phone: ContactPhone, _ label: String, price: String, to table: inout TextTable) {
        let number = phone.number.map { $0.e164 + ($0.extension.map { " ext. \($0)" } ?? "") } ?? phone.raw
        let dnc = phone.doNotCall == .listed ? ", do not call" : ""
        table.add(
            .init(label), .init(number, .bold), .init(phone.status.rawValue + dnc),
            .init(source(phone.provider, isSupplied: phone.isSupplied)), .init(phone.foundAt.date), .init(price))
    }

    private func source(_ provider: ProviderID?, isSupplied: Bool) -> String {
        guard let provider else { return "you" }
        return isSupplied ? "you, by \(provider)" : provider.rawValue
    }
}
