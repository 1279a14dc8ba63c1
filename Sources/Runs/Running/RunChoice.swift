// SPDX-License-Identifier: Apache-2.0

public import WaterfallEngine

/// What is asked for a file: a new run, or one that goes on.
public struct RunWish: Sendable, Hashable {
    /// Go on with the unfinished run over the file.
    public var resumes: Bool
    /// Begin anew though there is one.
    public var beginsAgain: Bool
    /// Go on though the configuration has changed since.
    public var allowsChanges: Bool

    public init(resumes: Bool = false, beginsAgain: Bool = false, allowsChanges: Bool = false) {
        self.resumes = resumes
        self.beginsAgain = beginsAgain
        self.allowsChanges = allowsChanges
    }
}

/// Which run over a file it is to be, decided by what is on record.
public enum RunChoice: Sendable, Hashable {
    /// - gives: an unfinished run that is given up for it.
    case begin(ordinal: Int64, givesUp: FileRun?)
    /// The run with today's terms.
    case goOn(FileRun)
    case refused(Refusal)

    /// Why nothing is done. Nobody was asked.
    public enum Refusal: Sendable, Hashable {
        /// There is an unfinished run.
        case unfinished(FileRun)
        /// There is none to go on with.
        case nothingToResume
        /// There is one over what the file was; it has changed since.
        case fileChanged(FileRun)
        /// It was begun under other terms, by their names in order.
        case otherTerms(FileRun, names: [String])
    }

    /// Terms that the configuration says; the others are the command's own, and never change under a run.
    public static let configurationTerms: Set<String> = ["chains", "accept", "prices"]

    /// - Parameters:
    ///   - over: the runs over this very file, newest first.
    ///   - atPath: the runs over what lay at its path, newest first.
    ///   - terms: what the rows' answers would depend on now.
    public init(_ wish: RunWish, over runs: [FileRun], atPath: [FileRun], terms: [String: String]) {
        let unfinished = runs.first { $0.isUnfinished }
        if wish.resumes {
            self = Self.resumed(unfinished, over: runs, atPath: atPath, terms, wish)
        } else if let unfinished, !wish.beginsAgain {
            self = .refused(.unfinished(unfinished))
        } else {
            self = .begin(ordinal: (runs.first?.ordinal ?? 0) + 1, givesUp: unfinished)
        }
    }

    private static func resumed(
        _ unfinished: FileRun?, over runs: [FileRun], atPath: [FileRun], _ terms: [String: String], _ wish: RunWish
    ) -> RunChoice {
        guard let run = unfinished ?? runs.first else {
            let changed = atPath.first { $0.isUnfinished }
            return .refused(changed.map { .fileChanged($0) } ?? .nothingToResume)
        }
        let names = Set(run.terms.keys).union(terms.keys).subtracting([RunTerms.orders])
            .filter { run.terms[$0] != terms[$0] }
        let binding = wish.allowsChanges ? names.filter { !configurationTerms.contains($0) } : names
        guard binding.isEmpty else { return .refused(.otherTerms(run, names: binding.sorted())) }
        var next = run
        next.terms = terms
        // Other chains have another order.
        if !names.contains("chains") { next.terms[RunTerms.orders] = run.terms[RunTerms.orders] }
        return .goOn(next)
    }
}
