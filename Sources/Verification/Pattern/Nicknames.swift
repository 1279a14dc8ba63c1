// SPDX-License-Identifier: Apache-2.0

/// What people with a given name are called, and the other way round: Robert is Bob, Bob is Robert.
enum Nicknames {
    struct Other: Hashable {
        var name: String
        /// It is the name in full, of which the other is short.
        var isFull: Bool
    }

    /// Returns other names of a bearer, the most common first; none for a name that isn't listed.
    ///
    /// - Parameter name: in lower-case ASCII.
    static func of(_ name: String) -> [Other] {
        let blank = UInt8(ascii: " ")
        return EmbeddedFile.nicknames.withBytes { text in
            guard let line = SortedLines.find(Array(name.utf8)[...], endingIn: blank, in: text) else { return [] }
            return line.map { text[$0] }.split(separator: blank).dropFirst().map { word in
                let isFull = word.first == UInt8(ascii: "<")
                return Other(name: String(decoding: isFull ? word.dropFirst() : word, as: UTF8.self), isFull: isFull)
            }
        }
    }
}
