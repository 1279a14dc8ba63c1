// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import Verification
internal import WaterfallEngine

extension ContactsCommand {
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Edit a contact. It is free, and no provider overwrites it.")

        @Argument(help: "The contact's id.")
        var contact: String

        @Option(name: .customLong("first-name"), help: "The first name.")
        var firstName: String?

        @Option(name: .customLong("last-name"), help: "The last name.")
        var lastName: String?

        @Option(help: "The title.")
        var title: String?

        @Option(help: "Whose contact it is.")
        var owner: String?

        @Option(help: "How far things are with it.")
        var stage: String?

        @Option(help: "The LinkedIn profile.")
        var linkedin: String?

        @Option(help: "An email address, kept beside what providers find.")
        var email: String?

        @Option(help: "A number, kept beside what providers find.")
        var phone: String?

        @Option(name: .customLong("phone-type"), help: "mobile, direct, office, home or other.")
        var phoneType: String?

        @Option(help: "A field of your own, such as segment=mid-market. May be repeated.")
        var field: [String] = []

        @Option(help: "A remark.")
        var note: String?

        @Option(help: "A field to clear: first_name, last_name, title, linkedin, owner, stage, or one of your own.")
        var unset: [String] = []

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try Session.load(config, output)
            var edit = ContactEdit(
                .contact(try ContactsCommand.id(contact)), team: session.team, user: try session.actor(actor.user),
                at: .current)
            edit.values = try values()
            if let email { edit.emails = [try Words.email(email)] }
            if let phone {
                edit.phones = [try SuppliedPhone.read(phone, type: phoneType, region: session.settings.region)]
            }
            let custom = unset.filter { ContactField(rawValue: $0) == nil }
            edit.fields = try Words.fields(set: field, unset: custom)
            edit.note = try note.map { try Words.text($0, "a note") }
            guard !edit.isEmpty else {
                throw CommandFailure(.usage, "nothing to edit was given", hint: "weir contacts edit ID --owner ann")
            }
            let change = edit
            let card = try await ContactsCommand.change(session) { store throws(JournalError) in
                try await store.edit(change)
            }
            guard let card else { throw ContactsCommand.unknown }
            if output.json { return session.console.write(card.json(attempts: []).line) }
            for line in CardText(console: session.console).lines(card, []) { session.console.write(line) }
        }

        private func values() throws -> [ContactField: String?] {
            var values: [ContactField: String?] = [:]
            for name in unset {
                if let field = ContactField(rawValue: name) { values[field] = .some(nil) }
            }
            if let firstName { values[.firstName] = try Words.name(firstName, "a first name") }
            if let lastName { values[.lastName] = try Words.name(lastName, "a last name") }
            if let title { values[.title] = try Words.text(title, "a title") }
            if let owner { values[.owner] = try Words.name(owner, "an owner") }
            if let stage { values[.stage] = try Words.name(stage, "a stage") }
            if let linkedin { values[.linkedIn] = try Words.profile(linkedin) }
            return values
        }
    }

    struct Tag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put contacts on lists, or take them off.")

        @Argument(help: "The contacts' ids.")
        var contacts: [String]

        @OptionGroup var lists: ListOptions

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let ids = try contacts.map(ContactsCommand.id)
            let (added, removed) = try lists.read(for: "contacts")
            let session = try Session.load(config, output)
            let (team, user) = (session.team, try session.actor(actor.user))
            let cards = try await ContactsCommand.change(session) { store throws(JournalError) in
                var cards: [ContactCard] = []
                for id in ids {
                    let edit = ContactEdit(
                        .contact(id), team: team, user: user, at: .current, addedLists: added, removedLists: removed)
                    if let card = try await store.edit(edit) { cards.append(card) }
                }
                return cards
            }
            guard cards.count == ids.count else { throw ContactsCommand.unknown }
            if output.json {
                return session.console.write(JSONValue.array(cards.map { $0.json(attempts: []) }).line)
            }
            for card in cards {
                session.console.write("\(card.contact.id)  \(card.lists.joined(separator: ", "))")
            }
        }
    }
}

/// The lists that contacts or accounts are put on, or taken off.
struct ListOptions: ParsableArguments {
    @Option(help: "A list to put them on. May be repeated.")
    var add: [String] = []

    @Option(help: "A list to take them off. May be repeated.")
    var remove: [String] = []

    /// - Parameter subject: the command, for its hint.
    func read(for subject: String) throws -> (added: [String], removed: [String]) {
        let added = try add.map { try Words.name($0, "a list") }
        guard !added.isEmpty || !remove.isEmpty else {
            throw CommandFailure(.usage, "--add or --remove is missing", hint: "weir \(subject) tag ID --add spring")
        }
        return (added, remove)
    }
}

/// Numbers that users supply.
enum SuppliedPhone {
    /// - Parameter region: the country of numbers without a country code.
    static func read(_ text: String, type: String?, region: String?) throws -> ContactPhone {
        var kind = PhoneType.mobile
        if let type {
            guard let read = PhoneType(rawValue: type) else {
                let types = PhoneType.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "--phone-type takes \(types)")
            }
            kind = read
        }
        guard let phone = read(text, type: kind, region: region) else {
            throw CommandFailure(
                .usage, "--phone takes a number with its country code, such as +12025550143",
                hint: "`region:` in the configuration says where others are from")
        }
        return phone
    }

    /// Nil where the text is no number.
    static func read(_ text: String, type: PhoneType, region: String?) -> ContactPhone? {
        let verdict = LibPhoneNumber(defaultRegion: region).verdict(on: PhoneCandidate(text, type: type))
        guard let number = verdict.number else { return nil }
        return ContactPhone(
            number: number, raw: text, type: type, status: verdict.status, isSupplied: true, foundAt: .current)
    }
}
