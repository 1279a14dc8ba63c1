// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
// Exported, so that a program that adds a provider finds `ProviderCatalog.builtIn` by importing this module alone.
@_exported public import BuiltInProviders
public import Enrichment
internal import Foundation
package import SQLStore
package import WaterfallEngine

/// Makes what requests are written to of the store.
package typealias JournalMaker = @Sendable (SQLiteStore) -> any RequestJournal

/// The whole command line. A program of one's own has it with one more provider compiled in by one call:
/// `await Weir.main(providers: .builtIn.adding(.acme))`.
public enum Weir {
    /// The version that `--version` prints.
    public static let version = "0.1.0"

    /// Runs the process's arguments and exits with the command's code (`interfaces.md`, 2).
    public static func main(providers: ProviderCatalog = .builtIn) async {
        let code = await run(
            Array(CommandLine.arguments.dropFirst()), providers: providers,
            environment: ProcessInfo.processInfo.environment, recorder: nil)
        exit(code)
    }

    /// Runs a command line and returns its exit code.
    ///
    /// - Parameters:
    ///   - recorder: where output goes instead of the process's own, for tests.
    ///   - journal: what a run over a file writes to, for tests that take a protection of the store's away.
    static func run(
        _ arguments: [String], providers: ProviderCatalog, environment: [String: String],
        recorder: Console.Recorder?, journal: @escaping JournalMaker = { $0 }
    ) async -> Int32 {
        let surroundings = Surroundings(
            catalog: providers, environment: environment, recorder: recorder, journal: journal)
        return await Surroundings.$current.withValue(surroundings) {
            await run(arguments, in: surroundings)
        }
    }

    /// Runs the process's arguments with another journal, and returns the exit code.
    package static func run(_ arguments: [String], journal: @escaping JournalMaker) async -> Int32 {
        await run(
            arguments, providers: .builtIn, environment: ProcessInfo.processInfo.environment, recorder: nil,
            journal: journal)
    }

    private static func run(_ arguments: [String], in surroundings: Surroundings) async -> Int32 {
        let isJSON = arguments.contains("--json")
        let console = surroundings.console(
            isQuiet: arguments.contains("--quiet"), allowsColor: !arguments.contains("--no-color"))
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch let failure as CommandFailure {
            report(failure, isJSON: isJSON, on: console)
            return failure.code.rawValue
        } catch {
            let text = RootCommand.fullMessage(for: error)
            guard RootCommand.exitCode(for: error) != .success else {
                console.write(text)
                return 0
            }
            let failure = CommandFailure(.usage, text)
            if isJSON { console.write(failure.json.line) } else { console.complain(text) }
            return failure.code.rawValue
        }
    }

    private static func report(_ failure: CommandFailure, isJSON: Bool, on console: Console) {
        guard !failure.isSilent else { return }
        if isJSON {
            console.write(failure.json.line)
        } else {
            for line in failure.lines(on: console) { console.complain(line) }
        }
    }
}

/// What a command finds around it: the providers compiled in, the environment, where output goes.
struct Surroundings: Sendable {
    @TaskLocal static var current = Surroundings(catalog: .builtIn, environment: [:], recorder: nil)

    let catalog: ProviderCatalog
    let environment: [String: String]
    let recorder: Console.Recorder?
    var journal: JournalMaker = { $0 }

    func console(isQuiet: Bool, allowsColor: Bool) -> Console {
        if let recorder { return .recording(into: recorder) }
        return .standard(isQuiet: isQuiet, allowsColor: allowsColor, environment: environment)
    }
}
