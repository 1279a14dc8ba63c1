// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of what must come out of a test case. Everything is compared as text, as the program writes it.
enum CaseExpectationKeys {
    private static let plain = Shape.text("a text", maximum: 1_024)

    static let outcome = Key(
        "outcome", plain,
        "found, partial, not_found, failed, refused or cancelled; too_little or not_configured where nothing is asked.")
    static let email = Key("email", plain, "The address, or `none`; or a mapping of what follows.", object: emailObject)
    static let phones = Key("phones", plain, "The numbers, in order; [] for none.")
    static let officePhones = Key("office_phones", plain, "The company's numbers, in order; [] for none.")
    static let asked = Key(
        "asked", plain,
        "Whose turn it was, in order, each as `provider: outcome`, with the reason of a skip or a failure behind it. "
            + "Left out: office-phone look-ups, local providers, and those whose turn never came.")
    static let stopped = Key("stopped", plain, "How each chain ended, by datum.", object: stoppedObject)
    static let credits = Key("credits", plain, "What it cost of the plan.")
    static let cost = Key("cost", plain, "What the vendors bill, an amount a unit; [] for nothing.")
    static let refusedBy = Key("refused_by", plain, "What the gate refused it for: balance, or a cap's key.")

    static let emailObject = ObjectShape(
        words: "an email",
        keys: ["value", "status", "reason", "provider", "verified_by", "credits"].map {
            Key($0, plain, "As it is told.").erased
        })
    static let stoppedObject = ObjectShape(
        words: "how chains ended", keys: ["email", "mobile"].map { Key($0, plain, "As it is told.").erased })

    static let object = ObjectShape(
        words: "what must come out",
        keys: [outcome, email, phones, officePhones, asked, stopped, credits, cost, refusedBy].map(\.erased))

    static let shape = Shape<[ConfigurationCase.Expectation]>(words: object.words, schema: .object([])) {
        node, reading in
        guard let entries = node.entries else {
            _ = object.read(node, &reading)
            return nil
        }
        let known = object.keys.map(\.name)
        var expectations: [ConfigurationCase.Expectation] = []
        for entry in entries {
            reading.show(key: entry)
            guard known.contains(entry.key) else {
                let nearest = EditDistance.nearest(to: entry.key, among: known)
                reading.fail(
                    entry.position, length: entry.key.unicodeScalars.count,
                    "unknown key `\(Masking.quotable(entry.key))`",
                    hint: nearest.map { "did you mean `\($0)`?" } ?? "known here: \(known.joined(separator: ", "))")
                continue
            }
            expectations += read(entry, &reading)
        }
        return expectations
    }

    private static let lists: Set<String> = [phones.name, officePhones.name, asked.name, cost.name]

    private static func read(
        _ entry: YAMLNode.Entry, _ reading: inout Reading
    ) -> [ConfigurationCase.Expectation] {
        let line = entry.position.line
        if lists.contains(entry.key) {
            return items(entry.value, &reading).map { [.list(path: entry.key, wanted: $0, line: line)] } ?? []
        }
        let nested = [email.name: emailObject, stopped.name: stoppedObject][entry.key]
        if let nested, entry.value.entries != nil {
            guard let fields = nested.read(entry.value, &reading) else { return [] }
            return nested.keys.compactMap { key in
                guard let text = fields.values[key.name] as? String, let own = fields.entries[key.name] else {
                    return nil
                }
                return .text(path: "\(entry.key).\(key.name)", wanted: text, line: own.position.line)
            }
        }
        guard let text = plain.read(entry.value, &reading) else { return [] }
        let path = entry.key == email.name && text != "none" ? "email.value" : entry.key
        return [.text(path: path, wanted: text, line: line)]
    }

    /// A list of texts, or of mappings of one key each: `hunter: no_match`.
    private static func items(_ node: YAMLNode, _ reading: inout Reading) -> [(text: String, line: Int)]? {
        guard case .list(let elements) = node.content else {
            guard let text = plain.read(node, &reading) else { return nil }
            return [(text, node.position.line)]
        }
        return elements.compactMap { element in
            if let entries = element.entries, let entry = entries.first, entries.count == 1 {
                reading.show(key: entry)
                return plain.read(entry.value, &reading).map { ("\(entry.key): \($0)", element.position.line) }
            }
            return plain.read(element, &reading).map { ($0, element.position.line) }
        }
    }
}
