// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// Finds out which column says what: by `--map`, then by names, then by what the first values look like.
struct ColumnMapper {
    /// The columns in the order of the file, each with its first values.
    let columns: [ColumnSample]
    /// True for JSON lines, whose members have no numbers, and where an object may lack what others have.
    let isJSON: Bool
    let option: MapOption

    private var taken: [Int: ProspectField] = [:]
    private var reasons: [ProspectField: ColumnMapping.Reason] = [:]
    private var places: [ProspectField: Int] = [:]
    private var missing: [ColumnMapping.Entry] = []
    private var notes: [String] = []
    private var problems: [String]

    /// - Parameter texts: those of `--map`.
    init(_ columns: [ColumnSample], isJSON: Bool, _ texts: [String]) {
        self.columns = columns
        self.isJSON = isJSON
        option = MapOption(texts)
        problems = option.problems
    }

    /// Returns the mapping.
    ///
    /// - Throws: everything that is wrong with `--map` and with the header, at once.
    static func mapping(
        _ columns: [ColumnSample], isJSON: Bool, _ texts: [String]
    ) throws(ProspectFileError) -> ColumnMapping {
        var mapper = ColumnMapper(columns, isJSON: isJSON, texts)
        mapper.takeGiven()
        mapper.takeNamed()
        mapper.takeByContent()
        return try mapper.finished()
    }

    // MARK: What is given

    private mutating func takeGiven() {
        for (field, column) in option.columns.sorted(by: { $0.key < $1.key }) {
            switch column {
            case .none: continue
            case .number(let number): takeNumber(number, for: field)
            case .name(let name): takeName(name, for: field)
            }
        }
    }

    private mutating func takeNumber(_ number: Int, for field: ProspectField) {
        if isJSON { return takeName("\(number)", for: field) }
        guard (1...max(1, columns.count)).contains(number), number <= columns.count else {
            let count = columns.count
            problems.append("--map: there is no column \(number): the file has \(count)")
            return
        }
        take(number - 1, for: field, .given)
    }

    private mutating func takeName(_ name: String, for field: ProspectField) {
        let exact = columns.indices.filter { columns[$0].name == name }
        let key = HeaderWords.words(of: name)
        let found = exact.isEmpty ? columns.indices.filter { HeaderWords.words(of: columns[$0].name) == key } : exact
        switch found.count {
        case 1: take(found[0], for: field, .given)
        case 0 where isJSON:
            missing.append(.init(field: field, number: nil, name: name, reason: .given))
            notes.append("--map: none of the first objects has `\(name)`\(hint(for: name) ?? "")")
        case 0:
            let names = columns.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
            problems.append("--map: no column is named `\(name)`\(hint(for: name) ?? ": there are \(names)")")
        default:
            let numbers = found.map { "\(field.rawValue)=\($0 + 1)" }.joined(separator: " or ")
            problems.append("--map: \(found.count) columns are named `\(name)`: give the number, \(numbers)")
        }
    }

    private func hint(for name: String) -> String? {
        EditDistance.nearest(to: name, among: columns.map(\.name)).map { ": did you mean `\($0)`?" }
    }

    private mutating func take(_ column: Int, for field: ProspectField, _ reason: ColumnMapping.Reason) {
        if let other = taken[column], reason == .given {
            problems.append(
                "--map: column \(column + 1) is given to `\(other.rawValue)` and `\(field.rawValue)`: one column says "
                    + "one thing")
            return
        }
        taken[column] = field
        places[field] = column
        reasons[field] = reason
    }

    // MARK: What names say

    private mutating func takeNamed() {
        var candidates: [ProspectField: [(column: Int, match: HeaderWords.Match)]] = [:]
        for (column, sample) in columns.enumerated() where taken[column] == nil {
            guard let match = HeaderWords.field(named: sample.name), !isContradicted(sample, match.field) else {
                continue
            }
            candidates[match.field, default: []].append((column, match))
        }
        for (field, found) in candidates.sorted(by: { $0.key < $1.key }) where isFree(field) {
            let best = found.min { left, right in
                (left.match.isExact ? 0 : 1, left.match.rank, left.column)
                    < (right.match.isExact ? 0 : 1, right.match.rank, right.column)
            }
            guard let best else { continue }
            take(best.column, for: field, best.match.isExact ? .name : .similarName)
            for other in found where other.column != best.column {
                notes.append(
                    "column \(label(other.column)) could be \(field.rawValue) too; \(label(best.column)) is read: set "
                        + "another with --map \(field.rawValue)=\(argument(other.column))")
            }
        }
    }

    /// True where the values are plainly something else than the name says.
    private mutating func isContradicted(_ sample: ColumnSample, _ field: ProspectField) -> Bool {
        guard let content = sample.content else { return false }
        switch content.kind {
        case .linkedInOther where field == .linkedIn || field == .domain:
            notes.append("column `\(sample.name)` has no profiles of persons: it is not read")
            return true
        case .linkedIn: return field != .linkedIn
        case .email: return field != .email
        case .domain: return field == .email || field == .linkedIn
        case .linkedInOther, .invertedName, .other: return false
        }
    }

    // MARK: What values say

    private mutating func takeByContent() {
        for (column, sample) in columns.enumerated() where taken[column] == nil {
            guard let content = sample.content, let field = content.kind.field, isFree(field),
                !HeaderWords.isKnownOther(sample.name)
            else { continue }
            let isNamed = places[.firstName] != nil || places[.lastName] != nil
            if field == .name, isNamed { continue }
            take(column, for: field, .content(percent: content.percent))
        }
    }

    /// True where no column is read for a field, and `--map` doesn't say that none is.
    private func isFree(_ field: ProspectField) -> Bool { places[field] == nil && option.columns[field] == nil }

    // MARK: The end

    private mutating func finished() throws(ProspectFileError) -> ColumnMapping {
        let found = places.map { field, column in
            ColumnMapping.Entry(
                field: field, number: isJSON ? nil : column + 1, name: columns[column].name,
                reason: reasons[field] ?? .name)
        }
        let entries = (found + missing).sorted { $0.field < $1.field }
        if entries.isEmpty, problems.isEmpty { problems.append(nothingFound) }
        guard problems.isEmpty else { throw ProspectFileError(problems: problems.map { .init($0) }) }
        let unused = columns.indices.filter { taken[$0] == nil }.map { columns[$0].name }
        return ColumnMapping(entries: entries, unused: unused, notes: repeatedNames + notes)
    }

    private var nothingFound: String {
        let names = columns.prefix(20).map { "`\($0.name)`" }.joined(separator: ", ")
        return
            "no column says who is meant: name them as in first_name, last_name, company, domain, linkedin, email, or "
            + "say it with --map, such as --map name=1,domain=2; the header has \(names)"
    }

    /// Names that several columns have.
    private var repeatedNames: [String] {
        guard !isJSON else { return [] }
        let groups = Dictionary(grouping: columns.indices.filter { !columns[$0].name.isEmpty }) { columns[$0].name }
        return groups.filter { $0.value.count > 1 }.sorted { $0.value[0] < $1.value[0] }.map { name, places in
            "columns \(places.map { "\($0 + 1)" }.joined(separator: " and ")) are both named `\(name)`"
        }
    }

    private func label(_ column: Int) -> String {
        isJSON ? "`\(columns[column].name)`" : "\(column + 1) (`\(columns[column].name)`)"
    }

    private func argument(_ column: Int) -> String {
        isJSON ? MapOption.quoted(columns[column].name) : "\(column + 1)"
    }
}
