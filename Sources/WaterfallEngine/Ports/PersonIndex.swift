// SPDX-License-Identifier: Apache-2.0

/// Finds the rows of one file that name the same person (`semantics.md`, 8), however many rows there are. Lives as long
/// as the file is read for the first time.
public protocol PersonIndex: Sendable {
    /// Notes who the rows name, in the order of their numbers.
    ///
    /// - Returns: for each row the number of the first that names the same person; nil for the first itself.
    func note(_ rows: [(number: Int64, person: PersonDigests)]) async throws(JournalError) -> [Int64?]
}

/// What identifies a person, as digests of 128 bits: nothing can be read from them.
public struct PersonDigests: Sendable, Hashable {
    public var linkedIn: QueryFingerprint?
    /// The known email's, the one of name and domain, or the one of all that is known where nothing identifies.
    public var others: [QueryFingerprint]

    public init(_ prospect: Prospect) {
        let keys = prospect.keys
        linkedIn = keys.linkedIn.map { QueryFingerprint(parts: ["linkedin", $0]) }
        others = [
            keys.email.map { QueryFingerprint(parts: ["mailbox", $0]) },
            keys.nameAtDomain.map { QueryFingerprint(parts: ["name", $0]) },
        ].compactMap(\.self)
        if !keys.identifies { others = [QueryFingerprint(prospect)] }
    }

    /// All of them, the strongest first.
    public var all: [QueryFingerprint] { (linkedIn.map { [$0] } ?? []) + others }
}
