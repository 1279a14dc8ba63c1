// SPDX-License-Identifier: Apache-2.0

/// Which column says what of a person, how sure that is, and why.
public struct ColumnMapping: Sendable, Hashable {
    /// Why a column was taken.
    public enum Reason: Sendable, Hashable {
        /// `--map` says so.
        case given
        /// Its name is known.
        case name
        /// Its name has a known one in it.
        case similarName
        /// Its name says nothing: so many of a hundred of its first values do.
        case content(percent: Int)

        /// What a person reads.
        public var phrase: String {
            switch self {
            case .given: "given by --map"
            case .name: "by its name"
            case .similarName: "by a part of its name"
            case .content(let percent): "by its values, \(percent)% of the first"
            }
        }

        /// How sure that is: `certain`, `likely` or `guessed`.
        public var certainty: String {
            switch self {
            case .given, .name: "certain"
            case .similarName: "likely"
            case .content: "guessed"
            }
        }
    }

    /// One column that is read.
    public struct Entry: Sendable, Hashable {
        public var field: ProspectField
        /// Counted from 1; nil for JSON lines, whose members have names alone.
        public var number: Int?
        /// As the file has it.
        public var name: String
        public var reason: Reason
    }

    /// In the order of the fields.
    public var entries: [Entry]
    /// The names of columns that are not read, in the order of the file.
    public var unused: [String]
    /// What is worth knowing: columns that were passed over, names that stand there twice.
    public var notes: [String]

    public init(entries: [Entry], unused: [String] = [], notes: [String] = []) {
        self.entries = entries
        self.unused = unused
        self.notes = notes
    }

    /// The column of a field; nil where none is read.
    public subscript(field: ProspectField) -> Entry? { entries.first { $0.field == field } }

    /// The mapping as `--map` takes it: the same file with this text is read the same. Fields without a column are
    /// named too.
    public var specification: String {
        ProspectField.allCases.map { field in
            guard let entry = self[field] else { return "\(field.rawValue)=-" }
            return "\(field.rawValue)=\(entry.number.map { "\($0)" } ?? MapOption.quoted(entry.name))"
        }.joined(separator: ",")
    }
}
