// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Testing

@testable import WeirCommand

/// The manual page names all that the help does, and holds nothing that roff would read otherwise.
@Suite struct ManualPageTests {
    /// Every command but the one that is the argument parser's own, with its path.
    static let commands: [(path: String, type: any ParsableCommand.Type)] = children(of: RootCommand.self, at: "weir")

    private static func children(
        of parent: any ParsableCommand.Type, at path: String
    ) -> [(path: String, type: any ParsableCommand.Type)] {
        parent.configuration.subcommands.flatMap { type in
            let own = "\(path) \(type.configuration.commandName ?? type._commandName)"
            return [(own, type)] + children(of: type, at: own)
        }
    }

    /// The page's text without its escapes.
    private func plain(_ roff: String) -> String {
        var text = roff
        for (escape, character) in [
            ("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\(ti", "~"),
            ("\\(ha", "^"), ("\\&", ""), ("\\e", "\\"),
        ] {
            text = text.replacingOccurrences(of: escape, with: character)
        }
        return text
    }

    private func section(_ title: String, of page: String) throws -> String {
        let start = try #require(page.range(of: "\n\(title)\n")?.upperBound, "no \(title)")
        let rest = page[start...]
        return String(rest[..<(rest.range(of: "\n.S")?.lowerBound ?? rest.endIndex)])
    }

    @Test func `every command and every option that the help has is in the page`() throws {
        let page = plain(try ManualPage().roff)
        let common = try section(".SH OPTIONS", of: page)
        #expect(Self.commands.count > 15)
        for (path, type) in Self.commands {
            let own = try section(".SS \(path)", of: page)
            if !type.configuration.abstract.isEmpty {
                #expect(own.contains(type.configuration.abstract.replacingOccurrences(of: "`", with: "")), "\(path)")
            }
            guard type.configuration.subcommands.isEmpty else { continue }
            let help = RootCommand.helpMessage(for: type, columns: 400)
            let options = help.matches(of: /\n {2}(?:-[a-z], )?(--[a-z-]+)/).map { String($0.1) }
            #expect(options.contains("--help"))
            for option in options {
                let isThere = own.contains("\n\(option)") || own.contains(", \(option)")
                #expect(isThere || common.contains(option), "\(path) \(option)")
            }
            for argument in help.matches(of: /\n {2}<([a-z-]+)>/) {
                #expect(own.contains(argument.1), "\(path) \(argument.1)")
            }
        }
    }

    @Test func `every exit code, and every variable that is read, is in the page`() throws {
        let page = plain(try ManualPage().roff)
        let codes = try section(".SH EXIT STATUS", of: page)
        for code in [0, 1] + CommandFailure.Code.allCases.map(\.rawValue) {
            #expect(codes.contains(".TP\n\(code)\n"), "\(code)")
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/WeirCommand")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        let read = try files.flatMap { file in
            try String(contentsOf: folder.appending(path: file), encoding: .utf8)
                .matches(of: /environment\["([A-Z_]+)"\]/).map { String($0.1) }
        }
        #expect(Set(read).count > 4)
        let told = try section(".SH ENVIRONMENT", of: page)
        for name in Set(read) { #expect(told.contains(".TP\n\(name)\n"), "\(name)") }
    }

    @Test func `the page is sound roff`() throws {
        let roff = try ManualPage().roff
        #expect(roff.hasPrefix(".\\\" "))
        #expect(roff.hasSuffix("\n"))
        let macros: Set<Substring> = [
            ".\\\"", ".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".nh", ".ad",
        ]
        for line in roff.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            #expect(!line.isEmpty, "an empty line is a macro of its own")
            if line.hasPrefix(".") { #expect(macros.contains(line.prefix { $0 != " " }), "\(line)") }
            #expect(!line.hasPrefix("'"), "\(line)")
            #expect(!line.contains("`") || line.hasPrefix(".\\\""), "\(line)")
            let escapes = line.matches(of: /\\(.)/).map { String($0.1) }
            #expect(escapes.allSatisfy { "e-(f&\"".contains($0) }, "\(line)")
            #expect(line.components(separatedBy: "\\fR").count == line.matches(of: /\\f[BI]/).count + 1, "\(line)")
        }
    }

    @Test func `the command prints it, the same each time`() async throws {
        let recorder = Console.Recorder()
        let code = await Weir.run(["man"], providers: .builtIn, environment: [:], recorder: recorder)
        #expect(code == 0)
        #expect(recorder.output == (try ManualPage().roff))
        #expect(recorder.errors == "")
    }

    @Test(arguments: [
        ("a\\b", "a\\eb"), ("--as 'x'", "\\-\\-as \\(aqx\\(aq"), ("~/.config", "\\(ti/.config"), ("a\nb", "a b"),
    ])
    func `text is escaped`(text: String, escaped: String) { #expect(Roff.text(text) == escaped) }

    @Test func `a line that begins like a macro is guarded, and code is bold`() {
        var page = Roff()
        page.paragraph(".env and `weir x`")
        page.paragraph("'quoted ` alone")
        page.example(".TH\nb")
        #expect(
            page.text.split(separator: "\n").dropFirst() == [
                ".PP", "\\&.env and \\fBweir x\\fR", ".PP", "\\(aqquoted \\(ga alone", ".RS 4", ".nf", "\\&.TH", "b",
                ".fi", ".RE",
            ])
    }
}
