// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Testing

@testable import WeirCommand

/// The help texts as users read them. `WEIR_WRITE=1` writes them anew; a change is then seen in the review.
@Suite struct HelpTests {
    static let commands: [String] = ["weir"] + RootCommand.configuration.subcommands.map(name)

    @Test(arguments: commands)
    func `help is as it was reviewed`(command: String) throws {
        let types: [any ParsableCommand.Type] = [RootCommand.self] + RootCommand.configuration.subcommands
        let type = try #require(types.first { Self.name($0) == command })
        let text = RootCommand.helpMessage(for: type, columns: 100) + "\n"
        if ProcessInfo.processInfo.environment["WEIR_WRITE"] == "1" {
            try text.write(to: Self.source(command), atomically: true, encoding: .utf8)
            return
        }
        let golden = try #require(Bundle.module.url(forResource: command, withExtension: "txt", subdirectory: "Golden"))
        #expect(try String(contentsOf: golden, encoding: .utf8) == text, "WEIR_WRITE=1 writes it anew")
    }

    @Test func `every command's help says what it is for, and is short`() {
        for command in RootCommand.configuration.subcommands {
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            #expect(RootCommand.helpMessage(for: command, columns: 100).split(separator: "\n").count < 80)
        }
    }

    private static func name(_ command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }

    private static func source(_ command: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(command).txt")
    }
}
