// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Bounces
internal import CurlMail
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine

/// `weir bounce`: what came back.
struct BounceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounce", abstract: "Read what came back, and refund by the rule.", subcommands: [Import.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read bounce mails and events: files, folders, mbox, maildir, or the mailbox of `mail: imap:`.",
            discussion: """
                A hard bounce takes its address out of use; one of a message that `weir send` has sent is refunded with the \
                next billing cycle, where the address was charged no more than thirty days before the message. Reading \
                the same report again changes nothing.
                """)

        @Argument(help: "Mails, mbox files, maildirs, folders, or webhooks' JSON; - for one mail on standard input.")
        var paths: [String] = []

        @Flag(help: "Read the mailbox of `mail: imap:` in the configuration, from where the last run ended.")
        var imap = false

        @Flag(name: .customLong("dry-run"), help: "Say what each recipient's report means, and change nothing.")
        var dryRun = false

        @OptionGroup var actor: ActorOptions
        @OptionGroup var config: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard imap || !paths.isEmpty else {
                throw CommandFailure(.usage, "there is nothing to read", hint: "name files, or use --imap")
            }
            if dryRun, !imap {
                var run = BounceRun(console: output.console, isJSON: output.json, isDry: true)
                for path in paths { try await run.read(path) { _, _ in nil } }
                return try run.finish()
            }
            let session = try Session.load(config, output)
            var run = BounceRun(console: session.console, isJSON: output.json, isDry: dryRun)
            let mailing = Mailing(session.configuration)
            if dryRun {
                for path in paths { try await run.read(path) { _, _ in nil } }
                try await readMailbox(mailing, store: nil, team: session.team, &run) { _, _ in nil }
                return try run.finish()
            }
            let store = try session.openStore()
            defer { store.close() }
            let (team, user) = (session.team, try session.actor(actor.user))
            let plan = session.settings.plan
            let report = { (report: BounceReport, moment: Timestamp) async throws -> RefundClaim? in
                guard
                    let notice = report.notice(
                        team: team, user: user, message: report.returnPath.flatMap(mailing.token), at: moment)
                else { return nil }
                do throws(JournalError) {
                    return try await store.report(notice, plan: plan)
                } catch {
                    throw CommandFailure(error)
                }
            }
            for path in paths { try await run.read(path, report) }
            if imap { try await readMailbox(mailing, store: store, team: team, &run, report) }
            try run.finish()
        }

        /// Reads what arrived since the last time. A message is done with once it was decided about.
        private func readMailbox(
            _ mailing: Mailing, store: SQLiteStore?, team: String, _ run: inout BounceRun,
            _ report: BounceRun.Keep
        ) async throws {
            let (host, name) = try mailing.mailbox()
            let thread = MailThread(name: "weir-mail")
            defer { thread.stop() }
            let reader = MailboxReader(host, mailbox: name, on: thread)
            let box = "imap://\(host.host)/\(name)"
            do {
                var place = try await store?.place(in: box, team: team)
                    .map { MailboxPosition(uidValidity: $0.validity, uid: $0.last) }
                var hasMore = true
                while hasMore {
                    let listing = try await reader.messages(after: place)
                    if listing.isRenumbered {
                        run.note("the mailbox was numbered anew: it is read from its beginning")
                    }
                    for entry in listing.entries {
                        let mail = "\(box);UID=\(entry.position.uid)"
                        switch try await reader.message(at: entry.position) {
                        case .whole(let bytes): try await run.take(bytes, from: mail, report)
                        case .oversize(let size): run.setAside(mail, "it has \(size) bytes, more than a bounce has")
                        case .gone: break
                        }
                        place = entry.position
                        try await store?.keep(
                            MailboxPlace(validity: entry.position.uidValidity, last: entry.position.uid), in: box,
                            team: team)
                    }
                    hasMore = listing.hasMore
                }
                await reader.close()
            } catch let error as MailFailure {
                throw CommandFailure(
                    .providersFailed, "the mailbox can't be read: \(error.text)",
                    hint: "what was read is kept; run it again to go on")
            } catch let error as JournalError {
                throw CommandFailure(error)
            }
        }
    }
}

extension BounceReport {
    /// What the store is told; nil where nothing bounced, or nobody is named.
    func notice(team: String, user: String, message token: String?, at moment: Timestamp) -> BounceNotice? {
        guard let recipient, let kind = bounceClass.stored else { return nil }
        return BounceNotice(
            id: BounceNotice.id(of: reportID, address: recipient, class: kind, status: status), team: team, user: user,
            message: token.flatMap { MessageID($0) }, headerID: originalMessageID, address: recipient, class: kind,
            status: status, code: code, reason: reason.rawValue, bouncedAt: min(arrivedAt ?? moment, moment),
            receivedAt: moment)
    }
}

extension BounceClass {
    fileprivate var stored: BounceNotice.Class? {
        switch self {
        case .hard: .hard
        case .soft: .soft
        case .none: nil
        }
    }
}
