// SPDX-License-Identifier: Apache-2.0

import Enrichment
import WaterfallEngine

/// That a person was erased: what finds them in a copy of the store that was made before, and says nothing of them to
/// whoever lacks the store's salt.
struct ErasureRecord: Hashable {
    /// A kind of value and its salted hash.
    struct Mark: Hashable {
        var kind: SuppressionKind
        var hash: [UInt8]
    }

    var contact: ContactID
    var team: String
    var user: String
    var marks: [Mark]
    var at: Timestamp

    /// `email=00ff...,linkedin=...`.
    var hashes: String { marks.map { "\($0.kind.rawValue)=\(Self.hex($0.hash))" }.joined(separator: ",") }

    /// One line of text: version, contact, moment, team, user, hashes.
    var line: String {
        let words = [team, user].map { Self.hex(Array($0.utf8)) }.map { $0.isEmpty ? "-" : $0 }
        return (["1", contact.description, "\(at.microseconds)"] + words + [hashes.isEmpty ? "-" : hashes])
            .joined(separator: " ")
    }

    init(contact: ContactID, team: String, user: String, marks: [Mark], at: Timestamp) {
        self.contact = contact
        self.team = team
        self.user = user
        self.marks = marks
        self.at = at
    }

    /// Reads a line; nil where it is none.
    init?(line: some StringProtocol) {
        let parts = String(line).split(separator: " " as Character, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "1", let contact = ContactID(parts[1]), let moment = Int64(parts[2]),
            let team = Self.word(parts[3]), let user = Self.word(parts[4]), let marks = Self.marks(of: parts[5])
        else { return nil }
        self.init(contact: contact, team: team, user: user, marks: marks, at: Timestamp(microseconds: moment))
    }

    /// Reads hashes; nil where one of them is of an unknown form.
    static func marks(of text: String) -> [Mark]? {
        if text == "-" || text.isEmpty { return [] }
        var marks: [Mark] = []
        for part in text.split(separator: ",") {
            let halves = part.split(separator: "=").map(String.init)
            guard halves.count == 2, let kind = SuppressionKind(rawValue: halves[0]), let hash = bytes(halves[1]),
                hash.count == Digest.size
            else { return nil }
            marks.append(Mark(kind: kind, hash: hash))
        }
        return marks
    }

    private static func word(_ text: String) -> String? {
        text == "-" ? "" : bytes(text).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
