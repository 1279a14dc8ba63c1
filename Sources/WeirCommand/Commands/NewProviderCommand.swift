// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation

/// `weir providers new`: a provider that builds and passes its cases at once.
struct NewProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Start a provider of your own: a Swift module or a block of YAML, with its cases.",
        discussion: """
            In a clone of Weir the provider becomes a built-in one: its folder, its cases, and its lines in the manifest
            and the catalogue are written. Anywhere else a package of your own is, with the whole command in it.

            With --yaml a block for weir.yaml is printed, and its cases are written beside that, where `weir test` runs
            them.
            """)

    @Argument(help: "Its name, such as \"Acme CRM\".")
    var name: String

    @Flag(help: "Print a block for weir.yaml instead, and write its cases.")
    var yaml = false

    @Option(help: "The folder to write into; with --yaml that of weir.yaml.", completion: .directory)
    var into = "."

    @Option(help: "For a package of your own: where Weir is, a path or a URL.")
    var weir = "https://github.com/OWNER/weir"

    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard let provider = ProviderName(name) else {
            throw CommandFailure(
                .usage, "a provider's name has letters, digits, blanks, - and _, and starts with a letter",
                hint: "for example \"Acme CRM\"")
        }
        guard Surroundings.current.catalog[provider.id] == nil else {
            throw CommandFailure(
                .usage, "there is a provider called '\(provider.id)'", hint: "`weir providers show \(provider.id)`")
        }
        let scaffold = ProviderScaffold(name: provider)
        let folder = URL(fileURLWithPath: into, isDirectory: true)
        if yaml {
            // The block alone is data, so that it can be added to a file.
            try write(scaffold.declaredCases, into: folder) { output.console.say("wrote \($0)") }
            output.console.say("put this under `providers:` in weir.yaml, and \(provider.id) into a chain:")
            output.console.write(scaffold.yaml)
            return output.console.say("next: `weir test`, then replace the facts by the vendor's")
        }
        let catalogue = folder.appendingPathComponent("Sources/BuiltInProviders/BuiltInProviders.swift")
        if FileManager.default.fileExists(atPath: catalogue.path) {
            try addBuiltIn(scaffold, in: folder, catalogue)
        } else {
            try write(
                scaffold.package(dependency: dependency), into: folder.appendingPathComponent("\(provider.id)-weir"))
            output.console.say("next: `swift test` in \(provider.id)-weir, then replace the facts by the vendor's")
        }
    }

    private var dependency: String {
        weir.contains("://")
            ? ".package(url: \"\(weir)\", from: \"\(Weir.version)\")"
            : ".package(name: \"weir\", path: \"\(URL(fileURLWithPath: weir).path)\")"
    }

    private func addBuiltIn(_ scaffold: ProviderScaffold, in folder: URL, _ catalogue: URL) throws {
        let manifest = folder.appendingPathComponent("Package.swift")
        guard
            let before = try? (
                String(contentsOf: manifest, encoding: .utf8), String(contentsOf: catalogue, encoding: .utf8)
            ),
            let listed = scaffold.manifest(before.0), let known = scaffold.catalogue(before.1)
        else {
            throw CommandFailure(
                .usage, "the lists of providers in Package.swift and the catalogue are not as they were",
                hint: "add the lines by hand: see Providers/README.md")
        }
        try write(scaffold.builtIn, into: folder)
        try write([.init(path: "Package.swift", text: listed)], into: folder, overwriting: true)
        try write(
            [.init(path: "Sources/BuiltInProviders/BuiltInProviders.swift", text: known)], into: folder,
            overwriting: true)
        output.console.say("next: `make test`, then replace the facts by the vendor's")
    }

    private func write(
        _ files: [ProviderScaffold.File], into folder: URL, overwriting: Bool = false, tell: ((String) -> Void)? = nil
    ) throws {
        let targets = files.map { folder.appendingPathComponent($0.path) }
        if let taken = targets.first(where: { FileManager.default.fileExists(atPath: $0.path) }), !overwriting {
            throw CommandFailure(.usage, "\(taken.path) is there already", hint: "nothing was written")
        }
        do {
            for (file, target) in zip(files, targets) {
                try FileManager.default.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: target, options: .atomic)
                if let tell { tell(file.path) } else { output.console.write(target.relativePath) }
            }
        } catch let failure as CocoaError {
            throw CommandFailure(.usage, "a file can't be written: \(failure.localizedDescription)")
        }
    }
}
