// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `weir man`: the manual page.
struct ManCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Print the manual page; `weir man | man -l -` shows it.",
        discussion: "The page is made of the same definitions as the help, in roff.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let text = try ManualPage().roff
        output.console.write(String(text.dropLast()))
    }
}
