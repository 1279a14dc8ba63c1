// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import SQLStore
internal import WaterfallEngine

/// `weir backup`: a checked copy of the store, while others work with it.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the store to a file, and check the copy; others may write meanwhile.",
        discussion: """
            The copy holds personal data, readable by you alone. Keep the file whose name ends with -erasures, beside \
            the store, with your backups: it lets a backup forget whom the store was told to forget.
            """)

    @Argument(help: "The file to write.", completion: .file())
    var out: String
    @Flag(help: "Replace the file where it is there.")
    var force = false
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        guard force || !FileManager.default.fileExists(atPath: out) else {
            throw CommandFailure(.usage, "\(out) is there already", hint: "--force replaces it")
        }
        guard
            URL(fileURLWithPath: out).standardizedFileURL != URL(fileURLWithPath: session.storePath).standardizedFileURL
        else { throw CommandFailure(.usage, "this is the store itself", hint: "give another file") }
        let report = try Self.backUp(session.storePath, to: out)
        if output.json {
            let object = JSONValue.object([
                .init("file", .string(out)), .init("bytes", .integer(Int64(report.bytes))),
                .init("version", .integer(report.version)),
                .init("transfers", report.transfers.map { .integer(Int64($0)) } ?? .null),
            ])
            return session.console.write(object.line)
        }
        let ledger = report.transfers.map { "\($0) transfers, all invariants hold" } ?? "an earlier version"
        session.console.write("\(report.bytes) bytes, version \(report.version): \(ledger)")
    }

    static func backUp(_ path: String, to file: String) throws -> SQLiteStore.BackupReport {
        do throws(JournalError) {
            return try SQLiteStore.backUp(path, to: file)
        } catch {
            throw CommandFailure(
                .store, "the store can't be backed up; no file was left behind", details: [error.detail])
        }
    }
}

/// `weir restore`: a backup in the store's place.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of the store, which is kept beside it.",
        discussion: """
            The backup is checked and brought to this version first, and whoever was erased since it was made is \
            erased from it. The store that was there gets a name that ends with before-restore and the time; what is \
            erased later is not erased there, so delete it when the backup has proved good.
            """)

    @Argument(help: "The backup.", completion: .file())
    var backup: String
    @Flag(help: "Do it, where there is a store already.")
    var yes = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        guard yes || !FileManager.default.fileExists(atPath: session.storePath) else {
            throw CommandFailure(
                .usage, "there is a store already; it would be set aside", hint: "--yes puts the backup in its place")
        }
        let user = try session.actor(actor.user, needs: .admin)
        let report: SQLiteStore.RestoreReport
        do throws(JournalError) {
            report = try SQLiteStore.restore(
                backup, to: session.storePath, stamp: .stamp, user: user, at: .current)
        } catch  where error.kind == .locked {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure(.store, "the backup was not put back; the store is as it was", details: [error.detail])
        }
        if output.json {
            let object = JSONValue.object([
                .init("version", .integer(report.version)), .init("erased_again", .integer(Int64(report.erasedAgain))),
                .init("set_aside", .text(report.setAside)), .init("transfers", .integer(Int64(report.transfers))),
            ])
            return session.console.write(object.line)
        }
        session.console.write(
            "restored from version \(report.version): \(report.transfers) transfers, all invariants hold; "
                + "\(report.erasedAgain) erased again")
        if let aside = report.setAside { session.console.say("the store that was there is \(aside)") }
    }
}

/// `weir migrate`: the store's tables at this program's version.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the store to this version, after a backup.",
        discussion: "Every command that opens the store does this too, without a backup.")

    @Flag(name: .customLong("no-backup"), help: "Make no backup first.")
    var noBackup = false
    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try Session.load(config, output)
        let path = session.storePath
        let (found, current): (Int64, Int64)
        do throws(JournalError) { (found, current) = try SQLiteStore.version(of: path) } catch {
            throw CommandFailure(error)
        }
        var backup: String?
        if found < current, !noBackup {
            let file = "\(path).before-version-\(current)-\(String.stamp)"
            _ = try BackupCommand.backUp(path, to: file)
            backup = file
            session.console.say("backed up to \(file)")
        }
        let report = try await session.withStore { store throws(JournalError) in try await store.verify() }
        guard report.violations.isEmpty else {
            throw CommandFailure(.store, "the ledger does not hold", details: report.violations)
        }
        if output.json {
            let object = JSONValue.object([
                .init("from", .integer(found)), .init("to", .integer(current)), .init("backup", .text(backup)),
            ])
            return session.console.write(object.line)
        }
        session.console.write(
            found == current
                ? "version \(current): nothing to do" : "from version \(found) to \(current): all invariants hold")
    }
}

extension String {
    /// Now, as the end of a file's name: `20260310-120000`.
    fileprivate static var stamp: String {
        String(Timestamp.current.iso8601.filter { $0.isNumber || $0 == "T" }).replacingOccurrences(of: "T", with: "-")
    }
}
