// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Verification

/// The lists of mail domains of this machine: those that `weir lists update` fetched, else those of the program.
struct InstalledLists {
    /// A list that can be fetched anew.
    enum Kind: String, CaseIterable {
        case disposable
        case free

        /// Where it comes from.
        var source: String {
            switch self {
            case .disposable:
                "https://raw.githubusercontent.com/disposable-email-domains/disposable-email-domains/main/disposable_email_blocklist.conf"
            case .free: "https://raw.githubusercontent.com/Kikobeats/free-email-domains/master/domains.json"
            }
        }

        var licence: String {
            switch self {
            case .disposable: "CC0 1.0"
            case .free: "MIT"
            }
        }

        var builtIn: DomainList {
            switch self {
            case .disposable: .disposable
            case .free: .freeMail
            }
        }

        fileprivate var fileName: String { "\(rawValue)-domains.txt" }
    }

    /// Where fetched lists are kept: `$XDG_DATA_HOME/weir/lists`, else `~/.local/share/weir/lists`.
    let folder: URL

    init(environment: [String: String]) {
        let home = environment["HOME"] ?? "."
        let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.local/share"
        folder = URL(fileURLWithPath: data).appending(path: "weir/lists")
    }

    /// The fetched list; nil where there is none that can be read.
    func fetched(_ kind: Kind) -> (list: DomainList, at: Date?)? {
        let path = file(of: kind).path
        guard let data = FileManager.default.contents(atPath: path), let list = try? DomainList(parsing: Array(data))
        else { return nil }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (list, attributes?[.modificationDate] as? Date)
    }

    var lists: MailLists {
        MailLists(
            disposable: fetched(.disposable)?.list ?? .disposable, freeMail: fetched(.free)?.list ?? .freeMail)
    }

    func file(of kind: Kind) -> URL { folder.appending(path: kind.fileName) }

    /// Keeps a list, whole or not at all.
    func keep(_ list: DomainList, as kind: Kind) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(list.contents).write(to: file(of: kind), options: .atomic)
    }

    /// Goes back to the program's own list.
    func remove(_ kind: Kind) throws {
        guard FileManager.default.fileExists(atPath: file(of: kind).path) else { return }
        try FileManager.default.removeItem(at: file(of: kind))
    }
}
