// SPDX-License-Identifier: Apache-2.0

internal import Enrichment

/// The reference of `weir.yaml` as Markdown, made of the same declarations that read it.
public enum ConfigurationPage {
    /// The whole page, with a line end.
    public static var markdown: String {
        let parts = [
            introduction,
            section("The file", RootKeys.object),
            section("`chains:`", ChainKeys.object, before: chainText),
            section("A chain with an order", ChainKeys.chainObject),
            section("A step", ChainKeys.stepObject),
            section(
                "`when:`", ChainKeys.conditionObject, before: "Within a key any value will do; all keys must hold."),
            section("`accept:`", AcceptKeys.object),
            section("`credits:`", CreditKeys.object),
            section("`credits: plan:`", CreditKeys.planObject),
            section("`credits: prices:`", CreditKeys.pricesObject),
            section("`caps:`", CapKeys.object),
            section("`caps: prospect:` and `run:`", CapKeys.onceObject),
            section("`caps: team:` and `user:`", CapKeys.windowObject),
            section("`caps: providers: <id>:`", CapKeys.providerObject),
            section("`caps: office_phone:`", CapKeys.officePhoneObject),
            section("`timeouts:`", TimeKeys.timeoutObject),
            section("`remember:`", TimeKeys.memoryObject),
            section("`providers: <id>:`", ProviderKeys.object),
            section("`providers: smtp:`", SMTPKeys.object),
            section("`providers: pattern:`", PatternKeys.object),
            section("A provider of your own", DeclaredKeys.object, before: declaredText),
            section("`request:`", DeclaredKeys.requestObject),
            section("`answer:`", DeclaredKeys.answerObject),
            section("`repeat:`", DeclaredKeys.repeatObject),
            section("`cost:`", ProviderKeys.costObject, before: costText),
        ]
        return parts.joined(separator: "\n")
    }

    private static let introduction = """
        # weir.yaml

        This page is made from the declarations that read the file; `weir config schema` prints the same as JSON Schema.
        `weir config check` reports every problem at once, each with its place; `weir config show` prints what is in
        effect, with secrets masked.

        ## Values

        | value | how it is written |
        |---|---|
        | duration | `250ms` `4s` `2m` `1h` `14d` |
        | rate | `10/s` `300/min` `1000/h` `5000/day` `500/month`; a month is 30 days |
        | money | `0.034 USD`, or a vendor's own unit: `1 hunter_credits` |
        | credits | `8` `0.25`, up to three decimal places |
        | country | ISO 3166-1 alpha-2: `FR` |

        `${NAME}` is the environment variable of that name, and `${file:path}` the text of a file, relative to the
        configuration. Both are replaced after the file was read, so that they can't add keys to it; `$${` stands for
        `${` itself. A `.env` beside the configuration adds variables; those of the environment win.

        Anchors, aliases and merges (`&a`, `*a`, `<<`) work, up to \(YAMLReader.maximumAliases) aliases and \
        \(YAMLReader.maximumDepth) levels, in at most 1 MiB.

        """

    private static let chainText = """
        A chain is a list of steps. A step is a provider's id, or a mapping. `[]` is a chain that asks nobody; a
        capability without a chain is refused, but for `office_phone`, whose free look-up is always there.
        """

    private static let fieldNames = QueryField.allCases.filter { $0 != .known }.map { "`\($0.rawValue)`" }
        .joined(separator: ", ")

    private static let declaredText = """
        A provider that Weir doesn't have needs no Swift, where one request has the answer: a template of the request, \
        and [jq](https://jqlang.org) programs that read the reply.

        ```yaml
        providers:
          acme_crm:
            type: http
            capabilities: [email, office_phone]
            request:
              url: "https://crm.example.com/v1/find"
              query: { first: "{first_name}", last: "{last_name}", domain: "{domain}" }
              headers: { Authorization: "Bearer ${ACME_TOKEN}" }
            answer:
              matched: ".person != null"
              email: ".person.email"
              status: 'if .person.verified then "verified" else "unverified" end'
              office_phone: ".company.phone"
            statuses: { 402: out_of_credits, 404: no_match, 429: throttled }
        ```

        Placeholders are the fields of a prospect (\(fieldNames)) \
        and `linkedin_handle`; a brace is written twice. A declared provider without `cost` is free.

        A placeholder is an input: a prospect without it is not asked about. `{title?}` is optional. Where the prospect \
        lacks it, a parameter, a header, a field of a form or a value in the body that has nothing else in it is left \
        out whole, and blanks at the ends of what stays go. A path has no optional placeholders. A vendor that takes \
        one of several sets has them under `inputs`, and the rest of it is optional:

        ```yaml
            request:
              url: "https://crm.example.com/v1/find"
              query: { linkedin: "{linkedin_url?}", first: "{first_name?}", last: "{last_name?}", domain: "{domain?}" }
            inputs: [[linkedin_url], [first_name, last_name, domain]]
        ```

        `cases` names a folder of test cases: a JSON file each, with the query, the request that must be sent, the \
        reply that comes back, and what must come of it, in [the form of the built-in providers' own]\
        (../Fixtures/providers/README.md). `weir test` runs them without a network and without a key: in what is sent, \
        `${ACME_TOKEN}` stands for itself. `weir providers new --yaml "Acme CRM"` prints such a block, and writes eight \
        cases that pass at once.
        """

    private static let costText = """
        One cost for all that the provider does, or one by capability: \
        `cost: { email: { per: found, amount: 0.034 USD }, verify_email: { per: attempt, amount: 0.01 USD } }`.
        """

    private static func section(_ title: String, _ object: ObjectShape, before: String? = nil) -> String {
        var lines = ["## \(title)", ""]
        if let before { lines += [before, ""] }
        lines += ["| key | what goes there | default | meaning |", "|---|---|---|---|"]
        for key in object.keys {
            let standard = key.isRequired ? "required" : key.standard.map { "`\($0)`" } ?? ""
            lines.append(
                "| `\(key.name)` | \(cell(key.words)) | \(standard) | \(cell(key.summary)) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
