// SPDX-License-Identifier: Apache-2.0

public import Enrichment
public import Verification
public import WaterfallEngine

/// A configuration as it was read: settings, and all that was found wrong with it.
public struct LoadedConfiguration: Sendable {
    /// The path as it was given.
    public let path: String
    /// What the engine is told. Not to be used where there are errors.
    public private(set) var settings: EngineSettings
    /// The file of the store, relative to the configuration's folder where it isn't absolute.
    public let store: String
    /// The providers that there are: those built in, and those that the configuration declares.
    public let catalog: ProviderCatalog
    /// How mail hosts are asked about mailboxes.
    public private(set) var smtp: SMTPSettings
    /// How messages are sent, and where bounces arrive.
    public let mail: MailSettings
    /// The test cases of the declared providers that name some, in the order of the text.
    public let cases: [DeclaredCases]
    /// The folder of test cases of the whole, relative to the configuration's where it isn't absolute.
    public let tests: String?
    /// Errors and warnings, in the order of the text.
    public let diagnostics: [Diagnostic]
    /// The configuration in effect, defaults written out and secrets as `••••`; empty where it could not be read.
    public let effectiveYAML: String

    /// Lets greylisting hosts be waited for: the wait comes on top of every other time that is allowed.
    public mutating func wait(forGreylisting wait: Duration) {
        smtp.greylistWait = wait
        let id = SMTPVerifier.descriptor.id
        settings.providers[id, default: ProviderSettings()].timeout =
            (settings.providers[id]?.timeout ?? SMTPVerifier.descriptor.timeout) + wait
        settings.timeouts.chain += wait
        settings.timeouts.request += wait
    }

    /// True where the configuration can't be used.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The folder of the configuration, without a slash at its end; `.` where the path has none.
    public var folder: String { ConfigurationLoader.folder(of: path) }

    /// A path that the configuration names, as seen from where the process is.
    public func path(of name: String) -> String { ConfigurationLoader.path(name, in: folder) }
}

/// Where the test cases of a declared provider are.
public struct DeclaredCases: Sendable {
    /// The provider as it is declared; under `VariableUse.names` without any secret of a variable.
    public let provider: ProviderDefinition
    /// The folder, relative to the configuration's where it isn't absolute.
    public let folder: String
    /// Texts that the configuration writes into the request, among which a secret may be: not to be shown.
    public let literals: [String]
}
