// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import Verification

/// `weir lists`: the lists of mail domains, and newer ones where the user asks for them. Nothing is fetched otherwise.
struct ListsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists", abstract: "Show and update the lists of disposable and free mail domains.",
        subcommands: [Show.self, Update.self, Reset.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show where each list is from, and its size.")

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let installed = InstalledLists(environment: Surroundings.current.environment)
            ListsCommand.show(InstalledLists.Kind.allCases, of: installed, output)
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch the lists from where they are kept up, or read one from a file.",
            discussion: """
                The lists belong to their authors; `weir lists` shows sources and licences. They are kept in \
                $XDG_DATA_HOME/weir/lists (~/.local/share/weir/lists).

                Example: weir lists update disposable --from ./domains.txt
                """)

        @Argument(help: "disposable, free, or both where neither is named.")
        var list: InstalledLists.Kind?

        @Option(help: "A file or URL instead of the list's own source: a domain a line, or a JSON array.")
        var from: String?

        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard from == nil || list != nil else {
                throw CommandFailure(.usage, "--from goes with one list", hint: "name it: disposable or free")
            }
            let installed = InstalledLists(environment: Surroundings.current.environment)
            let kinds = list.map { [$0] } ?? InstalledLists.Kind.allCases
            for kind in kinds {
                let source = from ?? kind.source
                let bytes = try await ListSource(source, isChosen: from != nil).read()
                let list: DomainList
                do throws(DomainListError) { list = try DomainList(parsing: bytes) } catch {
                    throw CommandFailure(.usage, "\(source): \(error)")
                }
                try ListsCommand.keep(list, as: kind, in: installed)
                if list.rejected.count > 0 {
                    output.console.say("\(kind.rawValue): \(list.rejected.count) lines hold no domain, passed over")
                }
            }
            ListsCommand.show(kinds, of: installed, output)
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go back to the lists that came with the program.")

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let installed = InstalledLists(environment: Surroundings.current.environment)
            for kind in InstalledLists.Kind.allCases {
                do { try installed.remove(kind) } catch {
                    throw CommandFailure(.usage, "\(installed.file(of: kind).path) can't be removed")
                }
            }
            ListsCommand.show(InstalledLists.Kind.allCases, of: installed, output)
        }
    }

    private static func keep(
        _ list: DomainList, as kind: InstalledLists.Kind, in installed: InstalledLists
    ) throws {
        do { try installed.keep(list, as: kind) } catch {
            throw CommandFailure(
                .usage, "\(installed.folder.path) can't be written to", hint: "set XDG_DATA_HOME to a folder that can")
        }
    }

    private static func show(
        _ kinds: [InstalledLists.Kind], of installed: InstalledLists, _ output: OutputOptions
    ) {
        let rows = kinds.map { kind in
            let fetched = installed.fetched(kind)
            return (
                kind: kind, count: (fetched?.list ?? kind.builtIn).count,
                fetchedAt: fetched?.at.map { Timestamp(microseconds: Int64($0.timeIntervalSince1970 * 1_000_000)) }
            )
        }
        if output.json {
            let objects = rows.map { row in
                JSONValue.object([
                    .init("list", .string(row.kind.rawValue)), .init("domains", .integer(Int64(row.count))),
                    .init("fetched_at", .text(row.fetchedAt?.iso8601)), .init("source", .string(row.kind.source)),
                    .init("licence", .string(row.kind.licence)),
                ])
            }
            return output.console.write(JSONValue.array(objects).line)
        }
        var table = TextTable("list", "domains", "as of", "licence", "source")
        for row in rows {
            table.add(
                .init(row.kind.rawValue), .init("\(row.count)"),
                .init(row.fetchedAt.map { "\($0.date)" } ?? "this version"), .init(row.kind.licence),
                .init(row.kind.source))
        }
        for line in table.lines(on: output.console) { output.console.write(line) }
    }
}

extension InstalledLists.Kind: ExpressibleByArgument {}
