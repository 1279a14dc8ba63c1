// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// Why a command stops: what to tell the user, and the exit code (`interfaces.md`, 2).
struct CommandFailure: Error, Sendable {
    /// Exit codes. 0 also says that nothing was found.
    enum Code: Int32, Sendable, CaseIterable {
        case usage = 2
        case configuration = 3
        case refused = 4
        case providersFailed = 5
        case store = 6
        case interrupted = 130

        /// The word in `--json` errors.
        var word: String {
            switch self {
            case .usage: "usage"
            case .configuration: "configuration"
            case .refused: "refused"
            case .providersFailed: "providers_failed"
            case .store: "store"
            case .interrupted: "interrupted"
            }
        }

        /// What it says, for the manual page.
        var meaning: String {
            switch self {
            case .usage: "Usage; a prospect with too little to ask anyone."
            case .configuration: "The configuration."
            case .refused: "Refused: by the credit gate, or because the user may not do it."
            case .providersFailed: "Every provider failed."
            case .store: "The store or the ledger."
            case .interrupted: "Interrupted, after everything was settled."
            }
        }

        /// Every exit code, also those of no failure.
        static let everyMeaning: [(code: Int32, meaning: String)] =
            [
                (0, "Done, also where nothing was found."),
                (
                    1,
                    "`config check` found mistakes, a case of `test` failed, or `doctor` found what must be mended."
                ),
            ] + allCases.map { ($0.rawValue, $0.meaning) }
    }

    var code: Code
    /// Says more than the code does, in JSON; nil: nothing.
    var word: String?
    var message: String
    /// What to do.
    var hint: String?
    var details: [String]
    /// True where the message was shown already.
    var isSilent: Bool

    init(_ code: Code, _ message: String, hint: String? = nil, details: [String] = [], isSilent: Bool = false) {
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details
        self.isSilent = isSilent
    }

    var json: JSONValue {
        .object([
            .init("code", .string(word ?? code.word)), .init("message", .string(message)), .init("hint", .text(hint)),
            .init("details", .array(details.map { .string($0) })),
        ])
    }

    func lines(on console: Console) -> [String] {
        ["\(console.styled("error:", .bad)) \(message)"] + details.map { "  \($0)" }
            + (hint.map { ["hint: \($0)"] } ?? [])
    }
}

extension CommandFailure {
    init(_ error: JournalError) {
        switch error.kind {
        case .locked:
            self.init(
                .store, "another weir process has this store open",
                hint: "wait for it to end, or point `store:` at another file; `weir backup` works meanwhile",
                details: [error.detail])
        case .unusable:
            self.init(
                .store, "the store can't be used",
                hint: "is `store:` the right file? `weir restore FILE` puts a backup in its place",
                details: [error.detail])
        case .noSpace:
            self.init(
                .store, "the disk is full; nothing more was sent",
                hint: "make room, then run again: what was open goes on", details: [error.detail])
        case .failed, .conflict, .fenced, .suspended:
            self.init(
                .store, "the store can't be written; nothing more was sent",
                hint: "check the disk, then run again: what was open is settled first",
                details: [error.detail])
        }
    }

    init(_ error: ProspectError) {
        self.init(
            .usage, "the prospect can't be read", hint: "nothing was held or sent",
            details: error.problems.map { "\($0.field.rawValue): \($0.message)" })
    }

    init(_ error: EngineError) {
        switch error {
        case .store(let journal): self.init(journal)
        case .stopping: self.init(.interrupted, "weir is stopping")
        case .notConfigured(let capability):
            self.init(
                .configuration, "no chain is configured for \(capability.rawValue)",
                hint: "add `\(capability.rawValue):` under `chains:` in the configuration")
        case .tooLittle(let capability, let missing):
            let ways = missing.prefix(3).map { fields in
                "add " + fields.sorted().map { "\($0.flag)" }.joined(separator: " and ")
            }
            self.init(
                .usage, "too little is known of this prospect to ask anyone for \(capability.rawValue)",
                hint: "nothing was held or sent", details: Array(ways))
        }
    }
}

extension QueryField {
    /// The option of `weir enrich` that sets it.
    var flag: String {
        switch self {
        case .firstName: "--first-name"
        case .lastName: "--last-name"
        case .fullName: "--name"
        case .companyName: "--company"
        case .domain: "--domain"
        case .linkedInURL: "--linkedin"
        case .email: "--email"
        case .title: "--title"
        case .country: "--country"
        case .known: "a saved company"
        }
    }
}
