// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Enrichment
internal import Foundation
internal import Sandbox
internal import WeirConfiguration

/// `weir init`: a configuration that works at once.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented weir.yaml that works at once against the sandbox.")

    @Argument(help: "Where to write it.", completion: .file())
    var path = ConfigurationFile.name

    @Option(help: "The sandbox's port.")
    var port = Sandbox.defaultPort

    @Flag(help: "Overwrite a file that is there.")
    var force = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let file = URL(fileURLWithPath: path)
        let folder = file.deletingLastPathComponent()
        let schema = folder.appendingPathComponent("weir.schema.json")
        let example = folder.appendingPathComponent("tests/jane-doe.yaml")
        if FileManager.default.fileExists(atPath: file.path), !force {
            throw CommandFailure(.usage, "\(path) is there already", hint: "`--force` overwrites it")
        }
        let entries = SandboxVendor.all.map { vendor in
            InitialConfiguration.Entry(
                ProviderID(rawValue: vendor.id), baseURL: vendor.baseURL(port: port), key: vendor.key)
        }
        let catalog = Surroundings.current.everyProvider
        do {
            try write(InitialConfiguration.yaml(entries: entries, catalog: catalog), to: file)
            try write(ConfigurationSchema.json, to: schema)
            try FileManager.default.createDirectory(
                at: example.deletingLastPathComponent(), withIntermediateDirectories: true)
            // A case that is there is the user's.
            if !FileManager.default.fileExists(atPath: example.path) {
                try write(InitialConfiguration.exampleCase, to: example)
            }
        } catch {
            throw CommandFailure(.usage, "\(path) can't be written", hint: "is the folder there, and yours?")
        }
        output.console.say("wrote \(path), \(schema.lastPathComponent) and tests/\(example.lastPathComponent)")
        output.console.say(
            "next: `weir sandbox` in another terminal, then "
                + "`weir enrich --name \"Jane Doe\" --domain example.com --explain`"
        )
    }

    private func write(_ text: String, to file: URL) throws {
        try Data(text.utf8).write(to: file, options: .atomic)
    }
}
