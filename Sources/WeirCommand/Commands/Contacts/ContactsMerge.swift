// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import SQLStore
internal import WaterfallEngine

extension ContactsCommand {
    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make one contact of two that are one person. Charges stay, and nothing is refunded.")

        @Argument(help: "The contact that stands for both.")
        var winner: String

        @Argument(help: "The contact that is merged into it.")
        var loser: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var random = SystemRandomNumberGenerator()
            let moment = Timestamp.current
            let session = try Session.load(config, output)
            let merge = ContactMerge(
                id: Identifier(at: moment, using: &random), team: session.team, user: try session.actor(actor.user),
                winner: try ContactsCommand.id(winner), loser: try ContactsCommand.id(loser), at: moment)
            try await ContactsCommand.change(session) { store throws(JournalError) in try await store.merge(merge) }
            if output.json {
                return session.console.write(
                    JSONValue.object([
                        .init("merge", .string(merge.id.description)),
                        .init("winner", .string(merge.winner.description)),
                        .init("loser", .string(merge.loser.description)),
                    ]).line)
            }
            session.console.say("merged; `weir contacts unmerge \(merge.id)` takes it back")
            session.console.write(merge.id.description)
        }
    }

    struct Unmerge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a merge back: both contacts are as they were, and what came since stays with the winner.")

        @Argument(help: "The merge's id, or that of the contact that was merged into another.")
        var id: String

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let merge = Identifier<ContactMerge>(id), let contact = ContactID(id) else {
                throw CommandFailure(.usage, "that is not the id of a merge or a contact")
            }
            let session = try Session.load(config, output)
            let (team, user) = (session.team, try session.actor(actor.user))
            let isDone = try await ContactsCommand.change(session) { store throws(JournalError) in
                if try await store.undo(merge, team: team, user: user, at: .current) { return true }
                let merges = try await store.merges(of: contact, team: team)
                guard let last = merges.first(where: { $0.undoneAt == nil && $0.merge.loser == contact }) else {
                    return false
                }
                return try await store.undo(last.merge.id, team: team, user: user, at: .current)
            }
            guard isDone else {
                throw CommandFailure(
                    .usage, "no standing merge has this id", hint: "`weir contacts show` names who was merged")
            }
            session.console.say("taken back")
        }
    }
}
