// SPDX-License-Identifier: Apache-2.0

internal import Enrichment
internal import WaterfallEngine

/// The keys of a test case of the configuration.
enum CaseKeys {
    static let name = Key("name", text("a name"), "What the case shows, in a sentence.", isRequired: true)
    static let prospect = Key(
        "prospect", prospectObject.shape { fields, _ in makeProspect(fields) }, "Who is asked about.",
        isRequired: true, object: prospectObject)
    static let access = Key(
        "access", Access.shape.oneOrMore("email, mobile, or a list of both", maximum: 2), "What is asked for.",
        standard: "email")
    static let user = Key("as", text("a user"), "Who asks, where `caps: user:` matter.")
    static let maximumCredits = Key("max_credits", .credits, "The most credits that the request may cost.")
    static let answers = Key(
        "answers", CaseAnswerKeys.shape.mapping(of: Shape.provider, "what each provider says, by its id"),
        "What each provider says when it is asked.", object: CaseAnswerKeys.object)
    static let expect = Key(
        "expect", CaseExpectationKeys.shape, "What must come out; what isn't named isn't compared.",
        object: CaseExpectationKeys.object)

    static let object = ObjectShape(
        words: "a test case",
        keys: [
            name.erased, prospect.erased, access.erased, user.erased, maximumCredits.erased, answers.erased,
            expect.erased,
        ])

    /// What may be asked for, by the words of `weir enrich --access`.
    enum Access: String, Sendable, CaseIterable {
        case email, mobile

        static let shape = Shape<Access>.word
        var datum: Datum { self == .email ? .email : .phone }
    }

    private static func text(_ words: String) -> Shape<String> { .text(words, maximum: 512) }

    // MARK: The prospect

    private static let fullName = Key("name", text("a name"), "The full name.")
    private static let firstName = Key("first_name", text("a name"), "The first name.")
    private static let lastName = Key("last_name", text("a name"), "The last name.")
    private static let company = Key("company", text("a name"), "The company's name.")
    private static let domain = Key("domain", text("a domain"), "The company's domain.")
    private static let linkedIn = Key("linkedin", text("an address"), "The LinkedIn profile.")
    private static let email = Key("email", text("an address"), "An email address that is known.")
    private static let title = Key("title", text("a title"), "The title.")
    private static let country = Key("country", text("a country"), "The country, two letters.")
    private static let prospectObject = ObjectShape(
        words: "a prospect",
        keys: [fullName, firstName, lastName, company, domain, linkedIn, email, title, country].map(\.erased))

    private static func makeProspect(_ fields: Fields) -> ProspectInput {
        ProspectInput(
            name: fields[fullName], firstName: fields[firstName], lastName: fields[lastName],
            companyName: fields[company], domain: fields[domain], linkedInURL: fields[linkedIn],
            email: fields[email], title: fields[title], country: fields[country])
    }

    // MARK: The case

    /// Makes a case of a file's tree.
    ///
    /// - Parameter providers: those that the configuration's chains name.
    static func make(
        _ root: YAMLNode, providers: [ProviderID], _ reading: inout Reading
    ) -> ConfigurationCase? {
        guard let fields = object.read(root, &reading), let name = fields[name], let prospect = fields[prospect] else {
            return nil
        }
        var scripts: [ProviderID: CaseScript] = [:]
        for answer in fields[answers] ?? [] {
            let id = answer.name.value
            guard providers.contains(id) else {
                let nearest = EditDistance.nearest(to: id.rawValue, among: providers.map(\.rawValue))
                reading.fail(
                    answer.name.position, length: answer.name.length, "no chain of the configuration asks `\(id)`",
                    hint: nearest.map { "did you mean `\($0)`?" })
                continue
            }
            scripts[id] = answer.value
        }
        return ConfigurationCase(
            name: name, prospect: prospect, access: Set((fields[access] ?? [.email]).map(\.datum)),
            user: fields[user], maximumCredits: fields[maximumCredits], scripts: scripts,
            expectations: fields[expect] ?? [])
    }
}
